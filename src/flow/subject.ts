import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import type { Answer, Command } from '../../commands/command.ts';
import { encodeInvocation } from '../../cards/invocation.ts';
import { readArgs, type Given } from '../../commands/params.ts';
import { addressKey } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import { mask } from '../domain/mask.ts';
import { maySee } from '../domain/permission.ts';
import { OPEN } from '../domain/status.ts';
import { ticketName, type Ticket } from '../domain/ticket.ts';
import { undoTarget } from '../domain/verbs/undo.ts';
import type { Sentence } from '../text/text.ts';
import { survivorOf } from './join.ts';
import type { Parts } from './parts.ts';

/** Most tickets offered when it is not clear which one is meant. */
const OFFERS = 5;
/** Longest invocation that fits every platform's button once the number is added. */
const LONGEST = 400;

type Subject =
  /** `first`: said before the answer, because another ticket was named. */
  | { readonly kind: 'ticket'; readonly ticket: Ticket | null; readonly first?: Sentence }
  | { readonly kind: 'answer'; readonly answer: Answer };

interface Asked {
  readonly event: InboundMessage | InboundInvoke | InboundForm;
  readonly speaker: Person;
  readonly command: Command;
  readonly number: number | null;
  readonly given: Given;
}

/**
 * Which ticket is meant: the number, else the card it was pressed on, else the quoted message or thread, else the speaker's only
 * open ticket. With several the answer offers them as buttons; the latest is never picked silently.
 */
export async function subjectOf(parts: Parts, asked: Asked): Promise<Subject> {
  const { event, speaker, command, number } = asked;
  if (command.subject === 'none') return { kind: 'ticket', ticket: null };
  const { tickets, surfaces } = parts.store;
  if (number !== null) {
    const ticket = Number.isSafeInteger(number) ? await tickets.byNumber(number) : null;
    return meant(parts, ticket, asked, `T-${number}`);
  }
  if (event.kind !== 'message' && event.surface !== undefined) {
    const surface = await surfaces.load(event.surface);
    if (surface !== null) return meant(parts, await tickets.load(surface.ticket), asked, '');
  }
  if (event.kind === 'message' && event.quote !== undefined) {
    const quoted = await quotedTicket(parts, event, event.quote);
    if (quoted !== null) return meant(parts, await tickets.load(quoted), asked, '');
  }
  if (command.subject === 'tickets') return { kind: 'ticket', ticket: null };
  const recent = command.name === 'undo' ? parts.recent.get(speaker.id) : undefined;
  if (recent !== undefined) return meant(parts, await tickets.load(recent), asked, '');
  const own = await tickets.list({ assignee: speaker.id, status: [...OPEN], order: 'oldest' }, OFFERS + 1);
  const [first, second] = own;
  if (first === undefined)
    return { kind: 'answer', answer: { sentence: { key: 'command.which_none', params: { verb: command.name } } } };
  if (second === undefined) return { kind: 'ticket', ticket: await tickets.load(first._id) };
  const values = valuesOf(parts, asked);
  const offers = own.slice(0, OFFERS).map((t) => ({
    label: {
      key: 'flow.ticket',
      params: { no: t.number, subject: mask(t.subject, [t.facts.order, t.facts.tracking]) },
    } as const,
    invoke: { command: command.name, args: { ticket: String(t.number), ...values } },
  }));
  const sentence = { key: 'command.which', params: { verb: command.name } } as const;
  return { kind: 'answer', answer: { sentence, offers } };
}

/** What was said with the verb goes along on each button, unless it is too long for one. */
function valuesOf(parts: Parts, { event, speaker, command, given }: Asked): Readonly<Record<string, string>> {
  const attachments = event.kind === 'message' ? event.attachments : [];
  const asking = { speaker, directory: parts.directory(), now: parts.clock.now(), ticket: null, attachments };
  const reading = readArgs(command, given, asking);
  const values =
    reading.kind === 'args' || reading.kind === 'missing'
      ? reading.kind === 'args'
        ? reading.args
        : reading.values
      : {};
  return encodeInvocation({ command: command.name, args: values }).length <= LONGEST ? values : {};
}

async function quotedTicket(parts: Parts, event: InboundMessage, quote: string): Promise<string | null> {
  const address = { platform: event.platform, app: event.app, conversation: event.conversation.id };
  const platformId = `${addressKey(address)}\n${quote}`;
  const surface = await parts.store.surfaces.byPlatformId(platformId);
  if (surface !== null) return surface.ticket;
  return (await parts.store.messages.byPlatformId(platformId))?.ticket ?? null;
}

/** Verbs that are about a merged ticket itself. */
const ON_MERGED: ReadonlySet<string> = new Set(['split', 'undo', 'merge']);

/**
 * What was merged into another ticket means that one, and the answer says so. A button of its old card does nothing there unseen: it
 * is answered with where to go.
 */
async function meant(parts: Parts, ticket: Ticket | null, asked: Asked, named: string): Promise<Subject> {
  const subject = seen(ticket, asked, named);
  const { command, event } = asked;
  if (ticket === null || subject.kind === 'answer' || ticket.merged.into === null || ON_MERGED.has(command.name))
    return subject;
  const survivor = await survivorOf(parts, ticket);
  const found = seen(survivor, asked, '');
  if (found.kind === 'answer') return found;
  const params = { no: ticket.number, into: survivor.number };
  const first = { key: 'flow.instead', params } as const;
  if (event.kind === 'message' || command.name === 'show') return { kind: 'ticket', ticket: survivor, first };
  const invoke = { command: 'show', args: { ticket: String(survivor.number) } };
  const label = { key: 'flow.ticket', params: { no: survivor.number, subject: survivor.subject } } as const;
  const sentence = { key: 'refusal.merged', params: { code: 'merged', ...params } } as const;
  return { kind: 'answer', answer: { sentence, offers: [{ label, invoke }] } };
}

/** A ticket somebody may not see does not exist for them; what they just passed on to another team they may still take back. */
function seen(ticket: Ticket | null, { speaker, command }: Asked, named: string): Subject {
  const own = (t: Ticket): boolean => command.name === 'undo' && undoTarget(t, null, speaker.id) !== null;
  if (ticket !== null && (maySee(speaker, ticket) || own(ticket))) return { kind: 'ticket', ticket };
  const no = named === '' && ticket !== null ? ticketName(ticket) : named;
  return { kind: 'answer', answer: { sentence: { key: 'refusal.not_found', params: { code: 'not_found', no } } } };
}
