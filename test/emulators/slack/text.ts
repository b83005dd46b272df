import type { Json } from './block-kit-rules.ts';

const ESCAPES: readonly (readonly [string, string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
];

const escape = (text: string): string => ESCAPES.reduce((t, [plain, coded]) => t.replaceAll(plain, coded), text);

export const unescape = (text: string): string =>
  ESCAPES.toReversed().reduce((t, [plain, coded]) => t.replaceAll(coded, plain), text);

/** What Slack's composer makes out of what is typed: things in angle brackets, addresses, mail addresses. */
const TYPED =
  /<(?:@[UW]\w+|#[CG]\w+|!(?:here|channel|everyone)|!subteam\^\w+|https?:[^>\s]+|mailto:[^>\s]+)(?:\|[^>]*)?>|https?:\/\/[\w\-./~:?#@!$&'()*+,;=%[\]]*[\w/=]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

/** As typed -> as it stands in `text`: escaped, links and mail addresses in angle brackets. */
export function typed(text: string): string {
  let done = '';
  let end = 0;
  for (const match of text.matchAll(TYPED)) {
    const [found] = match;
    done += escape(text.slice(end, match.index));
    if (found.startsWith('<')) done += found;
    else if (/^https?:/.test(found)) done += `<${escape(found)}>`;
    else done += `<mailto:${found}|${found}>`;
    end = match.index + found.length;
  }
  return done + escape(text.slice(end));
}

const TOKEN = /<([@#!]?)([^>|]*)(?:\|([^>]*))?>|:([a-z][a-z0-9_+-]*):/g;

function inline(sign: string, name: string, label: string | undefined): Json {
  if (sign === '@') return { type: 'user', user_id: name };
  if (sign === '#') return { type: 'channel', channel_id: name };
  if (sign === '!')
    return name.startsWith('subteam^')
      ? { type: 'usergroup', usergroup_id: name.slice('subteam^'.length) }
      : { type: 'broadcast', range: name };
  return { type: 'link', url: unescape(name), ...(label === undefined ? {} : { text: unescape(label) }) };
}

/** The one `rich_text` block that comes with what a person wrote. */
export function richTextOf(text: string, blockId: string): Json {
  const elements: Json[] = [];
  const add = (words: string): void => {
    if (words !== '') elements.push({ type: 'text', text: unescape(words) });
  };
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    add(text.slice(end, match.index));
    elements.push(
      match[4] === undefined ? inline(match[1] ?? '', match[2] ?? '', match[3]) : { type: 'emoji', name: match[4] },
    );
    end = match.index + match[0].length;
  }
  add(text.slice(end));
  return { type: 'rich_text', block_id: blockId, elements: [{ type: 'rich_text_section', elements }] };
}

/** mrkdwn as it is read: labels instead of links, fallbacks instead of dates, nothing escaped. Asterisks and the like stay. */
export const read = (text: string): string =>
  unescape(
    text.replaceAll(TOKEN, (all, sign: string | undefined, name = '', label?: string) => {
      if (sign === undefined) return all;
      if (sign === '@' || sign === '#') return `${sign}${label === undefined || label === '' ? name : label}`;
      if (sign === '!') return label ?? (name.startsWith('date^') ? '' : `@${name.replace('subteam^', '')}`);
      return label ?? name.replace(/^mailto:/, '');
    }),
  );
