import * as z from 'zod';
import { cleanText } from '../../../adapters/shared/strings.ts';
import { PRIORITIES, STATUSES, WAITS } from '../../domain/status.ts';

/** Every schema that has a name of its own in the OpenAPI document. */
export const named = z.registry<{ id: string }>();
const name = <T extends z.ZodType>(id: string, schema: T): T => {
  named.add(schema, { id });
  return schema;
};

/** At most this many tickets, events or messages on one page; so many when nothing is said. */
const MOST_ON_PAGE = 200;
const ON_PAGE = 50;

const id = z.string().regex(/^[\w.@:-]{1,100}$/, 'is not an id');
const moment = z.iso.datetime().describe('A moment in UTC, ISO 8601.');

/** `4821` or `T-4821`. */
export const ticketPath = z.strictObject({
  no: z
    .string()
    .regex(/^(?:[Tt]-)?[1-9]\d{0,11}$/, 'is no ticket number')
    .describe('The number of the ticket, `4821` or `T-4821`.')
    .transform((no) => Number(no.replace(/^[Tt]-/, ''))),
});

/** Where pages go on, and how long they are. */
export const pageQuery = z.strictObject({
  cursor: z.string().max(20_000).optional().describe('`nextCursor` of the page before, for the same query.'),
  limit: z
    .preprocess(
      (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
      z.int().min(1).max(MOST_ON_PAGE).default(ON_PAGE),
    )
    .describe('Most entries of the page.'),
});

/** Values of a filter: the parameter again for each, or one with commas. */
const anyOf = <T extends z.ZodType>(value: T, description: string) =>
  z
    .preprocess(
      (given) => [given].flat().flatMap((v) => (typeof v === 'string' ? v.split(',') : [v])),
      z.array(value).min(1).max(20),
    )
    .optional()
    .describe(description);

export const listQuery = pageQuery.extend({
  status: anyOf(z.enum(STATUSES), 'Any of these statuses.'),
  team: anyOf(id, 'With any of these teams, by id.'),
  assignee: anyOf(id, 'Worked on by any of these people, by id.'),
  category: anyOf(id, 'In any of these categories, by id; `logistics` has all of its own.'),
  shop: anyOf(id, 'Of any of these shops, by id.'),
  q: cleanText(100)
    .optional()
    .describe(
      'A ticket, order or tracking number, a handle, or words of the subject: all of them, Chinese from two characters on.',
    ),
});

/** The header that makes repeats harmless. */
export const idempotency = z.strictObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,120}$/, 'must be 1 to 120 visible ASCII characters')
    .optional()
    .describe(
      'What the request is known by. Sent again with the same body it changes nothing and is answered with the same ticket.',
    ),
});

const actor = id.optional().describe('Who does it: a person the key may act as, by id. Default: the key itself.');
const fact = (most: number, description: string) =>
  cleanText(most).meta({ maxLength: most }).optional().describe(description);
