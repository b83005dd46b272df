import { groupsOf as sandboxGroupsOf } from './dingtalk-shop.ts';

/** The shop of stories with its colleagues and groups in WeCom. */

/** Ids in WeCom by the names that stories use: `lilei`, `g-aftersale`, `d-lilei`. A group is one with the smart bot, the chat of a person with the app bears their id. */
export const idOf = (name: string): string =>
  name.startsWith('g-') ? `chat:${chatOf(name)}` : name.replace(/^d-/u, '');

/** What WeCom itself calls a group: capitals count. */
export const chatOf = (name: string): string => `wrChat_${name.slice(2)}`;

/** The same gongdan.yaml, its colleagues and groups moved. */
export const moved = (shop: string): string =>
  shop
    .replaceAll(/\{ sandbox: \{ user: ([a-z0-9-]+), direct: d-[a-z0-9-]+ \} \}/gu, '{ wecom: $1 }')
    .replaceAll(/groups: \{ sandbox: (g-[a-z0-9-]+) \}/gu, (_, id: string) => `groups: { wecom: ${idOf(id)} }`);

/** The groups there are, those of a shop that is in WeCom already as well. */
export const groupsOf = (shop: string): readonly string[] => [
  ...sandboxGroupsOf(shop),
  ...[...shop.matchAll(/chat:wrChat_([a-z0-9-]+)/gu)].map(([, name = '']) => `g-${name}`),
];
