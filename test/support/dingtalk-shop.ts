/** The shop of stories with its colleagues and groups in DingTalk. */

/** Ids in DingTalk by the names that stories use: `lilei`, `g-aftersale`, `d-lilei`; the chat of a person bears their id. */
export const idOf = (name: string): string => (name.startsWith('g-') ? `cid${name}==` : name.replace(/^d-/u, ''));

/** The same gongdan.yaml, its colleagues and groups moved. */
export const moved = (shop: string): string =>
  shop
    .replaceAll(/\{ sandbox: \{ user: ([a-z0-9-]+), direct: d-[a-z0-9-]+ \} \}/gu, '{ dingtalk: $1 }')
    .replaceAll(/groups: \{ sandbox: (g-[a-z0-9-]+) \}/gu, (_, id: string) => `groups: { dingtalk: ${idOf(id)} }`);

export const staffOf = (shop: string): readonly { readonly id: string; readonly name: string }[] =>
  [...shop.matchAll(/^ {2}([a-z0-9]+): \{ name: ([^,]+), roles: .*$/gmu)].map(([, id = '', name = '']) => ({
    id,
    name,
  }));

export const groupsOf = (shop: string): readonly string[] =>
  [...shop.matchAll(/groups: \{ sandbox: (g-[a-z0-9-]+) \}/gu)].map(([, id = '']) => id);
