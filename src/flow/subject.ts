import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import type { Answer, Command } from '../../commands/command.ts';
import { addressKey } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import { maySee } from '../domain/permission.ts';
import { OPEN } from '../domain/status.ts';
import { ticketName, type Ticket } from '../domain/ticket.ts';
import type { Parts } from './parts.ts';

/** Most tickets offered when it is not clear which one is meant. */
const OFFERS = 5;

type Subject =
  | { readonly kind: 'ticket'; readonly ticket: Ticket | null }
  | { readonly kind: 'answer'; readonly answer: Answer };

interface Asked {
  readonly event: InboundMessage | InboundInvoke | InboundForm;
  readonly speaker: Person;
  readonly command: Command;
  readonly number: number | null;
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
    return seen(ticket, speaker, `T-${number}`);
  }
  if (event.kind !== 'message' && event.surface !== undefined) {
    const surface = await surfaces.load(event.surface);
    if (surface !== null) return seen(await tickets.load(surface.ticket), speaker, '');
  }
  if (event.kind === 'message' && event.quote !== undefined) {
    const quoted = await quotedTicket(parts, event, event.quote);
    if (quoted !== null) return seen(await tickets.load(quoted), speaker, '');
  }
  const own = await tickets.list({ assignee: speaker.id, status: [...OPEN], order: 'oldest' }, OFFERS + 1);
  const [first, second] = own;
  if (first === undefined)
    return { kind: 'answer', answer: { sentence: { key: 'command.which_none', params: { verb: command.name } } } };
  if (second === undefined) return { kind: 'ticket', ticket: await tickets.load(first._id) };
  const offers = own.slice(0, OFFERS).map((t) => ({
    label: { key: 'flow.ticket', params: { no: t.number, subject: t.subject } } as const,
    invoke: { command: command.name, args: { ticket: String(t.number), ...given(event) } },
  }));
  const sentence = { key: 'command.which', params: { verb: command.name } } as const;
  return { kind: 'answer', answer: { sentence, offers } };
}

const given = (event: Asked['event']): Readonly<Record<string, string>> =>
  event.kind === 'message' ? {} : event.invocation.args;

async function quotedTicket(parts: Parts, event: InboundMessage, quote: string): Promise<string | null> {
  const address = { platform: event.platform, app: event.app, conversation: event.conversation.id };
  const platformId = `${addressKey(address)}\n${quote}`;
  const surface = await parts.store.surfaces.byPlatformId(platformId);
  if (surface !== null) return surface.ticket;
  return (await parts.store.messages.byPlatformId(platformId))?.ticket ?? null;
}

/** A ticket somebody may not see does not exist for them. */
function seen(ticket: Ticket | null, speaker: Person, named: string): Subject {
  if (ticket !== null && maySee(speaker, ticket)) return { kind: 'ticket', ticket };
  const no = named === '' && ticket !== null ? ticketName(ticket) : named;
  return { kind: 'answer', answer: { sentence: { key: 'refusal.not_found', params: { code: 'not_found', no } } } };
}
