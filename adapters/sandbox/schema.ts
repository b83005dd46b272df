import { z } from 'zod';
import { cleanText } from '../shared/strings.ts';

/** Most code points of one text message. */
export const MAX_TEXT = 20_000;
export const MAX_PAGE = 10_000;

const id = cleanText(400).refine((text) => text !== '', 'must not be empty');
const optional = <T>(schema: z.ZodType<T>) => schema.nullish();

export const messageBody = z
  .strictObject({
    conversation: id,
    user: id,
    text: optional(cleanText(MAX_TEXT)),
    attachments: optional(z.array(id).max(20, 'must be at most 20 files')),
    quote: optional(id),
    clientId: optional(id),
  })
  .refine((body) => (body.text ?? '').trim() !== '' || (body.attachments ?? []).length > 0, {
    path: ['text'],
    message: 'must not be empty when nothing is attached',
  });

/** What goes along with an upload; a recording may say how long it is and what is said in it, as real platforms do. */
export const uploadBody = z.strictObject({
  user: id,
  seconds: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, 'must be whole seconds')
    .transform(Number)
    .optional(),
  transcript: cleanText(2_000).optional(),
});

const argName = z.string().regex(/^[a-z][A-Za-z0-9_-]{0,40}$/, 'is not the name of a parameter');
const argValue = z.union([cleanText(MAX_TEXT), z.number().transform(String), z.boolean().transform(String)]);

export const actionBody = z.strictObject({
  /** The card's surface; null: no card. */
  surface: optional(id),
  user: id,
  command: z.string().regex(/^[a-z][a-z-]{0,30}$/, 'is not the name of a command'),
  args: optional(z.record(argName, argValue).refine((args) => Object.keys(args).length <= 30, 'are too many')),
  /** The card version that the person saw. */
  version: optional(z.int().min(0)),
  clientId: optional(id),
  /** Where it happens when there is no card; the person's own chat when left out. */
  conversation: optional(id),
  /** These are the values of a form that was submitted. */
  form: optional(z.boolean()),
  /** Of the form that was opened: submitting it twice is doing it once. */
  nonce: optional(id),
});

const name = cleanText(60).refine((text) => text.trim() !== '', 'must not be empty');

export const personBody = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'must be short, lower case and without spaces'),
  name,
  role: optional(z.enum(['customer', 'agent'])),
  locale: optional(z.enum(['zh-CN', 'en'])),
  timeZone: optional(id),
});

export const conversationBody = z.strictObject({
  id: optional(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:_-]{0,119}$/, 'is not an id')),
  kind: z.enum(['group', 'customer']).default('group'),
  title: name,
  members: z.array(id).min(1, 'must not be empty').max(500, 'are too many'),
  user: id,
});

export const memberPath = z.object({ id, member: id });
export const actor = z.strictObject({ user: id });

const whole = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number);

export const messagesQuery = z.strictObject({
  user: id,
  limit: whole.refine((n) => n >= 1 && n <= MAX_PAGE, `must be between 1 and ${MAX_PAGE}`).optional(),
  before: id.optional(),
});

/** People in one stream: with ids of 40 characters the address stays below the 8 kB that proxies take. */
const MAX_STREAMED = 150;

/** One person or several, whose streams then come as one. */
export const eventsQuery = z.strictObject({
  user: z.union([id.transform((user) => [user]), z.array(id).min(1).max(MAX_STREAMED, 'are too many')]),
  after: whole.optional(),
});

const locale = z.enum(['zh-CN', 'en'], 'must be zh-CN or en');
export const localePath = z.object({ locale });

export const ticketPath = z.object({ number: whole });
export const ticketQuery = z.strictObject({
  user: id,
  before: whole.optional(),
  limit: whole.refine((n) => n >= 1 && n <= 500, 'must be between 1 and 500').optional(),
});

export const burstBody = z.strictObject({
  /** `one`: one customer, five messages · `crowd`: fifty customers at once · `promotion`: three hundred messages within half a minute. */
  kind: z.enum(['one', 'crowd', 'promotion']),
  /** Of `one`: which customer. */
  user: optional(id),
  locale: locale.default('zh-CN'),
});

export const nothing = z.strictObject({});

export const lastEventId = z.object({ 'Last-Event-ID': whole.optional() });
