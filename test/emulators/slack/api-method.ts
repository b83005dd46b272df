import { checkMessage, refusals, type Finding } from './block-kit.ts';
import { asText, isObject, type Json } from './block-kit-rules.ts';
import type { SlackChannel, SlackTeam } from './emulator.ts';
import type { Slack } from './events.ts';

/** One call of the Web API. */
export interface Call {
  readonly slack: Slack;
  readonly method: string;
  readonly token: string;
  readonly args: Json;
  /** Whose bot calls; with an app's token and in OAuth the first team, for what it is worth. */
  readonly team: SlackTeam;
}

export interface Method {
  /** Default: a bot's token. */
  readonly token?: 'bot' | 'app' | 'none';
  /** Any of them does. */
  readonly scopes?: readonly string[];
  readonly required?: readonly string[];
  run(call: Call): Json;
}

export type Methods = Readonly<Record<string, Method>>;

/** What is answered with `ok: false`. */
export class SlackError extends Error {
  readonly code: string;
  readonly more: Json;

  constructor(code: string, more: Json = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

export const refuse = (code: string, more: Json = {}): never => {
  throw new SlackError(code, more);
};

export const text = (args: Json, key: string): string => {
  const value = args[key];
  return typeof value === 'number' ? String(value) : asText(value);
};
export const flag = (args: Json, key: string): boolean => ['true', '1'].includes(String(args[key]));
export const has = (args: Json, key: string): boolean => args[key] !== undefined && args[key] !== null;
export const listIn = (args: Json, key: string): readonly unknown[] => {
  const value: unknown = args[key];
  return Array.isArray(value) ? value : [];
};

/** Throws `missing_scope` unless the bot has one of them. */
export function need(team: SlackTeam, scopes: readonly string[]): void {
  if (scopes.length === 0 || scopes.some((scope) => team.scopes.includes(scope))) return;
  refuse('missing_scope', { needed: scopes.join(','), provided: team.scopes.join(',') });
}

const READ = { channel: 'channels', group: 'groups', im: 'im', mpim: 'mpim' } as const;

/** `channels:read`, `groups:history` and so on, by what kind of conversation it is. */
export const needOf = (team: SlackTeam, channel: SlackChannel, what: 'read' | 'history'): void => {
  need(team, [`${READ[channel.kind]}:${what}`]);
};

/** A conversation the bot can see; private ones it is not in do not exist for it. */
export function channelIn({ slack, team, args }: Call, key = 'channel'): SlackChannel {
  const channel = slack.state.channels.get(text(args, key));
  if (channel === undefined || channel.team !== team.id || (channel.kind !== 'channel' && !channel.bot))
    return refuse('channel_not_found');
  return channel;
}

const said = ({ pointer, expected, got }: Finding): string =>
  `must be ${expected}, is ${got} [json-pointer:${pointer}]`;

/** Keeps what is wrong, and throws when Slack would not take it. `error`: for what stands in blocks or a view. */
export function inspect(slack: Slack, findings: readonly Finding[], error: string): void {
  slack.state.findings.push(...findings);
  const refused = refusals(findings);
  const [first] = refused;
  if (first === undefined) return;
  const messages = refused.map((finding) => `[ERROR] ${said(finding)}`);
  if (first.pointer === '/view' && first.code === 'view_too_large') refuse('view_too_large');
  if (first.pointer.startsWith('/metadata'))
    refuse(first.code === 'too_long' ? 'metadata_too_large' : 'invalid_metadata_format');
  if (first.pointer === '/markdown_text' && first.code === 'conflict') refuse('markdown_text_conflict');
  if (first.pointer === '/attachments' && first.code === 'too_many') refuse('too_many_attachments');
  refuse(error, {
    ...(error === 'invalid_blocks' ? { errors: refused.map(said) } : {}),
    response_metadata: { messages },
  });
}

/** Checks what a message is made of, and that it is made of anything. */
export function inspectMessage(slack: Slack, args: Json, where: string): void {
  const isThere = text(args, 'text') !== '' || text(args, 'markdown_text') !== '';
  if (!isThere && ['blocks', 'attachments'].every((key) => listIn(args, key).length === 0)) refuse('no_text');
  inspect(slack, checkMessage(args, { where, mentions: slack.state.mentions }), 'invalid_blocks');
}

/** One page of a list; `cursor` is what the page before answered. */
export function page<T>(args: Json, all: readonly T[], usual: number): { items: readonly T[]; next: string } {
  const limit = has(args, 'limit') ? Number(args['limit']) : usual;
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) refuse('invalid_limit');
  const cursor = text(args, 'cursor');
  const from = cursor === '' ? 0 : Number(/^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1] ?? -1);
  if (from < 0) refuse('invalid_cursor');
  const end = from + limit;
  const next = end < all.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: all.slice(from, end), next };
}

export const nextPage = (next: string): Json => ({ response_metadata: { next_cursor: next } });

/** What a form carries as JSON, and how it is refused when it is none. */
const AS_JSON: Readonly<Record<string, string>> = {
  blocks: 'invalid_blocks_format',
  attachments: 'invalid_attachments',
  view: 'invalid_arguments',
  metadata: 'invalid_metadata_format',
  files: 'invalid_arguments',
  unfurls: 'invalid_arguments',
};

/** Arguments with everything parsed that was JSON inside of a form. */
export function unpacked(args: Json): Json {
  const entries = Object.entries(args).map(([key, value]): [string, unknown] => {
    const error = AS_JSON[key];
    if (error === undefined || typeof value !== 'string') return [key, value];
    try {
      const parsed: unknown = JSON.parse(value);
      return [key, Array.isArray(parsed) || isObject(parsed) ? parsed : refuse(error)];
    } catch {
      return [key, refuse(error)];
    }
  });
  return Object.fromEntries(entries);
}
