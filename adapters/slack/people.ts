import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Profile } from '../adapter.ts';
import { calling, codeOf } from './client.ts';
import { cachedFor } from '../shared/cached.ts';

/** How long what Slack said about somebody is believed, ms; a change that it tells of counts at once. */
const FRESH_MS = 10 * 60_000;
const MOST = 5_000;

const flag = z.boolean().nullish();
const maybe = z.string().nullish();
/** What of `users.info` we read: https://docs.slack.dev/reference/methods/users.info */
const answer = z.object({
  user: z.object({
    id: z.string(),
    team_id: maybe,
    name: maybe,
    real_name: maybe,
    deleted: flag,
    is_bot: flag,
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_stranger: flag,
    is_invited_user: flag,
    is_email_confirmed: flag,
    tz: maybe,
    locale: maybe,
    enterprise_user: z.object({ enterprise_id: maybe }).nullish(),
    profile: z.object({ display_name: maybe, real_name: maybe, email: maybe }).default({}),
  }),
});
type User = z.output<typeof answer>['user'];

/** Where the app is installed: whose members are full ones. */
export interface Home {
  readonly team: string | null;
  readonly enterprise: string | null;
}

export interface People {
  /** Null: no such user. @throws DeliveryError when Slack cannot be asked. */
  lookUp(user: string): Promise<Profile | null>;
  /** Somebody changed: what is known of them is asked anew. */
  forget(user: string): void;
}

/** The zone as given, where this machine knows it. */
function zoneOf(tz: string | null | undefined): string | null {
  if (tz == null) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: tz }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

const isOutsider = (user: User, home: Home): boolean => {
  const isOurs = home.team !== null && user.team_id === home.team;
  const isOfOrganisation = home.enterprise !== null && user.enterprise_user?.enterprise_id === home.enterprise;
  const isFull = ![
    user.deleted,
    user.is_bot,
    user.is_restricted,
    user.is_ultra_restricted,
    user.is_stranger,
    user.is_invited_user,
  ].includes(true);
  return !isFull || user.id === 'USLACKBOT' || !(isOurs || isOfOrganisation);
};

/** A person as the rest of the product knows them. The address counts only for full members of the installed workspace, once they have confirmed it. */
export function profileOf(user: User, home: Home): Profile {
  const { profile } = user;
  const names = [profile.display_name, profile.real_name, user.real_name, user.name, user.id];
  const timeZone = zoneOf(user.tz);
  const outsider = isOutsider(user, home);
  return {
    name: names.find((name) => name != null && name.trim() !== '')?.trim() ?? user.id,
    ...(user.locale != null && { locale: user.locale.startsWith('zh') ? 'zh-CN' : 'en' }),
    ...(timeZone !== null && { timeZone }),
    ...(outsider && { outsider: true }),
    ...(!outsider &&
      profile.email != null &&
      user.is_email_confirmed !== false && { email: profile.email.toLowerCase() }),
  };
}

export function createPeople(client: WebClient, home: () => Home, clock: Clock): People {
  const known = cachedFor<Profile | null>(clock, FRESH_MS, MOST);

  const ask = async (user: string): Promise<Profile | null> => {
    try {
      const raw = await client.users.info({ user, include_locale: true });
      return profileOf(answer.parse(raw).user, home());
    } catch (error) {
      const code = codeOf(error);
      if (code === 'user_not_found' || code === 'user_not_visible') return null;
      return calling('users.info', () => Promise.reject(error));
    }
  };

  return {
    lookUp: (user) => known.get(user, () => ask(user)),
    forget: (user) => {
      known.forget(user);
    },
  };
}
