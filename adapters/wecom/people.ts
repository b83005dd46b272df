import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Profile } from '../adapter.ts';
import { cachedFor } from '../shared/cached.ts';
import type { Client } from './client.ts';
import { codeOf, isDenied, isNobody } from './failures.ts';

/** How long what WeCom said about somebody is believed, ms. */
const FRESH_MS = 5 * 60_000;
const MOST = 5_000;
const MOST_DEPARTMENTS = 500;

/**
 * Somebody's id as a smart bot sees it that no super administrator made (fact sheet, 4.4): `wo` and thirty signs or more, where people's
 * own ids are names or numbers. One that only looks so is told apart by WeCom.
 */
const OPEN_ID = /^wo[\w-]{30,62}$/u;

/** Of a member who has signed in; 2: disabled, 4: never did, 5: has left (doc 90196). */
const ACTIVE = 1;
/** No such department, or none this app may see. */
const NO_DEPARTMENT: ReadonlySet<string> = new Set(['60003', '60011', '60123']);

const maybe = z.string().nullish();
/** What of `user/get` we read (doc 90196). Apps made since June 2022 are told neither mobile nor mailbox. */
const person = z.object({
  userid: z.string().min(1),
  name: maybe,
  mobile: maybe,
  biz_mail: maybe,
  status: z.number().nullish(),
});
const converted = z.object({
  userid_list: z.array(z.object({ open_userid: z.string(), userid: z.string().min(1) })).nullish(),
});
const members = z.object({ userlist: z.array(z.object({ userid: z.string().min(1), name: maybe })).nullish() });
const departmentsIn = z.object({
  department_id: z.array(z.object({ id: z.number(), parentid: z.number().nullish() })).nullish(),
});

/** A department that the app may see. `parent`: null where that is none of them. */
export interface Department {
  readonly id: number;
  readonly parent: number | null;
}

export interface People {
  /** Null: nobody whom the enterprise's member list tells of: no such user, nobody this app may see, or no right to read it. @throws DeliveryError when WeCom cannot be asked. */
  lookUp(user: string): Promise<Profile | null>;
  /** The user id of whoever a smart bot names; null: nobody the app may see, or there is no app that could ask. @throws DeliveryError when WeCom cannot be asked. */
  userIdOf(id: string): Promise<string | null>;
  /** Who is in a department, not in those below it; null: no such department, or none the app may see. @throws DeliveryError when WeCom cannot be asked. */
  membersOf(department: number): Promise<readonly { readonly id: string; readonly name: string }[] | null>;
  /** Every department the app may see. @throws DeliveryError when WeCom cannot be asked. */
  departments(): Promise<readonly Department[]>;
  /** Somebody changed: what is known of them is asked anew. */
  forget(user: string): void;
}

const filled = (text: string | null | undefined): string | null =>
  text == null || text.trim() === '' ? null : text.trim();

/** A number as the shop's file has it: Chinese ones alone, others with their country (`+65-91234567`). */
const mobileOf = (mobile: string | null | undefined): string | null =>
  filled(mobile)
    ?.replace(/^\+86[\s-]?(?=\d{11}$)/u, '')
    .replace(/^(\+\d{1,4})[\s-]+/u, '$1-') ?? null;

/** A person as the rest of the product knows them. Whoever left, was shut out or never signed in is nobody who could be let in. */
function profileOf(user: z.output<typeof person>): Profile {
  const name = filled(user.name) ?? user.userid;
  if (user.status != null && user.status !== ACTIVE) return { name, outsider: true };
  // The organisation's own mailboxes are given out by it; what stands in `email` somebody has typed.
  const email = filled(user.biz_mail);
  const mobile = mobileOf(user.mobile);
  return {
    name,
    ...(email !== null && { email: email.toLowerCase() }),
    ...(mobile !== null && { aliases: [`mobile:${mobile}`] }),
  };
}

/** `client`: null without an app, which alone may ask. */
export function createPeople(client: Pick<Client, 'call'> | null, clock: Clock): People {
  const profiles = cachedFor<Profile | null>(clock, FRESH_MS, MOST);
  const ids = cachedFor<string | null>(clock, FRESH_MS, MOST);
  const departments = cachedFor<Awaited<ReturnType<People['membersOf']>>>(clock, FRESH_MS, MOST_DEPARTMENTS);

  /** Null where the failure says that there is nothing. */
  const unless = async <T>(nothing: (error: unknown) => boolean, asked: Promise<T>): Promise<T | null> => {
    try {
      return await asked;
    } catch (error) {
      if (nothing(error)) return null;
      throw error;
    }
  };

  const askProfile = async (userid: string): Promise<Profile | null> => {
    if (client === null) return null;
    // Without the right to read them there is nothing that could let anybody in.
    const found = await unless(
      (error) => isNobody(error) || isDenied(error),
      client.call('GET', '/cgi-bin/user/get', person, undefined, { userid }),
    );
    return found === null ? null : profileOf(found);
  };
  const lookUp = (user: string): Promise<Profile | null> => profiles.get(user, () => askProfile(user));

  const askId = async (id: string): Promise<string | null> => {
    if (client === null) return null;
    const body = { open_userid_list: [id] };
    const found = await unless(isNobody, client.call('POST', '/cgi-bin/batch/openuserid_to_userid', converted, body));
    const user = found?.userid_list?.find(({ open_userid }) => open_userid === id)?.userid;
    if (user !== undefined) return user;
    return (await lookUp(id)) === null ? null : id;
  };

  const askMembers: People['membersOf'] = async (department) => {
    if (client === null) return null;
    const found = await unless(
      (error) => NO_DEPARTMENT.has(codeOf(error) ?? ''),
      client.call('GET', '/cgi-bin/user/simplelist', members, undefined, { department_id: String(department) }),
    );
    if (found === null) return null;
    return (found.userlist ?? []).map(({ userid, name }) => ({ id: userid, name: filled(name) ?? userid }));
  };

  return {
    lookUp,
    userIdOf: async (id) => (OPEN_ID.test(id) ? ids.get(id, () => askId(id)) : id),
    membersOf: (department) => departments.get(String(department), () => askMembers(department)),
    async departments() {
      if (client === null) return [];
      const found = await client.call('GET', '/cgi-bin/department/simplelist', departmentsIn);
      const all = found.department_id ?? [];
      const seen = new Set(all.map(({ id }) => id));
      return all.map(({ id, parentid }) => ({ id, parent: parentid != null && seen.has(parentid) ? parentid : null }));
    },
    forget: (user) => {
      profiles.forget(user);
    },
  };
}
