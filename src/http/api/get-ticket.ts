import { endpoint } from './endpoint.ts';
import { examples } from './examples.ts';
import { ticketPath, ticketView } from './schema.ts';
import { ticketFor } from './subject.ts';
import { ticketOf } from './view.ts';

export const getTicket = endpoint({
  id: 'getTicket',
  method: 'get',
  path: '/api/v1/tickets/{no}',
  summary: 'A ticket',
  description: 'Phone numbers and addresses are masked for keys without the scope customers:read.',
  scope: 'tickets:read',
  params: ticketPath,
  answers: {
    200: { description: 'The ticket as it is now.', schema: ticketView, examples: { ticket: examples.ticket } },
  },
  refusals: [404],
  run: async ({ params, key, ports }) => ({
    status: 200,
    body: ticketOf(await ticketFor({ key, ports }, params.no), ports.directory(), key),
  }),
});
