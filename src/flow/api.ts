import type { InboundForm, InboundReport, OutMessage, Sink } from '../../adapters/adapter.ts';
import { ticketNumber } from '../../commands/parse.ts';
import { appKey } from '../domain/address.ts';
import { canonical } from '../domain/chain.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { InboxRow } from '../storage/inbox.ts';
import { survivorOf } from './join.ts';
import type { Parts } from './parts.ts';
import { reportedMessage, reportedNote } from './report.ts';

/** How long a program waits for what came of its request, ms. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/** What came of a report. */
export type Reported =
  | { readonly kind: 'opened' | 'updated' | 'repeated'; readonly ticket: Ticket }
  /** It only adds to tickets, and none of its matter is open. */
  | { readonly kind: 'ignored' }
  /** Something else came under the same id before. */
  | { readonly kind: 'conflict' }
  /** It is stored and will be worked; asked again under the same id it says what came of it. */
  | { readonly kind: 'pending' };

/** What came of a verb. */
export type Commanded =
  | { readonly kind: 'worked'; readonly outcome: Outcome | null; readonly answer: OutMessage | null }
  /** `unchanged`: it came before and changed nothing, as it was refused or was so already. */
  | { readonly kind: 'repeated' | 'unchanged' | 'conflict' | 'pending' };

/** The doors for programs: what they send is stored and worked like everything else, and they hear what came of it. */
export interface Api {
  report(event: InboundReport): Promise<Reported>;
  command(event: InboundForm): Promise<Commanded>;
}

const rowIdOf = (event: InboundReport | InboundForm): string => `${appKey(event)}\n${event.id}`;

export function createApi(parts: Pick<Parts, 'store' | 'clock'>, sink: Pick<Sink, 'accept'>): Api {
  const { store, clock } = parts;

  /** What an earlier request under this id left; null: it is not worked yet. */
  const leftBy = async (row: string): Promise<Reported | null> => {
    const [message, [note]] = await Promise.all([
      store.messages.load(reportedMessage(row)),
      store.notes.withIds([reportedNote(row)]),
    ]);
    const found = note?.ticket ?? message?.ticket;
    const ticket = found === undefined ? null : await store.tickets.load(found);
    if (ticket !== null) return { kind: 'repeated', ticket };
    const stored = await store.inbox.load(row);
    return stored === null || stored.doneAt !== undefined ? { kind: 'ignored' } : null;
  };

  /** Whether the verb of an earlier request under this id changed its ticket, or the one that was merged into. */
  const changed = async (event: InboundForm): Promise<boolean> => {
    const number = ticketNumber(event.invocation.args['ticket'] ?? '');
    const named = number === null ? null : await store.tickets.byNumber(number);
    const met = named === null ? [] : [named, await survivorOf(parts, named)];
    return met.some((t) => t.history.causes.some((c) => c.cause === rowIdOf(event)));
  };

  const differs = (event: InboundReport | InboundForm, row: InboxRow | null): boolean => {
    if (row?.body.from !== 'platform') return false;
    const before = row.body.event;
    if (event.kind === 'report') return before.kind !== 'report' || before.report.digest !== event.report.digest;
    const said = ({ invocation, sender }: InboundForm): string => canonical({ invocation, sender: sender.id });
    return before.kind !== 'form' || said(before) !== said(event);
  };

  return {
    async report(event) {
      const until = clock.monotonic() + PATIENCE_MS;
      const { outcome, repeated } = await sink.accept(event, { answerBy: PATIENCE_MS });
      if (repeated === true && differs(event, await store.inbox.load(rowIdOf(event)))) return { kind: 'conflict' };
      if (outcome?.outcome === 'opened' || outcome?.outcome === 'updated')
        return { kind: repeated === true ? 'repeated' : outcome.outcome, ticket: outcome.ticket };
      if (outcome?.outcome === 'ignored') return { kind: 'ignored' };
      // Another process works on it, older reports of its matter come first, or it failed and is tried again.
      for (;;) {
        const left = await leftBy(rowIdOf(event));
        if (left !== null) return left;
        if (clock.monotonic() >= until) return { kind: 'pending' };
        await new Promise<void>((resolve) => {
          clock.after(LOOK_MS, resolve);
        });
      }
    },

    async command(event) {
      const accepted = await sink.accept(event, { answerBy: PATIENCE_MS });
      const isRepeat = accepted.repeated === true;
      const isAnswered = accepted.outcome !== undefined || accepted.answer !== undefined;
      const row = isRepeat || !isAnswered ? await store.inbox.load(rowIdOf(event)) : null;
      if (isRepeat && differs(event, row)) return { kind: 'conflict' };
      if (!isAnswered && row?.doneAt === undefined) return { kind: 'pending' };
      // What the first one was told is not kept: what it did is.
      if (isRepeat && !isAnswered) return { kind: (await changed(event)) ? 'repeated' : 'unchanged' };
      return { kind: 'worked', outcome: accepted.outcome ?? null, answer: accepted.answer?.message ?? null };
    },
  };
}
