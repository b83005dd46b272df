import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { InboundReport } from '../../../adapters/adapter.ts';
import { Problem, refuseField, type FieldError } from '../../../adapters/shared/problem.ts';
import { canonical } from '../../domain/chain.ts';
import type { Report } from '../../domain/report.ts';
import { endpoint, type Answer } from './endpoint.ts';
import { examples } from './examples.ts';
import type { Caller } from './ports.ts';
import { createdTicket, idempotency, newTicket, pendingWork } from './schema.ts';
import { covers, senderOf } from './subject.ts';
import { ticketOf } from './view.ts';

export const createTicket = endpoint({
  id: 'createTicket',
  method: 'post',
  path: '/api/v1/tickets',
  summary: 'Opens a ticket',
  description:
    'Sent again with the same Idempotency-Key and body it is answered with the same ticket. Without the header every request opens one of its own; the key it was given comes back in the header of the answer.',
  scope: 'tickets:write',
  headers: idempotency,
  body: { schema: newTicket, examples: examples.newTicket },
  answers: {
    201: {
      description: 'The ticket was opened.',
      schema: createdTicket,
      examples: { opened: { outcome: 'opened', ticket: examples.ticket } },
      headers: { Location: 'The address of the ticket.', 'Idempotency-Key': 'What the request is known by.' },
    },
    200: {
      description: 'It was opened before, or an open ticket of its matter was told.',
      schema: createdTicket,
      examples: { repeated: { outcome: 'repeated', ticket: examples.ticket } },
      headers: { Location: 'The address of the ticket.', 'Idempotency-Key': 'What the request is known by.' },
    },
    202: {
      description: 'It is stored and will be worked. The same request again says what came of it.',
      schema: pendingWork,
      examples: { pending: { outcome: 'pending' } },
      headers: { 'Retry-After': 'Seconds.', 'Idempotency-Key': 'What the request is known by.' },
    },
  },
  refusals: [409, 413, 415],
  run: async ({ headers, body, key, ports }) => {
    const known = headers['idempotency-key'] ?? ports.ids.next();
    const id = `ticket:${known}`;
    const sender = senderOf({ key, ports }, body.actor);
    const report = reportOf(body, { key, ports });
    const event: InboundReport = {
      kind: 'report',
      platform: 'api',
      app: key.name,
      id,
      conversation: { id: report.matter ?? id, kind: 'system' },
      sender,
      receivedAt: ports.clock.now(),
      report,
    };
    const came = await ports.api.report(event);
    return answerOf(came, known, { key, ports });
  },
});

function answerOf(
  came: Awaited<ReturnType<Caller['ports']['api']['report']>>,
  known: string,
  { key, ports }: Caller,
): Answer {
  const headers = { 'Idempotency-Key': known };
  switch (came.kind) {
    case 'conflict':
      throw new Problem(
        409,
        `The Idempotency-Key ${known} came before with another body: use a new one.`,
        [],
        null,
        'idempotency',
      );
    case 'ignored':
      throw new Error('a request to open a ticket was ignored');
    case 'pending':
      return { status: 202, body: { outcome: 'pending' }, headers: { ...headers, 'Retry-After': '1' } };
    default: {
      const ticket = ticketOf(came.ticket, ports.directory(), key);
      return {
        status: came.kind === 'opened' ? 201 : 200,
        body: { outcome: came.kind, ticket },
        headers: { ...headers, Location: `/api/v1/tickets/${ticket.number}` },
      };
    }
  }
}

/** What the flow is told; throws a `Problem` (400) that names every field that points at nothing. */
function reportOf(body: z.output<typeof newTicket>, { key, ports }: Caller): Report {
  const directory = ports.directory();
  const { subject = '', text = '', customer } = body;
  const errors: FieldError[] = [];
  const wrong = (field: string, message: string): void => {
    errors.push({ field, message });
  };
  const known = (field: string, id: string | undefined, things: ReadonlyMap<string, unknown>): void => {
    if (id !== undefined && !things.has(id))
      wrong(field, `is not known; there are ${[...things.keys()].join(', ')}`.slice(0, 500));
  };
  if (`${subject}${text}`.trim() === '') wrong('text', 'is needed, or a subject');
  const own = [...directory.shops.keys()].filter((shop) => covers(key, shop));
  const shop = body.shop ?? (own.length === 1 ? own[0] : undefined);
  if (shop === undefined) wrong('shop', `is needed: one of ${own.join(', ')}`);
  else if (!covers(key, shop)) throw refuseField(403, 'shop', 'is not one that this key is about');
  known('shop', body.shop, directory.shops);
  known('category', body.category, directory.categories);
  known('team', body.team, directory.teams);
  known('customer.place', customer?.place, directory.places);
  if (errors.length > 0) throw new Problem(400, errors.map((e) => `${e.field}: ${e.message}`).join('; '), errors);
  const person = body.actor === undefined ? undefined : directory.people.get(body.actor);
  if (person !== undefined && !covers(person, shop ?? ''))
    throw refuseField(403, 'actor', 'does not work for this shop');
  const { order, tracking, carrier, amount, phone, address } = body;
  const facts = Object.entries({ order, tracking, carrier, amount, phone, address });
  return {
    matter: body.matter ?? null,
    updates: false,
    shop: shop ?? '',
    subject,
    text,
    category: body.category ?? null,
    priority: body.priority ?? null,
    tags: body.tags ?? [],
    deadline: body.deadline === undefined ? null : new Date(body.deadline),
    team: body.team ?? null,
    facts: Object.fromEntries(facts.filter(([, value]) => value !== undefined && value !== '')),
    customer:
      customer === undefined
        ? null
        : { name: customer.name ?? '', place: customer.place ?? null, handle: customer.handle ?? '' },
    digest: createHash('sha256').update(canonical(body)).digest('hex'),
  };
}
