import type { InboundMessage } from '../../adapters/adapter.ts';
import { derivedId } from '../ids.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { Held, Opener } from '../storage/openers.ts';
import { languageOf } from '../triage/language.ts';
import { laneOf } from './lane.ts';
import type { Parts } from './parts.ts';
import type { TellCustomer } from './tell-customer.ts';

/** Whose conversation it is: `join` is the key of shop and customer account. */
export interface From {
  readonly join: string;
  readonly shop: string;
  readonly account: string;
}

/** Brings one held message to a ticket. `waiting`: nothing has followed it, so it counts like words with content. */
export type AdmitHeld = (from: From, held: Held, waiting: boolean) => Promise<void>;

export interface Openers {
  /** Lets a message wait that says nothing of a matter; false when too many wait already. The first is answered by a question. */
  hold(row: string, event: InboundMessage, from: From): Promise<boolean>;
  /** What waits becomes a ticket, or joins one. */
  open(opener: Opener, waiting: boolean): Promise<void>;
  /** An opener's moment has come; harmless when it is gone or another one. */
  due(opener: string, row: string): Promise<void>;
  /** Puts the openers whose moment has come into the lanes of their conversations; how many. */
  sweep(): Promise<number>;
}

const BATCH = 500;
/** After so many empty messages somebody had better look. */
const MOST_HELD = 10;

/** Greetings alone: answered by a question, a ticket only with the next words or after a while. */
export function createOpeners(
  parts: Pick<Parts, 'store' | 'clock' | 'directory'>,
  deps: { readonly admit: AdmitHeld; readonly tell: TellCustomer; readonly wakeInbox: () => void },
): Openers {
  const { store, clock } = parts;

  const ask = (row: string, event: InboundMessage): Promise<void> =>
    deps.tell({
      id: derivedId('opener', row),
      ticket: '',
      author: 'opener',
      to: { platform: event.platform, app: event.app, conversation: event.conversation.id },
      language: languageOf(event.text),
      sentence: { key: 'notice.opener', params: null },
    });

  const hold: Openers['hold'] = async (row, event, from) => {
    const { grants: _grants, ...kept } = event;
    const held: Held = { row, event: kept, at: clock.now() };
    for (;;) {
      const opener = await store.openers.load(from.join);
      if (opener === null) {
        const dueAt = new Date(held.at.getTime() + parts.directory().policy.openerMs);
        const { join: _id, shop, account } = from;
        if (!(await store.openers.begin({ _id, shop, account, held: [held], version: 1, dueAt }))) continue;
        await ask(row, event);
        return true;
      }
      if (opener.held.some((h) => h.row === row)) {
        // Worked before, perhaps not to its end.
        if (opener.held[0]?.row === row) await ask(row, event);
        return true;
      }
      if (opener.held.length >= MOST_HELD) return false;
      if (await store.openers.append(opener, held)) return true;
    }
  };

  const open: Openers['open'] = async (opener, waiting) => {
    for (let current: Opener | null = opener; current !== null; current = await store.openers.load(opener._id)) {
      const from = { join: current._id, shop: current.shop, account: current.account };
      for (const held of current.held) await deps.admit(from, held, waiting);
      if (await store.openers.end(current)) return;
    }
  };

  return {
    hold,
    open,
    async due(id, row) {
      const opener = await store.openers.load(id);
      if (opener?.held[0]?.row === row) await open(opener, true);
    },
    async sweep() {
      const now = clock.now();
      const found = await store.openers.due(now, BATCH);
      if (found.length === 0) return 0;
      await store.inbox.add(found.flatMap((opener) => rowOf(opener, now)));
      await store.openers.asked(found);
      deps.wakeInbox();
      return found.length;
    },
  };
}

/** In the conversation's own lane, so that what the customer writes at the same moment comes before or after, never between. */
function rowOf(opener: Opener, now: Date): readonly InboxRow[] {
  const [first] = opener.held;
  if (first === undefined) return [];
  return [
    {
      _id: `opener:${first.row}`,
      lane: laneOf(first.event),
      body: { from: 'opener', opener: opener._id, row: first.row },
      order: now,
      open: true,
      attempts: 0,
      lease: { by: '', until: now },
    },
  ];
}
