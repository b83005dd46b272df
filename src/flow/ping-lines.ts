import type { PingLine, PingReason } from '../../cards/ping.ts';
import type { Address } from '../domain/address.ts';
import type { Directory } from '../domain/directory.ts';
import { isUnanswered, owedTo } from '../domain/pinged.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Note } from '../storage/notes.ts';
import type { Pinged, PingItem } from '../storage/pings.ts';
import type { Parts } from './parts.ts';

/** What of a message is so at this moment. */
export interface Found {
  readonly items: readonly PingItem[];
  /** One for each of them. */
  readonly lines: readonly PingLine[];
}

/** Where people are reached beside the chats: what went there was said once and for all. */
const OUTSIDE: ReadonlySet<string> = new Set(['email', 'gateway']);
export const isOutside = ({ platform }: Pick<Address, 'platform'>): boolean => OUTSIDE.has(platform);

/** The part of what somebody was told, or is about to be, that still concerns them, from their tickets as they are now. */
export async function stillSo(
  parts: Pick<Parts, 'store' | 'directory'>,
  mine: Pinged,
  address: Address,
): Promise<Found> {
  const { tickets, notes } = parts.store;
  const directory = parts.directory();
  // Nobody outside hears again of what they were told there.
  const items = isOutside(address) ? mine.items.filter(({ fresh }) => fresh) : mine.items;
  const loaded = await Promise.all(items.map(({ ticket }) => tickets.load(ticket)));
  const noted = items.flatMap(({ note }) => note ?? []);
  const words = new Map((noted.length === 0 ? [] : await notes.withIds(noted)).map((note) => [note._id, note]));
  const all = items.flatMap((item, i) => {
    const ticket = loaded[i] ?? null;
    const reason = ticket === null ? null : reasonOf(ticket, mine.person, item, { directory, words });
    return ticket === null || reason === null ? [] : [{ item, line: { ticket, reason } }];
  });
  return { items: all.map(({ item }) => item), lines: all.map(({ line }) => line) };
}

function reasonOf(
  ticket: Ticket,
  person: string,
  item: PingItem,
  { directory, words }: { readonly directory: Directory; readonly words: ReadonlyMap<string, Note> },
): PingReason | null {
  if (item.why === 'due') {
    const owed = owedTo(ticket, person, item.level, directory);
    return owed === null ? null : { why: 'due', ...owed };
  }
  if (!isUnanswered(ticket, person, item, directory)) return null;
  if (item.why === 'reminder') return { why: 'reminder' };
  return { why: 'escalated', by: item.by ?? '', words: words.get(item.note ?? '')?.noteText ?? '' };
}
