import type { Directory } from '../src/domain/directory.ts';
import { programName, type Actor } from '../src/domain/actor.ts';
import { placeOf } from '../src/domain/contact.ts';
import type { ChangeType, SealedEvent } from '../src/domain/event.ts';
import { HIDDEN } from '../src/domain/reveal.ts';
import { PRIORITIES, RELEASE_REASONS, WAITS } from '../src/domain/status.ts';
import { ticketName, type Ticket } from '../src/domain/ticket.ts';
import { sourceOf } from '../src/domain/verbs/split.ts';
import { history, type By } from '../src/text/history.ts';
import { text, type Reader } from '../src/text/text.ts';
import { verbName } from '../src/text/verb.ts';
import { categoryName } from './facts.ts';
import { nameOf, shown, teamName, word, type Audience } from './standing.ts';

/** The command whose word names an undone change. */
const COMMAND: Partial<Record<ChangeType, string>> = {
  claimed: 'claim',
  assigned: 'assign',
  transferred: 'transfer',
  offered: 'transfer',
  taken: 'claim',
  handed_over: 'handover',
  grouped: 'group',
  resolved: 'resolve',
  closed: 'close',
  replied: 'reply',
  replied_elsewhere: 'told',
};

/** The last thing that happened and who did it; in full when the history still holds the event. */
export function footerOf(t: Ticket, directory: Directory, reader: Reader, audience: Audience): string | undefined {
  const { last } = t;
  const event = t.history.tail.findLast((e) => e.type === last.type);
  if (event !== undefined && event.at.getTime() === last.at.getTime()) {
    return happened(t, event, directory, reader, audience);
  }
  if (!isChange(last.type)) return undefined;
  const byCustomer =
    last.type === 'message_received' ||
    last.type === 'nudged' ||
    last.type === 'recalled' ||
    last.type === 'cancelled' ||
    last.type === 'opened' ||
    last.type === 'reopened';
  const nobody: By = { kind: byCustomer && t.source.kind === 'message' ? 'customer' : 'system' };
  const by: By = last.by === '' ? nobody : { kind: 'person', name: last.by };
  return text(reader, `history.${last.type}`, {
    by,
    at: last.at,
    what: last.type === 'replied_elsewhere' ? thereOf(t, directory, reader) : '',
  });
}

/** One event of a history in the reader's words. */
export function happened(
  t: Ticket,
  event: SealedEvent,
  directory: Directory,
  reader: Reader,
  audience: Audience,
): string {
  const { actor } = event;
  const by = byOf(actor);
  const what = shown(t, about(t, event, directory, reader), audience);
  return text(reader, `history.${event.type}`, { by, at: event.at, what });
}

function byOf(actor: Actor): By {
  if (actor.kind === 'customer') return { kind: 'customer' };
  if (actor.kind === 'system') {
    const name = programName(actor.name);
    return name === null ? { kind: 'system' } : { kind: 'program', name };
  }
  const via = programName(actor.via ?? '');
  return { kind: 'person', name: actor.name, ...(via !== null && { via }) };
}

const thereOf = (t: Ticket, directory: Directory, reader: Reader): string =>
  text(reader, 'field.there', placeOf(t, directory));

const isChange = (type: string): type is ChangeType => Object.hasOwn(history, type);

/** The person, team or value an event was about. Events are read as they were stored, so every value is looked at first. */
function about(t: Ticket, event: SealedEvent, directory: Directory, reader: Reader): string {
  const value = (name: string): string => {
    const found = event.data[name];
    return typeof found === 'string' ? found : '';
  };
  switch (event.type) {
    case 'opened':
    case 'split_off':
    case 'taken_in':
    case 'handed_back':
    case 'merged':
    case 'unmerged':
    case 'absorbed':
    case 'passed_on':
    case 'given_back': {
      const other = sourceOf(event);
      return other === null ? '' : ticketName(other);
    }
    case 'assigned':
    case 'handed_over':
    case 'offered':
    case 'lapsed':
    case 'retracted':
    case 'covered':
    case 'uncovered':
      return nameOf(directory, value('person'));
    case 'grouped':
    case 'ungrouped':
      return refsIn(event.data['tickets'], reader);
    case 'linked':
    case 'unlinked': {
      const problem = event.data['problem'] as Partial<Pick<Ticket, 'number'>> | undefined;
      return problem?.number === undefined ? '' : ticketName({ number: problem.number });
    }
    case 'transferred':
      return value('person') === '' ? teamName(directory, value('team')) : nameOf(directory, value('person'));
    case 'released':
      return reasonName(value('reason'), reader);
    case 'closed':
      return event.actor.kind === 'person' ? value('reason') : '';
    case 'replied_elsewhere':
      return thereOf(t, directory, reader);
    case 'attached':
      return String(Array.isArray(event.data['attachments']) ? event.data['attachments'].length : '');
    case 'pended':
      return waiting(value('wait'), reader);
    case 'resolved':
      return directory.dispositions.get(value('disposition'))?.name[reader.locale] ?? value('disposition');
    case 'prioritised':
      return priorityName(value('priority'), reader);
    case 'categorised':
    case 'redrafted':
      return categoryName(directory, value('category'), reader) ?? '';
    case 'tagged':
      return [...signed('+', event.data['added']), ...signed('-', event.data['removed'])].join(' ');
    case 'chased':
    case 'escalated':
    case 'reminded':
      return toldIn(event.data['tell'], directory);
    case 'revealed':
      return kinds(event.data['what'], reader);
    case 'undone': {
      const verb = value('verb');
      const command = isChange(verb) ? COMMAND[verb] : undefined;
      return command === undefined ? '' : verbName(command, reader.locale);
    }
    default:
      return '';
  }
}

function waiting(name: string, reader: Reader): string {
  const wait = WAITS.find((w) => w === name);
  if (wait === undefined) return '';
  return word({ status: wait === 'customer' ? 'waiting_customer' : 'waiting_other', wait }, reader);
}

function reasonName(name: string, reader: Reader): string {
  const reason = RELEASE_REASONS.find((r) => r === name);
  return reason === undefined ? name : text(reader, `value.reason_${reason}`, null);
}

function priorityName(name: string, reader: Reader): string {
  const priority = PRIORITIES.find((p) => p === name);
  return priority === undefined ? '' : text(reader, `value.priority_${priority}`, null);
}

function kinds(what: unknown, reader: Reader): string {
  const named = HIDDEN.filter((kind) => Array.isArray(what) && what.includes(kind));
  return named.map((kind) => text(reader, `value.hidden_${kind}`, null)).join(reader.locale === 'zh-CN' ? '、' : ', ');
}

const signed = (sign: string, tags: unknown): string[] =>
  Array.isArray(tags) ? tags.filter((t) => typeof t === 'string').map((t) => sign + t) : [];

/** The numbers of the first of several tickets, and how many there are in all. */
function refsIn(refs: unknown, reader: Reader): string {
  const all = Array.isArray(refs) ? (refs as readonly Pick<Ticket, 'number'>[]).map(ticketName) : [];
  const names = all.slice(0, MOST_NAMED).join(reader.locale === 'zh-CN' ? '、' : ', ');
  return all.length > MOST_NAMED ? `${names} … (${all.length})` : names;
}

/** Tickets that one line names. */
const MOST_NAMED = 5;

/** The names of those whom an event told. */
const toldIn = (tell: unknown, directory: Directory): string =>
  Array.isArray(tell) ? tell.map(({ person }: { person: string }) => nameOf(directory, person)).join('、') : '';