const tag = z.string().regex(/^[^\s,\u3001;+#-][^\s,\u3001;]{0,31}$/u, 'is no tag');

/** What opens a ticket, or is told to one. */
export const newTicket = name(
  'NewTicket',
  z.strictObject({
    subject: fact(200, 'What the ticket is called; without it the first sentence of `text`.'),
    text: fact(20_000, 'What happened, in full.'),
    shop: id.optional().describe('May be left out where there is only one.'),
    category: id.optional().describe('Default: as the words say.'),
    priority: z.enum(PRIORITIES).optional().describe('Default: as the words say.'),
    tags: z.array(tag).max(20).optional(),
    team: id.optional().describe('Default: as the category is routed.'),
    deadline: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('By when the marketplace wants it settled; its clock runs day and night.'),
    order: fact(64, 'Order number.'),
    tracking: fact(64, 'Tracking number.'),
    carrier: fact(40, 'Who carries the parcel.'),
    amount: fact(20, 'Money the matter is about, as it is to be shown.'),
    phone: fact(40, 'Whom to call.'),
    address: fact(300, 'Where the parcel goes.'),
    customer: z
      .strictObject({
        name: fact(64, 'What they are called.'),
        place: id.optional().describe('Where they are answered by hand: one of the places of the shop.'),
        handle: fact(100, 'Their nick or number there.'),
      })
      .optional(),
    matter: cleanText(100)
      .refine((m) => m !== '', 'must not be empty')
      .optional()
      .describe(
        'What it is about (`stall:281234567890123`). While a ticket of the same matter is open, it is told there.',
      ),
    actor,
  }),
);

/** A verb on a ticket. */
export const commandBody = (verbs: readonly [string, ...string[]]) =>
  z.strictObject({
    command: z.enum(verbs).describe('The verb, as in docs/commands.md.'),
    args: z
      .record(z.string().regex(/^[a-z]{1,30}$/, 'is not known'), cleanText(20_000))
      .default({})
      .describe('Its values by name.'),
    actor,
  });

const label = z.strictObject({ 'zh-CN': z.string(), en: z.string() });
const thing = z.strictObject({ id: z.string(), name: z.string() });

const ticketFields = {
  number: z.int().positive(),
  name: z.string().describe('As people say it: `T-4821`.'),
  status: z.enum(STATUSES),
  wait: z.enum(WAITS).nullable().describe('Whom it waits for.'),
  priority: z.enum(PRIORITIES),
  category: z.strictObject({ id: z.string(), name: label }).nullable(),
  team: thing,
  shop: thing,
  assignee: thing.nullable(),
  subject: z.string(),
  customer: z.strictObject({
    name: z.string(),
    place: z
      .string()
      .nullable()
      .describe('Where they are answered by hand; null: they are written to from here, or it is about nobody.'),
    handle: z.string(),
  }),
  order: z.strictObject({
    order: z.string().optional(),
    more: z.array(z.string()).optional().describe('Further order numbers of the matter.'),
    tracking: z.string().optional(),
    carrier: z.string().optional(),
    amount: z.string().optional(),
    phone: z.string().optional(),
    address: z.string().optional(),
  }),
  tags: z.array(z.string()),
  disposition: z.string().nullable().describe('How it ended.'),
  mergedInto: z.int().nullable().describe('Number of the ticket that goes on with it.'),
  due: z.strictObject({
    firstResponse: moment.optional(),
    nextResponse: moment.optional(),
    resolution: moment.optional(),
    wait: moment.optional().describe('When somebody who is waited for is asked again.'),
    leg: moment.optional().describe('Until when its team may have it.'),
    penalty: moment.optional().describe("The marketplace's deadline."),
    window: moment.optional().describe('Until when the customer can be written to.'),
  }),
  openedAt: moment,
  claimedAt: moment.nullable(),
  resolvedAt: moment.nullable(),
  closedAt: moment.nullable(),
  updatedAt: moment,
  version: z.int().describe('Rises with every change.'),
};

/** A ticket on a list. */
export const ticketSummary = name('TicketSummary', z.strictObject(ticketFields));
export const ticketView = name('Ticket', z.strictObject({ ...ticketFields, description: z.string() }));

const nextCursor = z.string().nullable().describe('Where the next page begins; null: this is the last.');
export const ticketPage = name('TicketPage', z.strictObject({ tickets: z.array(ticketSummary), nextCursor }));

export const createdTicket = name(
  'CreatedTicket',
  z.strictObject({
    outcome: z
      .enum(['opened', 'repeated', 'updated'])
      .describe(
        '`repeated`: an earlier request with this Idempotency-Key did it · `updated`: it was told to the open ticket of its matter.',
      ),
    ticket: ticketView,
  }),
);

export const pendingWork = name(
  'Pending',
  z.strictObject({ outcome: z.literal('pending').describe('It is stored and will be worked.') }),
);

const actorView = name(
  'Actor',
  z.union([
    z.strictObject({
      kind: z.literal('person'),
      id: z.string(),
      name: z.string(),
      via: z.string().optional().describe('The program through which they did it: `api:erp`.'),
    }),
    z.strictObject({ kind: z.literal('customer'), account: z.string() }),
    z.strictObject({ kind: z.literal('system'), name: z.string().describe('`wake`, `api:erp`, `hook:shop`') }),
  ]),
);

export const historyEvent = name(
  'Event',
  z.strictObject({
    seq: z.int().positive(),
    at: moment,
    actor: actorView,
    cause: z.string().describe('What it follows from.'),
    schema: z.literal(1),
    type: z.string(),
    data: z.record(z.string(), z.unknown()).describe('The change; what customers wrote stands as a digest.'),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('Over the hash before it and everything above.'),
  }),
);
export const historyPage = name('HistoryPage', z.strictObject({ events: z.array(historyEvent), nextCursor }));

export const messageView = name(
  'Message',
  z.strictObject({
    id: z.string(),
    direction: z.enum(['in', 'out', 'elsewhere']).describe('`elsewhere`: said by hand where we cannot write.'),
    author: actorView,
    text: z.string(),
    attachments: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['image', 'voice', 'video', 'file']),
        name: z.string(),
        type: z.string(),
        size: z.int().nonnegative().describe('Bytes.'),
      }),
    ),
    state: z.enum(['received', 'held', 'sending', 'sent', 'withdrawn', 'failed', 'told', 'recalled']),
    at: moment,
  }),
);
export const messagePage = name('MessagePage', z.strictObject({ messages: z.array(messageView), nextCursor }));

export const commandDone = name(
  'CommandDone',
  z.strictObject({
    outcome: z.enum(['done', 'already', 'repeated']).describe('`already`: it was so before.'),
    ticket: ticketView,
    said: z.string().nullable().describe('What whoever did it is told.'),
  }),
);

/** A refusal (RFC 9457), sent as application/problem+json. */
export const problem = name(
  'Problem',
  z.strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(z.strictObject({ field: z.string(), message: z.string() }))
      .describe('What is wrong, field by field.'),
    code: z.string().optional().describe('Why, as a word: `already_claimed`.'),
    error: z.string().optional().describe('`E-7F3K2M`: how the log knows it.'),
  }),
);
