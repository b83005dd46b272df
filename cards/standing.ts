import type { Directory } from '../src/domain/directory.ts';
import { mask } from '../src/domain/mask.ts';
import { nearestDue } from '../src/domain/sla.ts';
import { OPEN } from '../src/domain/status.ts';
import { ticketName, type Ticket } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Block, Card } from './card.ts';

/** A ticket as lists load it; all that most cards need. */
export type Row = Omit<Ticket, 'history' | 'pending' | 'description'>;

/** Whether a card is read by a whole group, where personal data is masked, or by the person who works on the ticket. */
export type Audience = 'group' | 'assignee';

/** Puts customer-written text into the form in which this audience may read it. */
export function shown(t: Pick<Row, 'facts'>, written: string, audience: Audience): string {
  return audience === 'group' ? mask(written, [t.facts.order, t.facts.tracking, ...(t.facts.more ?? [])]) : written;
}

/** `T-4821 · 快递三天没更新` */
export function titleOf(t: Row, reader: Reader, audience: Audience): string {
  const matter = shown(t, t.subject.replace(/\s+/gu, ' ').trim(), audience);
  return `${ticketName(t)} · ${matter === '' ? text(reader, 'card.untitled', null) : matter}`;
}

export const isHandled = (t: Pick<Row, 'status'>): boolean => !OPEN.has(t.status);

/** Grey new, blue in progress, amber waiting or short of time, red overdue or urgent, green done. */
export function toneOf(t: Row, now: Date): Card['tone'] {
  if (isHandled(t)) return 'green';
  const due = nearestDue(t.clocks);
  const left = due === null ? Infinity : due.at.getTime() - now.getTime();
  if (left <= 0 || t.priority === 'urgent' || t.undelivered !== null) return 'red';
  if (t.wait !== null || t.status === 'waiting_customer' || t.status === 'waiting_other') return 'amber';
  if (due !== null && left < (t.clocks[due.clock]?.limitMs ?? 0) / 6) return 'amber';
  return t.status === 'in_progress' ? 'blue' : 'grey';
}

export const nameOf = (directory: Directory, person: string): string => directory.people.get(person)?.name ?? person;
export const teamName = (directory: Directory, team: string): string => directory.teams.get(team)?.name ?? team;

/**
 * `🔥 李雷 处理中 · 紧急 · 14:32 前回复`: status, whose it is, how urgent, and the nearest clock as clock time. `person`: who reads it alone
 * and needs no telling that it is theirs.
 */
export function statusOf(t: Row, directory: Directory, reader: Reader, person: string | null = null): string {
  if (isHandled(t)) return handled(t, directory, reader);
  const who = t.assignee === null || t.assignee === person ? null : nameOf(directory, t.assignee);
  const status = word(t, reader);
  const parts = [who === null ? status : text(reader, 'card.held_by', { who, status })];
  if (t.undelivered !== null) parts.push(text(reader, 'card.undelivered', null));
  if (t.offer !== null)
    parts.push(text(reader, 'card.offered_to', { who: nameOf(directory, t.offer.to), until: t.offer.until }));
  if (t.priority === 'high' || t.priority === 'urgent') parts.push(text(reader, `card.priority_${t.priority}`, null));
  if (t.nudges.count > 0) parts.push(text(reader, 'card.nudged', { count: t.nudges.count }));
  const due = clockOf(t, reader);
  if (t.wait !== null && t.until !== null) parts.push(text(reader, 'card.resumes', { at: t.until }));
  if (due !== null) parts.push(due.words);
  return sign(due?.late === true, t.priority === 'urgent') + capital(parts.join(' · '));
}

/** `14:32 前回复`: the nearest promise in words, and whether it is broken; null when nothing is promised. */
export function clockOf(t: Row, reader: Reader): { readonly words: string; readonly late: boolean } | null {
  const due = nearestDue(t.clocks);
  if (due === null) return null;
  const late = due.at <= reader.now;
  return { words: text(reader, `card.${late ? 'late' : 'due'}_${due.clock}`, { at: due.at }), late };
}

const sign = (late: boolean, urgent: boolean): string => (late ? '⏰ ' : urgent ? '🔥 ' : '');

// A line starts with a capital in languages that have them.
const capital = (line: string): string => line.slice(0, 1).toUpperCase() + line.slice(1);

/** The status in one word; a ticket that waits internally says for whom. */
export function word(t: Pick<Row, 'status' | 'wait'>, reader: Reader): string {
  if (t.status === 'waiting_other' && t.wait !== null && t.wait !== 'customer') {
    return text(reader, `card.waiting_${t.wait}`, null);
  }
  return text(reader, `status.${t.status}`, null);
}

/** `✅ 已解决 · 同意退货 · 李雷 14:40` */
function handled(t: Row, directory: Directory, reader: Reader): string {
  const { into } = t.merged;
  const parts = [into === null ? word(t, reader) : text(reader, 'card.merged', { no: into.number })];
  const disposition = t.disposition === null ? undefined : directory.dispositions.get(t.disposition);
  if (disposition !== undefined) parts.push(disposition.name[reader.locale]);
  const at = (t.status === 'closed' ? t.closedAt : t.resolvedAt) ?? t.updatedAt;
  const told =
    t.last.type === t.status || t.last.type === 'merged'
      ? t.last.by
      : t.assignee === null
        ? null
        : nameOf(directory, t.assignee);
  parts.push(text(reader, 'card.handled', { who: told, at }));
  return `${t.status === 'resolved' ? '✅ ' : ''}${capital(parts.join(' · '))}`;
}

/** The line that says that it is a problem and of how much, or a case of one; none on other tickets. */
export function problemOf({ problem = null, cases }: Row, reader: Reader): readonly Block[] {
  const line =
    cases !== undefined
      ? text(reader, 'card.cases', { count: cases.length })
      : problem !== null
        ? text(reader, 'card.case_of', { no: problem.number })
        : null;
  return line === null ? [] : [{ type: 'note', text: line }];
}

/** The line that says for whom the team covers; none on other tickets. */
export function coverOf(t: Row, directory: Directory, person: string | null, reader: Reader): readonly Block[] {
  if (t.owner === null || t.status !== 'new') return [];
  const params = { who: nameOf(directory, t.owner), back: t.ownerBack, mine: t.owner === person };
  return [{ type: 'note', text: text(reader, 'card.covered', params) }];
}
