import type { Directory } from '../src/domain/directory.ts';
import type { Owed } from '../src/domain/pinged.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card, ListItem } from './card.ts';
import { firstLines } from './excerpt.ts';
import { nameOf, shown, statusOf, titleOf, type Audience, type Row } from './standing.ts';
import { verbsFor } from './ticket.ts';
import { actionOf, actionsOf, fits, typedOf, verbLabel, type Verb } from './verb.ts';

/** Why the reader hears of a ticket at this moment. */
export type PingReason =
  | ({ readonly why: 'due' } & Owed)
  /** `words`: the first of the note that came with it; empty: none came. */
  | { readonly why: 'escalated'; readonly by: string; readonly words: string }
  | { readonly why: 'reminder' };

export interface PingLine {
  readonly ticket: Row;
  readonly reason: PingReason;
}

export interface PingCardInput {
  /** In any order; none: nothing of it is due any more. */
  readonly lines: readonly PingLine[];
  /** Numbers of the tickets of which it told, for when none is left. */
  readonly told: readonly number[];
  /** There are more than these lines. */
  readonly more: boolean;
  /** From when on it was held, because its reader was not there; null: it was not. */
  readonly since: Date | null;
  readonly person: string;
  readonly directory: Directory;
  /** It goes where nothing can be pressed or typed. */
  readonly outside: boolean;
}

/** Most tickets that are shown; the rest is a number. */
const ROWS = 8;
/** Most tickets that are named once none is due any more. */
const NAMED = 5;

/** What is due of somebody's, in their direct chat: one ticket as itself, several as rows, late ones first. */
export function drawPing(input: PingCardInput, reader: Reader): Card {
  const { person } = input;
  const lines = worstFirst(input.lines, reader.now);
  const [first, second] = lines;
  if (first === undefined) return over(input, reader);
  const audience: Audience = first.ticket.assignee === person && !input.outside ? 'assignee' : 'group';
  return second === undefined && !input.more
    ? single(first, input, reader, audience)
    : several({ ...input, lines }, reader);
}

/** A message that a newer one has taken the place of. */
export function drawPassed(reader: Reader): Card {
  const title = text(reader, 'ping.newer', null);
  return { kind: 'ping', locale: reader.locale, tone: 'grey', title, summary: title, blocks: [], actions: [] };
}

const isLate = ({ reason }: PingLine, now: Date): boolean => reason.why === 'due' && reason.at <= now;

/** Late before escalated before due soon before what one asked for; of each the urgent ones first, then by their moments. One line for a ticket. */
function worstFirst(lines: readonly PingLine[], now: Date): readonly PingLine[] {
  const rank = (line: PingLine): number =>
    isLate(line, now) ? 0 : line.reason.why === 'escalated' ? 1 : line.reason.why === 'due' ? 2 : 3;
  const urgent = ({ ticket }: PingLine): number => (ticket.priority === 'urgent' ? 0 : 1);
  const moment = ({ reason, ticket }: PingLine): number =>
    (reason.why === 'due' ? reason.at : ticket.openedAt).getTime();
  const sorted = lines.toSorted((a, b) => rank(a) - rank(b) || urgent(a) - urgent(b) || moment(a) - moment(b));
  return sorted.filter(({ ticket }, i) => sorted.findIndex((other) => other.ticket._id === ticket._id) === i);
}

/** Why the reader hears of it, and how urgent it is. */
function reasonOf(line: PingLine, input: PingCardInput, reader: Reader): string {
  const { priority } = line.ticket;
  const parts = [whyOf(line, input, reader)];
  if (priority === 'high' || priority === 'urgent') parts.push(text(reader, `card.priority_${priority}`, null));
  return capital(parts.join(' · '));
}

/** What is due, for whom: `首响已超时（14:32）`; to those who lead with whose it is. */
function whyOf({ ticket: t, reason }: PingLine, { person, directory }: PingCardInput, reader: Reader): string {
  if (reason.why === 'reminder') return text(reader, 'ping.reminder', null);
  if (reason.why === 'escalated') {
    const words = firstLines(shown(t, reason.words, t.assignee === person ? 'assignee' : 'group'), 1).text;
    return text(reader, 'ping.escalated', { who: nameOf(directory, reason.by), words });
  }
  const late = reason.at <= reader.now;
  const what = text(reader, `card.${late ? 'late' : 'due'}_${reason.clock}`, { at: reason.at });
  if (t.assignee === person) return what;
  const who = t.assignee === null ? '' : nameOf(directory, t.assignee);
  return text(reader, 'ping.theirs', { who, late, what });
}

const tone = (lines: readonly PingLine[], now: Date): Card['tone'] =>
  lines.some((line) => isLate(line, now)) ? 'red' : 'amber';

