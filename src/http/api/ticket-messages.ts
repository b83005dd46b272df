import * as z from 'zod';
import { cursorOf, endOf, momentEnd, readCursor } from './cursor.ts';
import { endpoint } from './endpoint.ts';
import { examples } from './examples.ts';
import { messagePage, pageQuery, ticketPath } from './schema.ts';
import { ticketFor } from './subject.ts';
import { messageOf } from './view.ts';

const end = momentEnd(z.string());

export const ticketMessages = endpoint({
  id: 'ticketMessages',
  method: 'get',
  path: '/api/v1/tickets/{no}/messages',
  summary: 'What was said with the customer, oldest first',
  description: 'Masked as the ticket is. Internal notes are not among them.',
  scope: 'tickets:read',
  params: ticketPath,
  query: pageQuery,
  answers: {
    200: {
      description: 'One page.',
      schema: messagePage,
      examples: { page: { messages: [examples.message], nextCursor: null } },
    },
  },
  refusals: [404],
  run: async ({ params, query: { cursor, limit }, key, ports }) => {
    const ticket = await ticketFor({ key, ports }, params.no);
    const pages = { messages: ticket.number };
    const after = cursor === undefined ? null : readCursor(ports.signer, pages, cursor, end);
    const found = await ports.messages.page(ticket._id, after, limit + 1);
    const page = found.slice(0, limit);
    const last = endOf(
      page.map((m) => [m._id, m.at]),
      after,
    );
    const directory = ports.directory();
    return {
      status: 200,
      body: {
        messages: page.map((m) => messageOf(m, ticket, directory, key)),
        nextCursor: found.length > page.length ? cursorOf(ports.signer, pages, last) : null,
      },
    };
  },
});
