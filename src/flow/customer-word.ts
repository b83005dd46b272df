import type { InboundMessage } from '../../adapters/adapter.ts';
import { isUnclaimed } from '../domain/draft.ts';
import { endedLately } from '../domain/returning.ts';
import { dueOf } from '../domain/sla.ts';
import { OPEN } from '../domain/status.ts';
import type { Ticket } from '../domain/ticket.ts';
import { derivedId } from '../ids.ts';
import type { Sentence } from '../text/text.ts';
import type { Progress } from '../text/notice.ts';
import { languageOf } from '../triage/language.ts';
import { customerWord, type CustomerWord } from '../triage/customer-word.ts';
import { addressOf } from './account.ts';
import type { From } from './opener.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { toldMessage, type TellCustomer, type Told } from './tell-customer.ts';

/** A customer's message that may be one of their words. */
interface Asked {
  readonly row: string;
  readonly event: InboundMessage;
  readonly from: From;
}

export interface CustomerWordDeps<A extends Asked> {
  readonly perform: Perform;
  readonly tell: TellCustomer;
  /** The ticket that would take the message; null: none. */
  readonly find: (asked: A) => Promise<Ticket | null>;
  /** The customer's tickets that are not closed. */
  readonly theirs: (from: From) => Promise<readonly Ticket[]>;
  /** Stores the message under the ticket it is about; gives its id. */
  readonly keep: (asked: A, ticket: string) => Promise<string>;
  /** Takes it as an ordinary message. */
  readonly admit: (asked: A) => Promise<void>;
  /** Lets it wait for the matter; false when too much waits already. */
  readonly hold: (asked: A) => Promise<boolean>;
}

/** Most tickets that one answer about the progress names. */
const MOST_NAMED = 5;

/** Works 进度, 催单, 人工, 取消; false when the message is none of them, or asks for what only an open ticket could give. */
export function createCustomerWords<A extends Asked>(
  parts: Parts,
  deps: CustomerWordDeps<A>,
): (asked: A) => Promise<boolean> {
  const { store, clock } = parts;
  const { perform, tell } = deps;

  const told = (asked: A, ticket: Ticket | null, sentence: Sentence, author: string, id?: string): Told => ({
    id: id ?? derivedId(author, asked.row),
    ticket: ticket?._id ?? '',
    author,
    to: addressOf(asked.event),
    language: ticket?.language ?? languageOf(asked.event.text),
    sentence,
  });

  const whoOf = (asked: A) => ({
    actor: { kind: 'customer', account: asked.from.account } as const,
    cause: asked.row,
  });

  const progress = async (asked: A): Promise<void> => {
    const now = clock.now();
    const all = await deps.theirs(asked.from);
    const open = all.filter((t) => OPEN.has(t.status)).toSorted((a, b) => a.openedAt.getTime() - b.openedAt.getTime());
    const found = await deps.find(asked);
    const ended = found !== null && open.length === 0 && endedLately(found, now) ? [found] : [];
    const tickets = [...open, ...ended].slice(0, MOST_NAMED).map((t) => ({ no: t.number, ...stepOf(t, now) }));
    const sentence: Sentence =
      tickets.length === 0
        ? { key: 'notice.nothing_open', params: null }
        : { key: 'notice.progress', params: { tickets } };
    await tell(told(asked, open[0] ?? ended[0] ?? null, sentence, 'progress'));
  };

  /** Where they stand in the queue, and what is promised. */
  const standing = async (t: Ticket) => ({
    no: t.number,
    ahead: isUnclaimed(t) ? await store.tickets.ahead(t.team, t.openedAt) : null,
    promise: promiseOf(t, clock.now()),
  });

  const nudge = async (asked: A, t: Ticket): Promise<boolean> => {
    const answer = told(asked, t, { key: 'notice.nudged', params: await standing(t) }, 'nudged');
    const message = await deps.keep(asked, t._id);
    await store.messages.add([toldMessage(answer, clock.now())]);
    const quote = { message, text: asked.event.text.trim(), attachments: [], at: clock.now() };
    const result = await perform(t._id, { type: 'nudge', message, quote, answer: answer.id }, whoOf(asked));
    return result.outcome !== 'refused';
  };

  const human = async (asked: A, t: Ticket): Promise<void> => {
    const sentence: Sentence = { key: 'notice.human', params: await standing(t) };
    // One answer for each ticket, however often they ask.
    await tell(told(asked, t, sentence, 'human', derivedId('human', t._id)));
  };

  const cancel = async (asked: A, t: Ticket): Promise<void> => {
    const params = { no: t.number };
    const answer = told(asked, t, { key: 'notice.cancelled', params }, 'cancelled');
    const message = await deps.keep(asked, t._id);
    await store.messages.add([toldMessage(answer, clock.now())]);
    const result = await perform(t._id, { type: 'cancel', message, answer: answer.id }, whoOf(asked));
    if (result.outcome !== 'refused') return;
    // Somebody works on it: they read it like any message, and the customer reads that they do.
    await tell(told(asked, t, { key: 'notice.cancel_passed_on', params }, 'cancel_passed_on'));
    await deps.admit(asked);
  };

  return async (asked) => {
    const word: CustomerWord | null = asked.event.attachments.length > 0 ? null : customerWord(asked.event.text);
    if (word === null) return false;
    if (word === 'progress') {
      await progress(asked);
      return true;
    }
    const found = await deps.find(asked);
    if (found === null || !OPEN.has(found.status)) return word === 'human' ? deps.hold(asked) : false;
    if (word === 'nudge') return nudge(asked, found);
    await (word === 'human' ? human(asked, found) : cancel(asked, found));
    return true;
  };
}

/** What was promised next and is not late yet. */
function promiseOf(t: Ticket, now: Date): Progress['promise'] {
  const { firstResponse, nextResponse, resolution } = dueOf(t.clocks);
  const answer = firstResponse ?? nextResponse;
  if (answer !== undefined && answer > now) return { what: 'answer', by: answer };
  return resolution !== undefined && resolution > now ? { what: 'solution', by: resolution } : null;
}

/** How far it is, in the customer's terms. */
function stepOf(t: Ticket, now: Date): Pick<Progress, 'step' | 'promise'> {
  const promise = promiseOf(t, now);
  if (!OPEN.has(t.status)) return { step: 'done', promise: null };
  if (isUnclaimed(t)) return { step: 'queued', promise };
  if (t.status === 'waiting_customer') return { step: 'answered', promise: null };
  if (t.status === 'waiting_other' && t.wait !== null && t.wait !== 'customer') return { step: t.wait, promise };
  return { step: 'working', promise };
}
