import type { OutMessage, Ref } from '../../adapters/adapter.ts';
import { cut } from '../../cards/excerpt.ts';
import { shown, type Audience } from '../../cards/standing.ts';
import { programName, type Actor } from '../domain/actor.ts';
import { addressKey, appKey, type Address } from '../domain/address.ts';
import { isKept, type Attachment } from '../domain/attachment.ts';
import type { Place } from '../domain/effect.ts';
import { maySee } from '../domain/permission.ts';
import type { Ticket } from '../domain/ticket.ts';
import { DeliveryError } from '../errors.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import type { Surface } from '../storage/surfaces.ts';
import { groupsOf } from '../text/file.ts';
import { text } from '../text/text.ts';
import type { Attempt, Delivery } from './deliver.ts';
import type { Parts } from './parts.ts';
import { slotOf } from './places.ts';
import { groupReader } from './reader.ts';
import { outboxRow } from './row.ts';
import type { Talk } from './talk.ts';

type Body = Extract<OutboxBody, { kind: 'thread' }>;

const DONE: Delivery = { state: 'done' };
/** How often something looks whether the card below which it goes has been posted. */
const BEHIND_MS = 1_000;
/** Messages in which a file is looked for that the ticket itself holds no longer. */
const MOST_MESSAGES = 200;

/** Not the card's own lane: a file that takes long must not keep a claim from being shown. */
const laneOf = (slot: string): string => `thread:${slot}`;

/**
 * Puts a note below every card of its ticket in the groups of its team, once each, but not into the thread in which it was said. Doing it
 * again changes nothing; a note that no event of the ticket names is left out.
 */
export async function putNote(
  parts: Pick<Parts, 'store' | 'clock' | 'adapters' | 'directory'>,
  ticket: Ticket,
  note: string,
  said: Pick<Talk, 'address' | 'below'> | null,
): Promise<void> {
  const { store, clock, adapters } = parts;
  const event = ticket.history.tail.find(({ data }) => data['note'] === note);
  if (event === undefined) return;
  const place = { card: 'ticket', team: ticket.team } as const;
  const cards = (await store.surfaces.ofTicket(ticket._id)).filter(
    (s) => s.place.card === 'ticket' && (s.state === 'live' || s.state === 'reserved'),
  );
  const groups = [...(parts.directory().teams.get(ticket.team)?.groups ?? []), ...cards.map((s) => s.address)];
  const isThere = (to: Address): boolean =>
    said !== null &&
    addressKey(said.address) === addressKey(to) &&
    cards.some((s) => s.ref === said.below && addressKey(s.address) === addressKey(to));
  const takes = (to: Address): boolean =>
    adapters.get(appKey(to))?.capabilities(to).threads === true && mayRead(parts, ticket, place, to) && !isThere(to);
  const targets = new Map(groups.filter(takes).map((to) => [addressKey(to), to]));
  await store.outbox.add(
    [...targets].map(([key, address]) => {
      const body: Body = { kind: 'thread', ticket: ticket._id, place, what: { note }, ref: null };
      const lane = laneOf(slotOf(place, ticket._id, address));
      // In the order of the history, also where two were written in one millisecond.
      const _id = `${ticket._id}.note:${String(event.seq).padStart(6, '0')}:${key}`;
      return outboxRow({ _id, lane, address, body }, clock.now());
    }),
  );
}

/**
 * Sees to it that the files a card names are put below it, each once per card, where the platform has threads. To be called when the card
 * was sent and before it counts as shown: cut anywhere and done again it is the same, for a lot is as its row says.
 */
export async function putFiles({ parts, adapter }: Attempt, surface: Surface, message: OutMessage): Promise<void> {
  const { _id, slot, ticket, place, address } = surface;
  if (message.type !== 'card' || !adapter.capabilities(address).threads) return;
  const { outbox, surfaces } = parts.store;
  const named = message.card.blocks.flatMap((b) => (b.type === 'image' || b.type === 'file' ? [b.file] : []));
  const put = new Set((surface.below ?? []).flatMap((lot) => lot.files));
  for (let lot = (surface.below ?? []).length + 1; ; lot += 1) {
    const files = [...new Set(named)].filter((file) => !put.has(file));
    if (files.length === 0) return;
    const id = `${ticket}.files:${_id}:${lot}`;
    const body: Body = { kind: 'thread', ticket, place, what: { surface: _id, files }, ref: null };
    await outbox.add([outboxRow({ _id: id, lane: laneOf(slot), address, body }, parts.clock.now())]);
    const begun = (await outbox.load(id))?.body;
    const its = begun?.kind === 'thread' && 'files' in begun.what ? begun.what.files : files;
    await surfaces.putBelow(_id, { lot, files: its });
    for (const file of its) put.add(file);
  }
}

