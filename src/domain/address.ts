/** A place on a platform where something can be said: one chat of one app (bot installation). */
export interface Address {
  readonly platform: string;
  readonly app: string;
  readonly conversation: string;
}

/** One text for one address; the parts never contain a newline. */
export const addressKey = (a: Address): string => `${a.platform}\n${a.app}\n${a.conversation}`;

/** One text for one platform account of a human. */
export const accountKey = (a: { platform: string; app: string; user: string }): string =>
  `${a.platform}\n${a.app}\n${a.user}`;

/** One text for one app, the unit of delivery leases and budgets. */
export const appKey = (a: { platform: string; app: string }): string => `${a.platform}\n${a.app}`;

/** `slack/T1`; an installation that bears its platform's name: the platform. */
export function appName(app: string): string {
  const [platform = '', name = ''] = app.split('\n');
  return name === platform ? platform : `${platform}/${name}`;
}
