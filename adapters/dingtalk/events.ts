import * as z from 'zod';
import { DeliveryError } from '../../src/errors.ts';
import type { Happening } from '../adapter.ts';
import type { Client } from './client.ts';
import type { InboundParts } from './parts.ts';
import { placeOf } from './places.ts';

/** What happens in the organisation. `LATER`: it could not be stored, DingTalk says it again. */
export type Happened = (headers: EventHeaders, data: unknown) => Promise<'SUCCESS' | 'LATER'>;

export interface EventHeaders {
  readonly eventId: string;
  readonly eventType: string;
}

type What = Happening['what'];

/** The events that are read. Those of groups come for groups that a program made; a group that people made says nothing. */
const EVENTS: Readonly<Record<string, What>> = {
  chat_add_member: 'member_joined',
  chat_remove_member: 'member_left',
  chat_quit: 'member_left',
  chat_disband: 'bot_removed',
  user_leave_org: 'member_left',
};

const person = z.coerce.string().max(100);
const list = z.union([z.array(person), person.transform((one) => [one])]);
/** What can stand in an address. */
const word = z
  .string()
  .regex(/^\P{Surrogate}+$/u)
  .max(200);

/** Pages write these names with a capital and without. */
const payload = z
  .record(z.string(), z.unknown())
  .transform((raw) => Object.fromEntries(Object.entries(raw).map(([name, value]) => [name.toLowerCase(), value])))
  .pipe(
    z.object({
      userid: list.optional(),
      operator: z.string().nullish(),
      chatid: word.nullish(),
      openconversationid: word.nullish(),
    }),
  );

const MOST_PEOPLE = 100;

/** What asking again does not change. */
const NEVER: ReadonlySet<string> = new Set(['gone', 'permanent', 'auth']);

export function createHappened(parts: InboundParts, client: Client): Happened {
  const { app, clock, log, sink, people, within } = parts;

  /** The group by the name under which messages know it; null: there is none that this app may know. @throws DeliveryError when DingTalk cannot say so now. */
  const groupOf = async (chat: string): Promise<string | null> => {
    const path = `/v1.0/im/chat/${encodeURIComponent(chat)}/convertToOpenConversationId`;
    try {
      return (await client.api('POST', path, z.object({ openConversationId: word }), {})).openConversationId;
    } catch (error) {
      if (error instanceof DeliveryError && NEVER.has(error.failure)) return null;
      throw error;
    }
  };

  return async ({ eventId, eventType }, data) => {
    const what = Object.hasOwn(EVENTS, eventType) ? EVENTS[eventType] : undefined;
    if (what === undefined) return 'SUCCESS';
    const parsed = payload.safeParse(data);
    if (!parsed.success) {
      log.warn('DingTalk sent something of a shape that is not known', { platform: 'dingtalk', what: eventType });
      return 'SUCCESS';
    }
    const { userid = [], operator, chatid, openconversationid } = parsed.data;
    let group: string | null;
    try {
      group = openconversationid ?? (chatid == null ? null : await groupOf(chatid));
    } catch (error) {
      if (error instanceof DeliveryError) return 'LATER';
      throw error;
    }
    const isAboutAll = eventType === 'user_leave_org';
    if (group === null && !isAboutAll) return 'SUCCESS';
    const base = {
      kind: 'lifecycle',
      platform: 'dingtalk',
      app,
      conversation: isAboutAll ? { id: 'organisation', kind: 'system' as const } : placeOf(group ?? ''),
      sender: { id: operator ?? '', name: '' },
      receivedAt: clock.now(),
    } as const;
    if (what === 'bot_removed' || what === 'bot_added') {
      await sink().accept({ ...base, id: `e:${eventId}`, what }, { answerBy: 0 });
      return 'SUCCESS';
    }
    if (what === 'message_recalled') return 'SUCCESS';
    for (const user of userid.slice(0, MOST_PEOPLE)) {
      const profile = await within(people.lookUp(user), 300, null);
      const member = { id: user, name: profile?.name ?? '' };
      await sink().accept({ ...base, id: `e:${eventId}:${user}`, what, member }, { answerBy: 0 });
    }
    return 'SUCCESS';
  };
}
