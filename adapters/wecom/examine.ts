import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { aheadOf } from '../shared/ahead.ts';
import { askCallback, type CallbackAnswer } from '../shared/callback.ts';
import { read } from '../shared/http.ts';
import { sealedQuestion } from '../shared/seal.ts';
import { createClient } from './client.ts';
import { exchange } from './exchange.ts';
import { codeOf } from './failures.ts';
import { createPeople } from './people.ts';
import { msgidOf } from './refs.ts';
import { CALLBACK_PATH, PROBE_HEADER } from './routes.ts';
import type { WeComSettings } from './settings.ts';

/** WeCom cannot be reached, or answers something that cannot be read. `code`: its word, null: it said none. */
interface Unreachable {
  readonly kind: 'unreachable';
  readonly code: string | null;
}
/** WeCom did not say. `code`: its word for why, null: it said none. */
interface Unasked {
  readonly kind: 'unasked';
  readonly code: string | null;
}

/** What WeCom says of the enterprise's id and the app's secret. */
export type CredentialsAnswer =
  /** How far our clock is ahead of WeCom's, ms, to about a second; null: WeCom did not say. */
  | { readonly kind: 'ok'; readonly aheadMs: number | null }
  /** `code` is WeCom's word: `40001`. */
  | { readonly kind: 'refused'; readonly code: string }
  | Unreachable;

/** What it says of the app. */
export type AppAnswer =
  | {
      readonly kind: 'ok';
      readonly name: string;
      /** How many members, departments and tags its visible range names (可见范围). */
      readonly range: number;
      /** Where its pages may be, a host; '': nowhere (可信域名). */
      readonly domain: string;
    }
  /** `refused`: this machine's address is not on the app's list · `foreign`: the agent id is that of another app. */
  | { readonly kind: 'disabled' | 'refused' | 'foreign' }
  | Unasked;

/** What the member list says of somebody. */
export type MemberAnswer =
  /** `disabled`: or they have left · `inactive`: they never signed in · `outside`: of the app's visible range. */
  | { readonly kind: 'ok' | 'disabled' | 'inactive' | 'outside' | 'unknown' }
  /** WeCom writes the id with other capitals. */
  | { readonly kind: 'capitals'; readonly id: string }
  | Unasked;

/** What it says of a group that an app made. */
export type GroupAnswer = { readonly kind: 'ok' | 'foreign' | 'unknown' } | Unasked;

/** What `gongdan doctor` asks WeCom for one app; nothing of it throws. */
export interface Examiner {
  credentials(): Promise<CredentialsAnswer>;
  app(): Promise<AppAnswer>;
  member(user: string): Promise<MemberAnswer>;
  /** Everybody in the departments that the app may see, by user id; null: WeCom did not say. */
  everybody(): Promise<ReadonlyMap<string, string> | null>;
  /** Of a group that the app made, by its chat id. */
  group(chat: string): Promise<GroupAnswer>;
  /** Asks as WeCom does when an administrator saves the address. `challenge`: what has to come back. */
  callback(publicUrl: string, challenge: string): Promise<CallbackAnswer>;
  /** Takes a message of the app's back, by the ref with which it was posted; whether it is gone. */
  recall(ref: string): Promise<boolean>;
}

const TOKEN = '/cgi-bin/gettoken';

const token = z.object({ access_token: z.string().min(1) });
/** What of `agent/get` we read (doc 90227). */
const agent = z.object({
  name: z.string().nullish(),
  close: z.number().nullish(),
  redirect_domain: z.string().nullish(),
  allow_userinfos: z.object({ user: z.array(z.unknown()).nullish() }).nullish(),
  allow_partys: z.object({ partyid: z.array(z.unknown()).nullish() }).nullish(),
  allow_tags: z.object({ tagid: z.array(z.unknown()).nullish() }).nullish(),
});
const member = z.object({ userid: z.string().min(1), status: z.number().nullish() });

/** What a code says of the app (fact sheet, 5.2). */
const APP_CODES: ReadonlyMap<string, 'disabled' | 'refused' | 'foreign'> = new Map([
  ['50003', 'disabled'],
  ['48006', 'disabled'],
  ['60020', 'refused'],
  ['40056', 'foreign'],
  ['301002', 'foreign'],
]);
const MEMBER_CODES: ReadonlyMap<string, 'outside' | 'unknown'> = new Map([
  ['60011', 'outside'],
  ['60021', 'outside'],
  ['50002', 'outside'],
  ['40003', 'unknown'],
  ['60111', 'unknown'],
]);
const GROUP_CODES: ReadonlyMap<string, 'foreign' | 'unknown'> = new Map([
  ['86008', 'foreign'],
  ['40050', 'unknown'],
  ['86001', 'unknown'],
  ['86003', 'unknown'],
]);

