import * as z from 'zod';
import { cursorOf, readCursor } from './cursor.ts';
import { endpoint } from './endpoint.ts';
import { examples } from './examples.ts';
import { historyPage, pageQuery, ticketPath } from './schema.ts';
import { ticketFor } from './subject.ts';
import { eventOf } from './view.ts';

const end = z.int();

export const ticketHistory = endpoint({
  id: 'ticketHistory',
  method: 'get',
  path: '/api/v1/tickets/{no}/history',
  summary: 'What happened to a ticket, oldest first',
  description:
    'Each hash is the SHA-256 (hex) of the hash before it (64 zeros before the first) followed by the event without its hash as JSON with sorted keys and no spaces: a key that may see customers can check with it that no event was changed. For other keys what colleagues wrote is taken out.',
  scope: 'tickets:read',
  params: ticketPath,
  query: pageQuery,
  answers: {
    200: {
      description: 'One page.',
      schema: historyPage,
      examples: { page: { events: [examples.event], nextCursor: null } },
    },
  },
  refusals: [404],
  run: async ({ params, query: { cursor, limit }, key, ports }) => {
    const ticket = await ticketFor({ key, ports }, params.no);
    const pages = { history: ticket.number };
    const after = cursor === undefined ? 0 : readCursor(ports.signer, pages, cursor, end);
    const found = await ports.tickets.historyAfter(ticket, after, limit + 1);
    const page = found.slice(0, limit);
    const more = found.length > page.length;
    return {
      status: 200,
      body: {
        events: page.map((event) => eventOf(event, ticket, key)),
        nextCursor: more ? cursorOf(ports.signer, pages, page.at(-1)?.seq ?? 0) : null,
      },
    };
  },
});
