import { cut } from '../../cards/excerpt.ts';
import { happened } from '../../cards/happening.ts';
import { cards } from '../../cards/registry.ts';
import { shown, type Audience } from '../../cards/standing.ts';
import type { SealedEvent } from '../domain/event.ts';
import { maySee } from '../domain/permission.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import { say, type Reader } from '../text/text.ts';
import type { TicketView, TimelineEntry } from '../view.ts';
import { personOf, type Account } from './account.ts';
import { withLinks } from './links.ts';
import type { Parts } from './parts.ts';
import { personReader } from './reader.ts';

/** Characters of one message or note; the rest is in the conversation. */
const MAX_WORDS = 2_000;

interface Written {
  readonly words: string;
  readonly mark?: TimelineEntry['mark'];
}

/**
 * A ticket in full with its whole history, page by page, for whoever may see it: as masked as the private full view is. Null for
 * everybody else, and where there is no such ticket.
 */
export function createTimeline(parts: Parts, app: Pick<Account, 'platform' | 'app'>) {
  const { store } = parts;

  return async (
    user: string,
    number: number,
    { before, limit }: { readonly before: number | null; readonly limit: number },
  ): Promise<TicketView | null> => {
    const person = personOf(parts, { platform: app.platform, app: app.app, user });
    const ticket = person === null ? null : await store.tickets.byNumber(number);
    if (person === null || ticket === null || !maySee(person, ticket)) return null;
    const reader = personReader(parts, person.id);
    const directory = parts.directory();
    const audience: Audience = ticket.assignee === person.id ? 'assignee' : 'group';
    // One more than is told says whether there is more.
    const found = await store.tickets.historyBefore(ticket, before, limit + 1);
    const page = found.slice(-limit);
    const written = await wordsOf(parts, ticket, page, reader);
    // The timeline stands below it in full.
    const bare = { ...ticket, history: { ...ticket.history, tail: [] } };
    return {
      number,
      card: withLinks(parts, cards.show({ ticket: bare, directory, person: person.id }, reader), ticket, person.id),
      entries: page.map((event): TimelineEntry => {
        const said = written.get(event.seq);
        return {
          seq: event.seq,
          at: event.at,
          by: event.actor.kind,
          text: happened(ticket, event, directory, reader, audience),
          ...(said !== undefined && { words: cut(shown(ticket, said.words, audience), MAX_WORDS) }),
          ...(said?.mark !== undefined && { mark: said.mark }),
        };
      }),
      more: found.length > page.length,
    };
  };
}

const idIn = (event: SealedEvent, field: 'message' | 'note'): string | null => {
  const found = event.data[field];
  return typeof found === 'string' ? found : null;
};

/** What was written with each of these events; those that only changed something have none. */
async function wordsOf(
  parts: Pick<Parts, 'store'>,
  ticket: Ticket,
  events: readonly SealedEvent[],
  reader: Reader,
): Promise<ReadonlyMap<number, Written>> {
  const { store } = parts;
  const noted = events.flatMap((event) => idIn(event, 'note') ?? []);
  const notes = new Map(
    noted.length === 0 ? [] : (await store.notes.withIds(noted)).map((note) => [note._id, note.noteText]),
  );
  const found = await Promise.all(
    events.map(async (event): Promise<readonly [number, Written] | null> => {
      const note = notes.get(idIn(event, 'note') ?? '');
      if (note !== undefined) return [event.seq, { words: note, mark: 'note' }];
      // That a reply arrived says nothing new of its words.
      const id = event.type === 'delivered' ? null : idIn(event, 'message');
      const message = id === null ? null : await store.messages.load(id);
      const words = message === null ? '' : textOf(message, reader);
      if (message === null || words === '') {
        return event.type === 'opened' && ticket.description !== '' ? [event.seq, { words: ticket.description }] : null;
      }
      const mark = MARKS[message.state];
      return [event.seq, { words, ...(mark !== undefined && { mark }) }];
    }),
  );
  return new Map(found.flatMap((entry) => (entry === null ? [] : [entry])));
}

const MARKS: Partial<Record<CustomerMessage['state'], TimelineEntry['mark']>> = {
  withdrawn: 'withdrawn',
  recalled: 'withdrawn',
  failed: 'failed',
};

const textOf = ({ body }: CustomerMessage, reader: Reader): string =>
  'text' in body ? body.text : say(body.sentence, reader);
