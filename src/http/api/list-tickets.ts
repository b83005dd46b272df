import * as z from 'zod';
import { refuseField } from '../../../adapters/shared/problem.ts';
import type { Directory } from '../../domain/directory.ts';
import type { TicketQuery } from '../../storage/ticket-pages.ts';
import { wordsIn } from '../../domain/words.ts';
import { cursorOf, endOf, momentEnd, readCursor } from './cursor.ts';
import { endpoint } from './endpoint.ts';
import { examples } from './examples.ts';
import { listQuery, ticketPage } from './schema.ts';
import { covers } from './subject.ts';
import { summaryOf } from './view.ts';

const end = momentEnd(z.int());

export const listTickets = endpoint({
  id: 'listTickets',
  method: 'get',
  path: '/api/v1/tickets',
  summary: 'Tickets, newest first',
  description:
    'All filters together; several values of one filter are any of them. Pages go on with nextCursor, for the same query only.',
  scope: 'tickets:read',
  query: listQuery,
  answers: {
    200: {
      description: 'One page.',
      schema: ticketPage,
      examples: { page: { tickets: [examples.summary], nextCursor: null } },
    },
  },
  refusals: [],
  run: async ({ query, key, ports }) => {
    const { cursor, limit, ...asked } = query;
    const pages = { list: asked };
    const after = cursor === undefined ? null : readCursor(ports.signer, pages, cursor, end);
    const directory = ports.directory();
    const foreign = asked.shop?.find((shop) => !covers(key, shop));
    if (foreign !== undefined) throw refuseField(403, 'shop', 'is not one that this key is about');
    const shop = asked.shop ?? (key.shops.length === 0 ? undefined : key.shops);
    const { q, category, status, team, assignee } = asked;
    const wanted: TicketQuery = {
      ...(status !== undefined && { status }),
      ...(team !== undefined && { team }),
      ...(assignee !== undefined && { assignee }),
      ...(shop !== undefined && { shop }),
      ...(category !== undefined && { category: withOwn(directory, category) }),
      ...(q !== undefined && { words: lookedFor(q) }),
    };
    // One more than is told says whether there is more.
    const found = await ports.tickets.page(wanted, after, limit + 1);
    const page = found.slice(0, limit);
    const last = endOf(
      page.map((t) => [t.number, t.openedAt]),
      after,
    );
    return {
      status: 200,
      body: {
        tickets: page.map((t) => summaryOf(t, directory, key)),
        nextCursor: found.length > page.length ? cursorOf(ports.signer, pages, last) : null,
      },
    };
  },
});

/** A category with those below it. */
const withOwn = ({ categories }: Directory, asked: readonly string[]): readonly string[] => [
  ...new Set(asked.flatMap((id) => [id, ...[...categories.keys()].filter((known) => known.startsWith(`${id}.`))])),
];

/** The words of `q`; a ticket's number may be written as people say it. */
function lookedFor(q: string): readonly string[] {
  const words = wordsIn(q.replace(/^\s*T-(?=\d+\s*$)/iu, ''));
  if (words.length === 0 || words.some((word) => /^\p{Script=Han}$/u.test(word)))
    throw refuseField(400, 'q', 'needs a word, a number, or two Chinese characters together');
  return words;
}
