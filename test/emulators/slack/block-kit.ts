import { anyBlock } from './block-kit-blocks.ts';
import { metadata, noMentions, serialised, text } from './block-kit-objects.ts';
import {
  asText,
  boolean,
  isObject,
  lengthOf,
  list,
  measure,
  object,
  oneOf,
  say,
  string,
  type Check,
  type Finding,
  type Json,
  type Rule,
  type Surface,
} from './block-kit-rules.ts';

export type { Finding, Surface } from './block-kit-rules.ts';

export interface CheckOptions {
  /** Stands in every finding; default `message`, `view` or `blocks`. */
  readonly where?: string;
  /** Who may be mentioned: ids of people and groups, `here`, `channel`, `everyone`. Default: nobody. */
  readonly mentions?: Iterable<string>;
}

const start = (surface: Surface, what: string, options: CheckOptions): Check => ({
  where: options.where ?? what,
  surface,
  mentions: new Set(options.mentions),
  findings: [],
  blockIds: new Set(),
  actionIds: new Set(),
  focused: [],
  markdown: 0,
  tables: 0,
});

/** What Slack would take and Gongdan must not send: these findings never make a call fail. */
const OWN_RULES: ReadonlySet<string> = new Set(['mention', 'text_missing', 'text_too_long', 'blocks_too_large']);

/** Those findings for which Slack refuses a payload. */
export const refusals = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ code }) => !OWN_RULES.has(code));

/**
 * Checks the arguments of `chat.postMessage` and its like: `text`, `blocks`, `attachments`, `metadata`, `markdown_text`. Other keys are left alone.
 * `text` has to be there and may have 4,000 characters; all blocks together 10,000, serialised.
 */
export function checkMessage(args: Json, options: CheckOptions = {}): Finding[] {
  const check = start('message', 'message', options);
  const { text: words, blocks, attachments, metadata: meta, markdown_text: markdown } = args;
  if (markdown !== undefined) {
    string(12_000, 1)(markdown, '/markdown_text', check);
    noMentions(asText(markdown), '/markdown_text', check);
    if (words !== undefined || blocks !== undefined)
      say(check, '/markdown_text', 'conflict', 'neither text nor blocks', Object.keys(args).join(', '));
  } else checkText(words, args, check);
  if (blocks !== undefined) {
    list(anyBlock, 0, 50)(blocks, '/blocks', check);
    const size = serialised(blocks);
    if (size > 10_000) say(check, '/blocks', 'blocks_too_large', 'at most 10000 characters', `${size} characters`);
  }
  if (attachments !== undefined) list(attachment, 0, 100)(attachments, '/attachments', check);
  if (meta !== undefined) metadata(meta, '/metadata', check);
  return check.findings;
}

function checkText(words: unknown, args: Json, check: Check): void {
  if (words === undefined || words === null || words === '') {
    say(check, '/text', 'text_missing', 'text for notifications and screen readers', words ?? null);
    return;
  }
  if (typeof words !== 'string') {
    say(check, '/text', 'type', 'a string', words);
    return;
  }
  const length = lengthOf(words);
  if (length > 4000) say(check, '/text', 'text_too_long', 'at most 4000 characters', `${length} characters`);
  const isLinked =
    args['parse'] === 'full' || String(args['link_names']) === 'true' || String(args['link_names']) === '1';
  noMentions(words, '/text', check, isLinked);
}

/** Attachments are old and loose; only what Gongdan could do wrong is looked at. */
const attachment: Rule = (value, at, check) => {
  if (!isObject(value)) {
    say(check, at, 'type', 'an object', value);
    return;
  }
  for (const key of ['text', 'pretext', 'fallback']) noMentions(asText(value[key]), `${at}/${key}`, check);
  if (typeof value['footer'] === 'string') measure(value['footer'], 0, 300, `${at}/footer`, check);
  if (value['blocks'] !== undefined) list(anyBlock, 0, 50)(value['blocks'], `${at}/blocks`, check);
};

/** Checks blocks alone: of a message at most 50, of a view at most 100. Pointers begin at `/blocks`. */
export function checkBlocks(blocks: unknown, surface: Surface, options: CheckOptions = {}): Finding[] {
  const check = start(surface, 'blocks', options);
  list(anyBlock, 0, surface === 'message' ? 50 : 100)(blocks, '/blocks', check);
  return check.findings;
}

const COMMON = {
  private_metadata: string(3000),
  callback_id: string(255),
  external_id: string(255),
};
const VIEWS: Readonly<Record<string, Rule>> = {
  modal: object({
    required: { type: oneOf('modal'), title: text(24, 'plain'), blocks: list(anyBlock, 1, 100) },
    optional: {
      ...COMMON,
      submit: text(24, 'plain'),
      close: text(24, 'plain'),
      clear_on_close: boolean,
      notify_on_close: boolean,
      submit_disabled: boolean,
    },
    whole: (view, at, check) => {
      const blocks: unknown[] = Array.isArray(view['blocks']) ? view['blocks'] : [];
      if (view['submit'] === undefined && blocks.some((b) => isObject(b) && b['type'] === 'input'))
        say(check, `${at}/submit`, 'missing', 'submit, as there are inputs', null);
    },
  }),
  home: object({ required: { type: oneOf('home'), blocks: list(anyBlock, 0, 100) }, optional: COMMON }),
};

/** Checks a modal or a home view. Pointers begin at `/view`. The whole may have 250,000 bytes. */
export function checkView(view: unknown, options: CheckOptions = {}): Finding[] {
  const type = isObject(view) ? view['type'] : undefined;
  const check = start(type === 'home' ? 'home' : 'modal', 'view', options);
  const rule = typeof type === 'string' ? VIEWS[type] : undefined;
  if (rule === undefined) say(check, '/view/type', 'unknown_type', 'modal or home', type ?? null);
  else rule(view, '/view', check);
  for (const at of check.focused.slice(1)) say(check, at, 'duplicate', 'the focus once per view', true);
  const bytes = Buffer.byteLength(JSON.stringify(view) ?? '');
  if (bytes > 250_000) say(check, '/view', 'view_too_large', 'at most 250000 bytes', `${bytes} bytes`);
  return check.findings;
}