/** `status` of a member (doc 90196). */
const ACTIVE = 1;
const NEVER = 4;

/** Departments that are looked at, one call each. */
const MOST_DEPARTMENTS = 50;

/** What a failure means where its code has a meaning, else that nobody said. */
function heardIn<K extends string>(error: unknown, codes: ReadonlyMap<string, K>): { readonly kind: K } | Unasked {
  const code = codeOf(error);
  const kind = codes.get(code ?? '');
  return kind === undefined ? { kind: 'unasked', code } : { kind };
}

export function createExaminer(deps: {
  readonly settings: WeComSettings & { readonly app: NonNullable<WeComSettings['app']> };
  readonly clock: Clock;
}): Examiner {
  const { settings, clock } = deps;
  const { app, apiUrl } = settings;
  const client = createClient({ app, apiUrl, clock });
  const people = createPeople(client, clock);

  return {
    async credentials() {
      const url = new URL(apiUrl + TOKEN);
      url.searchParams.set('corpid', app.corpId);
      url.searchParams.set('corpsecret', app.secret);
      const asked = clock.now();
      let aheadMs: number | null = null;
      const answered = (headers: Headers): void => {
        aheadMs = aheadOf(headers.get('date'), asked, clock.now());
      };
      try {
        read(TOKEN, token, await exchange({ path: TOKEN, url, method: 'GET', answered }));
        return { kind: 'ok', aheadMs };
      } catch (error) {
        const code = codeOf(error);
        const isAuth = error instanceof DeliveryError && error.failure === 'auth';
        return code !== null && isAuth ? { kind: 'refused', code } : { kind: 'unreachable', code };
      }
    },

    async app() {
      try {
        const query = { agentid: String(app.agentId) };
        const found = await client.call('GET', '/cgi-bin/agent/get', agent, undefined, query);
        if (found.close === 1) return { kind: 'disabled' };
        const { allow_userinfos: users, allow_partys: parties, allow_tags: tags } = found;
        const range = [users?.user, parties?.partyid, tags?.tagid].reduce((sum, list) => sum + (list?.length ?? 0), 0);
        return { kind: 'ok', name: found.name ?? String(app.agentId), range, domain: found.redirect_domain ?? '' };
      } catch (error) {
        return heardIn(error, APP_CODES);
      }
    },

    async member(user) {
      try {
        const found = await client.call('GET', '/cgi-bin/user/get', member, undefined, { userid: user });
        if (found.status === NEVER) return { kind: 'inactive' };
        if (found.status != null && found.status !== ACTIVE) return { kind: 'disabled' };
        return found.userid === user ? { kind: 'ok' } : { kind: 'capitals', id: found.userid };
      } catch (error) {
        return heardIn(error, MEMBER_CODES);
      }
    },

    async everybody() {
      try {
        const found = new Map<string, string>();
        for (const { id } of (await people.departments()).slice(0, MOST_DEPARTMENTS))
          for (const { id: user, name } of (await people.membersOf(id)) ?? []) found.set(user, name);
        return found;
      } catch {
        return null;
      }
    },

    async group(chat) {
      try {
        await client.call('GET', '/cgi-bin/appchat/get', z.unknown(), undefined, { chatid: chat });
        return { kind: 'ok' };
      } catch (error) {
        return heardIn(error, GROUP_CODES);
      }
    },

    callback(publicUrl, challenge) {
      const keys = { token: app.token, aesKey: app.aesKey, receiver: app.corpId };
      const query = sealedQuestion(keys, { said: challenge, nonce: challenge }, clock);
      const url = `${publicUrl}${CALLBACK_PATH}?${query.toString()}`;
      return askCallback(clock, url, { headers: { [PROBE_HEADER]: '1' } }, challenge);
    },

    async recall(ref) {
      const msgid = msgidOf(ref);
      if (msgid === null) return false;
      try {
        await client.call('POST', '/cgi-bin/message/recall', z.unknown(), { msgid });
        return true;
      } catch {
        return false;
      }
    },
  };
}
