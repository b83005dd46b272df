import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Profile } from '../adapter.ts';
import { cachedFor } from '../shared/cached.ts';
import type { Client } from './client.ts';
import { codeOf, isDenied } from './failures.ts';
import { isExternal } from './places.ts';

/** How long what DingTalk said about somebody is believed, ms; a change that it tells of counts at once. */
const FRESH_MS = 5 * 60_000;
const MOST = 5_000;

/** Nobody of that id, or nobody this app may see (fact sheet, 5). */
const NOBODY: ReadonlySet<string> = new Set(['33012', '40104', '50002', '60121']);

const MOBILE = 'mobile:';
const UNION = 'union:';

const maybe = z.string().nullish();
/** What of `topapi/v2/user/get` we read; fields that the app has no right to are not there (fact sheet, 5). */
const person = z.object({
  userid: z.string().min(1),
  unionid: maybe,
  name: maybe,
  mobile: maybe,
  state_code: maybe,
  org_email: maybe,
  active: z.boolean().nullish(),
});
const personAnswer = z.object({ result: person });
const byMobile = z.object({ result: z.object({ userid: z.string().min(1) }) });
/** `contact_type` 1: somebody of the address book who is no member. */
const byUnion = z.object({
  result: z.object({ userid: z.string().min(1), contact_type: z.coerce.number().nullish() }),
});

export interface People {
  /** Null: nobody whom the enterprise's member list tells of: no such user, somebody of another organisation, or no right to read it. @throws DeliveryError when DingTalk cannot be asked. */
  lookUp(user: string): Promise<Profile | null>;
  /** The user id of somebody who is named by it, by `mobile:13800138000` or by `union:...`; null: nobody who could be written to. @throws DeliveryError, `auth` without the right to ask. */
  userIdOf(ref: string): Promise<string | null>;
  /** Somebody changed: what is known of them is asked anew. */
  forget(user: string): void;
}

const filled = (text: string | null | undefined): string | null =>
  text == null || text.trim() === '' ? null : text.trim();

/** A number as the shop's file has it: Chinese ones alone, others as DingTalk writes them (`+65-91234567`). */
const mobileOf = ({ mobile, state_code: code }: z.output<typeof person>): string | null => {
  const number = filled(mobile);
  if (number === null) return null;
  const country = filled(code)?.replace(/^\+/u, '') ?? '86';
  return country === '86' ? number : `+${country}-${number}`;
};

/** A person as the rest of the product knows them. Whoever never signed in has no account that anybody could be known by. */
function profileOf(user: z.output<typeof person>): Profile {
  const name = filled(user.name) ?? user.userid;
  if (user.active === false) return { name, outsider: true };
  // The organisation's own mailboxes are given out by it; what stands in `email` somebody has typed.
  const email = filled(user.org_email);
  const mobile = mobileOf(user);
  const union = filled(user.unionid);
  const aliases = [...(mobile === null ? [] : [`${MOBILE}${mobile}`]), ...(union === null ? [] : [`${UNION}${union}`])];
  return {
    name,
    ...(email !== null && { email: email.toLowerCase() }),
    ...(aliases.length > 0 && { aliases }),
  };
}

export function createPeople(client: Pick<Client, 'old'>, clock: Clock): People {
  const profiles = cachedFor<Profile | null>(clock, FRESH_MS, MOST);
  const ids = cachedFor<string | null>(clock, FRESH_MS, MOST);

  const unlessNobody = async <T>(asked: Promise<T>): Promise<T | null> => {
    try {
      return await asked;
    } catch (error) {
      if (NOBODY.has(codeOf(error) ?? '')) return null;
      throw error;
    }
  };

  const askProfile = async (userid: string): Promise<Profile | null> => {
    try {
      const found = await unlessNobody(client.old('/topapi/v2/user/get', personAnswer, { userid }));
      return found === null ? null : profileOf(found.result);
    } catch (error) {
      // Nothing that could let anybody in; messages bring names of their own.
      if (isDenied(error)) return null;
      throw error;
    }
  };

  const askId = async (ref: string): Promise<string | null> => {
    if (ref.startsWith(MOBILE)) {
      const mobile = ref.slice(MOBILE.length);
      return (
        (await unlessNobody(client.old('/topapi/v2/user/getbymobile', byMobile, { mobile })))?.result.userid ?? null
      );
    }
    const unionid = ref.slice(UNION.length);
    const found = await unlessNobody(client.old('/topapi/user/getbyunionid', byUnion, { unionid }));
    return found === null || found.result.contact_type === 1 ? null : found.result.userid;
  };

  return {
    lookUp: async (user) => (isExternal(user) ? null : profiles.get(user, () => askProfile(user))),
    async userIdOf(ref) {
      if (isExternal(ref)) return null;
      const isUserId = !ref.startsWith(MOBILE) && !ref.startsWith(UNION);
      return isUserId ? ref : ids.get(ref, () => askId(ref));
    },
    forget: (user) => {
      profiles.forget(user);
    },
  };
}
