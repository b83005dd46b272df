import { isKept, type Attachment } from '../domain/attachment.ts';
import { maySee } from '../domain/permission.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { StoredFile } from '../files/file.ts';
import type { Card } from '../../cards/card.ts';
import type { Parts } from './parts.ts';

/** How long a link opens: this long, up to the end of that day, so that a card redrawn on the same day looks the same. */
const LASTS_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;

/** What a link says: who asks, for which file of which ticket, until when (seconds since 1970). The signature proves nothing else. */
export interface FileLink {
  readonly file: string;
  readonly person: string;
  readonly ticket: number;
  readonly until: number;
  readonly signature: string;
}

const signed = (l: Omit<FileLink, 'signature'>): string => ['file', l.file, l.person, l.ticket, l.until].join('\n');

/** A file's address for one person. Whoever has it is taken for that person; rights are looked at when it is opened. */
export function linkTo(parts: Parts, file: string, ticket: number, person: string): string {
  const ends = Math.ceil((parts.clock.now().getTime() + LASTS_MS) / DAY_MS) * DAY_MS;
  const link = { file, person, ticket, until: ends / 1_000 };
  const query = new URLSearchParams({
    p: person,
    t: String(ticket),
    e: String(link.until),
    s: parts.vault.sign(signed(link)),
  });
  return `${parts.publicUrl()}/files/${encodeURIComponent(file)}?${query.toString()}`;
}

/** A card that only this person sees, with the addresses of the files on it. */
export function withLinks(parts: Parts, card: Card, ticket: Pick<Ticket, 'number'>, person: string): Card {
  const blocks = card.blocks.map((block) =>
    block.type === 'image' || block.type === 'file'
      ? { ...block, url: linkTo(parts, block.file, ticket.number, person) }
      : block,
  );
  return { ...card, blocks };
}

/** `wrong`: the link was changed · `denied`: not for this person, as things stand now. */
export type Opened =
  | { readonly outcome: 'file'; readonly file: StoredFile; readonly content: string }
  | { readonly outcome: 'wrong' | 'denied' | 'expired' | 'gone' };

/** Opens a link: its signature, its day, the person's right to see the ticket now, and whether the ticket holds the file. */
export async function openLink(parts: Parts, link: FileLink): Promise<Opened> {
  const { signature, ...said } = link;
  if (!parts.vault.isSigned(signed(said), signature)) return { outcome: 'wrong' };
  const person = parts.directory().people.get(link.person);
  const ticket = await parts.store.tickets.byNumber(link.ticket);
  if (person === undefined || ticket === null || !maySee(person, ticket)) return { outcome: 'denied' };
  if (parts.clock.now().getTime() >= link.until * 1_000) return { outcome: 'expired' };
  if (!(await holds(parts, ticket, link.file))) return { outcome: 'denied' };
  const file = await parts.files.load(link.file);
  const content = file === null ? null : await parts.files.contentOf(file);
  return file === null || content === null ? { outcome: 'gone' } : { outcome: 'file', file, content };
}

/** A long ticket keeps not all of its files in the document itself; its messages do. */
async function holds(parts: Parts, ticket: Ticket, file: string): Promise<boolean> {
  const has = (attachments: readonly Attachment[]): boolean => attachments.some((a) => a.id === file && isKept(a));
  if (has(ticket.attachments) || ticket.quotes.some((q) => has(q.attachments))) return true;
  return parts.store.messages.holds(ticket._id, file);
}