/** One ticket, with its buttons. */
function single(line: PingLine, input: PingCardInput, reader: Reader, audience: Audience): Card {
  const { ticket: t } = line;
  const { directory, person, since, outside } = input;
  const title = titleOf(t, reader, audience);
  const reason = reasonOf(line, input, reader);
  const status = `${isLate(line, reader.now) ? '⏰ ' : ''}${since === null ? reason : text(reader, 'ping.held', { since, what: reason })}`;
  const words = t.quotes.findLast((q) => q.text.trim() !== '')?.text ?? '';
  const quote = firstLines(shown(t, words, audience), 3);
  // A status line of its own would say what is due once more.
  const stands = line.reason.why === 'due' ? [] : [statusOf(t, directory, reader, person)];
  const blocks: readonly Block[] = [
    ...stands.map((words): Block => ({ type: 'note', text: words })),
    ...(quote.text === '' ? [] : [{ type: 'text', style: 'quote', text: quote.text } as const]),
  ];
  const asking = { ticket: t, directory, reader };
  return {
    kind: 'ping',
    locale: reader.locale,
    tone: tone([line], reader.now),
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks,
    actions: outside ? [] : actionsOf(verbsOf(t, person), asking, { buttons: 3, expand: false }),
  };
}

/** Who handles it carries on; who leads sees to it that somebody does. */
function verbsOf(t: Row, person: string): readonly Verb[] {
  if (t.assignee !== person) return ['claim', 'acknowledge', 'assign', 'transfer', 'note', 'show'];
  const own = verbsFor(t).filter((v) => v !== 'reveal' && v !== 'show');
  // What ends the promise, and what ends the matter.
  const first = own.filter((v) => MOVES.has(v) && fits(v, t));
  return [...first, 'acknowledge', ...own.filter((v) => !first.includes(v)), 'remind', 'escalate', 'show'];
}

const MOVES: ReadonlySet<Verb> = new Set(['reply', 'told', 'resolve']);

function several(input: PingCardInput, reader: Reader): Card {
  const { lines, more, since, person, directory, outside } = input;
  const late = lines.filter((line) => isLate(line, reader.now)).length;
  const of = (why: PingReason['why']): number => lines.filter(({ reason }) => reason.why === why).length;
  const counts = { late, soon: of('due') - late, escalated: of('escalated'), reminders: of('reminder'), more };
  const title = text(reader, 'ping.count', { ...counts, since });
  const rows = lines.slice(0, ROWS);
  const items = rows.map((line): ListItem => {
    const { ticket } = line;
    const action = outside ? null : actionOf('show', { ticket, directory, reader });
    return {
      text: titleOf(ticket, reader, ticket.assignee === person && !outside ? 'assignee' : 'group'),
      detail: `${isLate(line, reader.now) ? '⏰ ' : ''}${reasonOf(line, input, reader)}`,
      ...(action !== null && { action }),
    };
  });
  const rest = lines.length - rows.length;
  return {
    kind: 'ping',
    locale: reader.locale,
    tone: tone(lines, reader.now),
    title,
    summary: title,
    blocks: [{ type: 'list', items }, ...(outside && rest > 0 ? [restNote(rest, more, reader)] : [])],
    actions: outside ? [] : [acknowledgeAll(reader), ...(rest > 0 ? [restOf(rest, input, reader)] : [])],
  };
}

const restNote = (count: number, more: boolean, reader: Reader): Block => ({
  type: 'note',
  text: text(reader, 'ping.rest', { count, more }),
});

function acknowledgeAll(reader: Reader): Action {
  const invoke = { command: 'acknowledge', args: {} };
  return {
    label: text(reader, 'ping.acknowledge_all', null),
    style: 'primary',
    placement: 'button',
    invoke,
    typed: typedOf(invoke, reader.locale),
  };
}

/** The list in which the others stand: the reader's own, or their teams'. */
function restOf(count: number, { lines, person, more }: PingCardInput, reader: Reader): Action {
  const isOwn = lines.every(({ ticket }) => ticket.assignee === person);
  const invoke = { command: 'list', args: isOwn ? { scope: 'mine' } : {} };
  const typed = isOwn
    ? `${verbLabel('list', reader)} ${text(reader, 'command.scope_mine', null)}`
    : verbLabel('list', reader);
  return { label: text(reader, 'ping.rest', { count, more }), style: 'default', placement: 'button', invoke, typed };
}

function over({ told }: PingCardInput, reader: Reader): Card {
  const title = text(reader, 'ping.over', { nos: told.slice(0, NAMED) });
  return { kind: 'ping', locale: reader.locale, tone: 'grey', title, summary: title, blocks: [], actions: [] };
}

// A line starts with a capital in languages that have them.
const capital = (line: string): string => line.slice(0, 1).toUpperCase() + line.slice(1);