/** Puts one note or one lot of files below its card; waits for a card that is on its way. */
export async function threadRow(attempt: Attempt, row: OutboxRow, body: Body): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const { address } = row;
  // Posted by a try that was cut before the row counted as done.
  if (body.ref !== null || !adapter.capabilities(address).threads) return DONE;
  const ticket = await parts.store.tickets.load(body.ticket);
  if (ticket === null || !mayRead(parts, ticket, body.place, address)) return DONE;
  const card = await cardOf(parts, ticket, row, body);
  if (card === null) return DONE;
  if (card === 'coming') return { state: 'wait', ms: BEHIND_MS };
  const said = await inWords(attempt, ticket, row, body);
  if (said === null) return DONE;
  const ms = await budgets.take({ address, method: 'send', purpose: 'new' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  try {
    const ref = await adapter.send(address, { type: 'text', ...said, thread: card.id }, row._id);
    await parts.store.outbox.posted(row._id, ref.id);
  } catch (error) {
    // Somebody deleted the card; with the next one its files come anew.
    if (!(error instanceof DeliveryError && error.failure === 'gone')) throw error;
  }
  return DONE;
}

/** Whether whoever reads this place may read what is in the ticket now: a card that stays behind when its ticket goes to another team says nothing more. */
function mayRead({ directory }: Pick<Parts, 'directory'>, ticket: Ticket, place: Place, address: Address): boolean {
  const { people, groups } = directory();
  if (!('person' in place)) return (groups.get(addressKey(address)) ?? ticket.team) === ticket.team;
  const person = people.get(place.person);
  return person !== undefined && maySee(person, ticket);
}

/**
 * The card below which it goes: files belong to the one that names them, a note to the one that stands now. Null: there is none, for it
 * has a successor, or the ticket is a row of a board.
 */
async function cardOf(
  { store }: Pick<Parts, 'store'>,
  ticket: Ticket,
  { address }: OutboxRow,
  { place, what }: Body,
): Promise<Ref | 'coming' | null> {
  const slot = slotOf(place, ticket._id, address);
  const surface = await ('surface' in what ? store.surfaces.load(what.surface) : store.surfaces.newest(slot));
  if (surface?.state === 'live') return surface.ref === null ? null : { id: surface.ref };
  if (surface !== null && surface.state !== 'reserved' && surface.state !== 'gone') return null;
  // The successor of the card that named them names them again.
  if (surface?.state === 'gone' && 'surface' in what) return null;
  const isDrawn =
    (await store.outbox.heads([slot])).has(slot) ||
    ticket.pending.some((e) => e.kind === 'draw' && e.places.some((p) => slotOf(p, ticket._id, address) === slot));
  if (isDrawn) return 'coming';
  if (surface?.state !== 'reserved') return null;
  // The card was given up under way; with it this is put back.
  throw new DeliveryError('retryable', 'the card above it does not stand');
}

type Words = Pick<Extract<OutMessage, { type: 'text' }>, 'text' | 'attachments'>;

/** What is said there now; null: nothing is left of it. */
async function inWords(
  { parts, adapter }: Attempt,
  ticket: Ticket,
  { address }: OutboxRow,
  { place, what }: Body,
): Promise<Words | null> {
  const audience: Audience = 'person' in place && place.person === ticket.assignee ? 'assignee' : 'group';
  const asShown = (files: readonly Attachment[]): readonly Attachment[] =>
    files.filter(isKept).map(({ name, transcript, ...file }) => ({
      ...file,
      name: shown(ticket, name, audience),
      ...(transcript !== undefined && { transcript: shown(ticket, transcript, audience) }),
    }));
  if ('files' in what) {
    const attachments = asShown(await filesOf(parts, ticket, what.files));
    return attachments.length === 0 ? null : { text: '', attachments };
  }
  const [note] = await parts.store.notes.withIds([what.note]);
  if (note === undefined) return null;
  const reader = groupReader(parts, address);
  const { noteText, attachments, author } = note;
  const files = groupsOf(attachments.map((a) => ({ ...a, name: shown(ticket, a.name, audience) })));
  if (noteText.trim() === '' && files.length === 0) return null;
  const words = noteText.trim() === '' ? text(reader, 'file.title', { files }) : shown(ticket, noteText, audience);
  const sentence = text(reader, 'flow.note_below', { who: nameOf(author), words: words.trim() });
  return { text: cut(sentence, adapter.capabilities(address).maxText), attachments: asShown(attachments) };
}

const nameOf = (author: Actor): string => {
  if (author.kind === 'person') return author.name;
  return author.kind === 'system' ? (programName(author.name) ?? author.name) : '';
};

/** The files with these ids that the ticket holds now, in this order: one that its sender took back is not among them. */
async function filesOf({ store }: Pick<Parts, 'store'>, ticket: Ticket, ids: readonly string[]) {
  const own = [...ticket.quotes.flatMap((q) => q.attachments), ...ticket.attachments];
  const has = (files: readonly Attachment[], id: string): boolean => files.some((a) => a.id === id);
  const more = ids.every((id) => has(own, id)) ? [] : await store.messages.ofTicket(ticket._id, MOST_MESSAGES);
  const all = [...own, ...more.flatMap(({ body }) => ('text' in body ? body.attachments : []))];
  return ids.flatMap((id) => all.find((a) => a.id === id) ?? []);
}
