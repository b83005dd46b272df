import type { Directory } from '../src/domain/directory.ts';
import type { TicketRef } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card } from './card.ts';
import { rowOf } from './list.ts';
import type { Row } from './standing.ts';
import { typedOf } from './verb.ts';

export interface AnomalyCardInput {
  readonly about:
    | { readonly kind: 'surge'; readonly what: string }
    /** Name of somebody who takes longer than they do. */
    | { readonly kind: 'slow'; readonly who: string };
  readonly open: boolean;
  readonly since: Date;
  readonly at: Date;
  readonly count: number;
  readonly usual: number;
  readonly by: 'weeks' | 'days';
  readonly windowMs: number;
  /** The newest of its tickets, all of them by number. */
  readonly tickets: readonly TicketRef[];
  /** A few of them. */
  readonly samples: readonly Row[];
  /** Words of most of them, masked. */
  readonly words: readonly string[];
  /** The problem under which they stand, how many of them do, and which do not yet. */
  readonly problem: { readonly no: number; readonly count: number; readonly missing: readonly number[] } | null;
  readonly directory: Directory;
}

/** Tickets that one button takes along: its text is bounded. */
const MOST_TAKEN = 50;

/** Something is not as ever: what, how much against what is usual, since when, and a few of its tickets. One quiet line once it is over. */
export function drawAnomaly(input: AnomalyCardInput, reader: Reader): Card {
  const { about, open, since, at, count, usual, by, windowMs, samples, words, problem, directory } = input;
  const base = { kind: 'anomaly', locale: reader.locale } as const;
  if (!open) {
    const over =
      about.kind === 'slow'
        ? text(reader, 'anomaly.slow_over', about)
        : text(reader, 'anomaly.over', { what: about.what, since, at, count });
    return { ...base, tone: 'grey', title: over, summary: over, blocks: [], actions: [] };
  }
  const title =
    about.kind === 'slow'
      ? text(reader, 'anomaly.slow', { who: about.who, now: count, usual })
      : text(reader, 'anomaly.title', { what: about.what, count, usual, windowMs });
  const status = text(reader, 'anomaly.status', { since, by });
  const note = (line: string): Block => ({ type: 'note', text: line });
  const blocks: readonly Block[] = [
    ...(about.kind === 'slow' ? [note(text(reader, 'anomaly.slow_hint', null))] : []),
    ...(words.length === 0 ? [] : [note(text(reader, 'anomaly.words', { words }))]),
    ...(problem === null ? [] : [note(text(reader, 'anomaly.grouped', problem))]),
    ...(samples.length === 0
      ? []
      : [{ type: 'list', items: samples.map((t) => rowOf(t, directory, reader)) } as const]),
  ];
  return {
    ...base,
    tone: 'amber',
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks,
    actions: about.kind === 'slow' ? [] : problemActions(input, reader),
  };
}

function problemActions({ tickets, problem }: AnomalyCardInput, reader: Reader): readonly Action[] {
  const [first, ...rest] = tickets.map((ref) => ref.number).toSorted((a, b) => a - b);
  const no = problem?.no ?? first;
  const others = (problem === null ? rest : problem.missing).slice(-MOST_TAKEN);
  if (no === undefined || others.length === 0) return [];
  const invoke = { command: 'group', args: { ticket: String(no), tickets: others.join(' ') } };
  const label = text(reader, problem === null ? 'anomaly.problem' : 'anomaly.problem_more', null);
  return [{ label, style: 'primary', placement: 'button', invoke, typed: typedOf(invoke, reader.locale) }];
}
