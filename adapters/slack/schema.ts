import * as z from 'zod';

/** What Slack sends, as far as it is read (fact sheet, section 2); whatever else stands in it is ignored. */

const text = z.string();
const id = z.string().min(1).max(120);
const maybe = text.nullish();

/** What is not known of a file, or not ours to see, is missing or null: the message that it came with is told all the same. */
const file = z.object({
  id,
  name: maybe,
  title: maybe,
  mimetype: maybe,
  size: z.number().nullish(),
  mode: maybe,
  is_external: z.boolean().nullish(),
  file_access: maybe,
  duration_ms: z.number().nullish(),
  url_private: maybe,
  url_private_download: maybe,
});
export type SlackFile = z.output<typeof file>;
export const fileAnswer = z.object({ file });

/** A message as events, shortcuts and histories carry it. */
export const message = z.object({
  ts: id,
  thread_ts: id.optional(),
  subtype: text.optional(),
  user: maybe,
  bot_id: maybe,
  hidden: z.boolean().optional(),
  text: maybe,
  files: z.array(file).max(100).optional(),
});
export type SlackMessage = z.output<typeof message>;

export const messageEvent = message.extend({ channel: id, channel_type: text.optional() });
export type MessageEvent = z.output<typeof messageEvent>;
export const deletedEvent = z.object({
  channel: id,
  channel_type: text.optional(),
  deleted_ts: id,
  previous_message: z.object({ user: maybe, bot_id: maybe }).nullish(),
});
export const memberEvent = z.object({ channel: id, user: id });
export const leftEvent = z.object({ channel: id });
export const homeEvent = z.object({ user: id, tab: text.optional() });
export const linkEvent = z.object({
  channel: id,
  user: id,
  message_ts: id,
  unfurl_id: text.optional(),
  source: text.optional(),
  links: z.array(z.object({ url: z.string().max(4_000) })).max(100),
});
export const userEvent = z.object({ user: z.object({ id }) });
export const revokedEvent = z.object({ tokens: z.object({ bot: z.array(text).nullish() }).nullish() });

export const envelope = z.object({ event_id: id, event: z.object({ type: text }).loose() });

export const command = z.object({
  command: text,
  text: z.string().max(20_000).default(''),
  user_id: id,
  user_name: text.default(''),
  channel_id: id,
  trigger_id: id,
  response_url: text.optional(),
});

const user = z.object({ id, name: text.optional(), username: text.optional(), team_id: maybe });

const option = z.object({ value: text }).nullish();
export const blockAction = z.object({
  action_id: text,
  block_id: text.default(''),
  value: text.optional(),
  selected_option: option,
});

/** `view` as a form of ours was submitted or changed; read further by `view.ts`. */
const view = z.object({ id, hash: text.optional(), callback_id: text.default('') }).loose();

export const actions = z.object({
  user,
  trigger_id: id,
  actions: z.array(blockAction).min(1),
  response_url: text.optional(),
  container: z
    .object({
      type: text.optional(),
      channel_id: id.optional(),
      message_ts: id.optional(),
      thread_ts: id.optional(),
    })
    .default({}),
  channel: z.object({ id }).nullish(),
  view: view.nullish(),
});
export type Actions = z.output<typeof actions>;

export const submission = z.object({ user, trigger_id: id.optional(), view });

export const shortcut = z.object({
  type: text,
  callback_id: text,
  user,
  trigger_id: id,
  action_ts: id.optional(),
  response_url: text.optional(),
  channel: z.object({ id }).nullish(),
  message: message.nullish(),
});
export type Shortcut = z.output<typeof shortcut>;

export const testAnswer = z.object({
  team_id: maybe,
  team: maybe,
  user_id: id,
  bot_id: maybe,
  enterprise_id: maybe,
  is_enterprise_install: z.boolean().optional(),
});
