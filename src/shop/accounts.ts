import type { Address } from '../domain/address.ts';
import type { ShopInput } from './schema.ts';

/** `slack/T1` is installation T1 on Slack; a bare platform's only installation bears its name. */
export function appOf(key: string): { platform: string; app: string } {
  const [platform = '', app = platform] = key.split('/');
  return { platform, app };
}

type Groups = ShopInput['teams'][string]['groups'];

/** Groups by app, as a team's `groups` and `standby` name them, as addresses. */
export function groupsOf(groups: Groups): Address[] {
  return Object.entries(groups).flatMap(([app, ids]) =>
    [ids].flat().map((conversation) => ({ ...appOf(app), conversation })),
  );
}

/** Every chat account of a person, with the chat in which the person is reached alone. */
export function accountsOf(person: ShopInput['people'][string]): { app: string; user: string; direct: string }[] {
  return Object.entries(person.accounts).map(([app, account]) =>
    typeof account === 'string' ? { app, user: account, direct: account } : { app, ...account },
  );
}

/** Where a person is reached outside of the chats; an e-mail address that is not there is left out. */
export function outsideOf({ notify, email }: ShopInput['people'][string]): Address[] {
  const mail = notify.email === true ? email : notify.email;
  return [
    ...(mail === undefined ? [] : [{ platform: 'email', app: 'main', conversation: mail }]),
    ...(['sms', 'phone'] as const).flatMap((app) =>
      notify[app] === undefined ? [] : [{ platform: 'gateway', app, conversation: notify[app] }],
    ),
  ];
}

/** The chat of a sandbox customer. */
export const chatOf = (id: string, { conversation }: { readonly conversation?: string | undefined }): string =>
  conversation ?? `c-${id}`;
