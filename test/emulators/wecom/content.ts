import { asList, asObject, asText, asTexts, bytesOf, type Json } from '../json.ts';
import { needText, refuse } from './method.ts';
import { DAY_MS, type State, type StoredFile } from './state.ts';

/** What was said, checked and cut as WeCom cuts it. */
export interface Said {
  readonly text: string;
  readonly content: Json;
  readonly file: StoredFile | null;
  readonly at: readonly string[];
  readonly warnings: readonly string[];
}

const MEDIA_MS = 3 * DAY_MS;
const TEXT_BYTES = 2_048;

/** How much fits, and what becomes of more. */
interface Room {
  readonly markdown: number;
  /** Whether texts are cut; else they are refused, as Markdown is. */
  readonly cuts: boolean;
  readonly tooLong: number;
}
export const BY_APP: Room = { markdown: 2_048, cuts: true, tooLong: 45002 };
export const BY_PUSH: Room = { markdown: 4_096, cuts: false, tooLong: 40058 };

/** So many bytes of it at most, and no half character. */
export function cut(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  let kept = '';
  let size = 0;
  for (const char of text) {
    size += bytesOf(char);
    if (size > most) break;
    kept += char;
  }
  return kept;
}

/** A file that was uploaded within three days. @throws Refusal 40007 */
export function mediaOf(state: State, id: unknown, type: string | null): StoredFile {
  const file = state.media.get(asText(id));
  if (file === undefined || state.now() - file.at > MEDIA_MS) return refuse(40007, 'invalid media_id');
  if (type !== null && file.type !== type) return refuse(40007, 'invalid media_id: another type');
  return file;
}

const ALIEN: readonly (readonly [string, RegExp])[] = [
  ['a code block', /^```/mu],
  ['a picture', /!\[[^\]]*\]\(/u],
  ['a table', /^\|.*\|\s*$/mu],
  ['a colour of its own', /<font color="(?!info"|comment"|warning")[^"]*"/u],
];

/** Whom `<@userid>` names. */
const named = (text: string): readonly string[] => Array.from(text.matchAll(/<@([^>\s]+)>/gu), ([, id = '']) => id);

const nothing = { file: null, at: [], warnings: [] };

function textcard(content: Json): Said {
  const title = needText(content['title'], 41016, 'title missing');
  const description = needText(content['description'], 41033, 'description missing');
  const url = needText(content['url'], 41010, 'url missing');
  if (!/^https?:\/\//u.test(url) || bytesOf(url) > 2_048) refuse(40094, 'invalid url');
  const warnings = [
    ...(Array.from(title).length > 128 ? ['title: over 128 characters'] : []),
    ...(Array.from(description).length > 512 ? ['description: over 512 characters'] : []),
    ...(Array.from(asText(content['btntxt'])).length > 4 ? ['btntxt: over 4 characters'] : []),
  ];
  return { ...nothing, text: `${title}\n${description}\n${url}`, content, warnings };
}

function news(content: Json): Said {
  const articles = asList(content['articles']).map(asObject);
  if (articles.length < 1 || articles.length > 8) refuse(45008, 'invalid article count');
  const warnings: string[] = [];
  const lines = articles.map((article) => {
    const title = needText(article['title'], 41016, 'title missing');
    if (asText(article['url']) === '' && asText(article['appid']) === '') refuse(41010, 'url missing');
    if (bytesOf(title) > 128) warnings.push('title: over 128 bytes');
    if (bytesOf(asText(article['description'])) > 512) warnings.push('description: over 512 bytes');
    return [title, asText(article['description']), asText(article['url'])].filter((part) => part !== '').join('\n');
  });
  return { ...nothing, text: lines.join('\n'), content, warnings };
}

/** Of every type but cards. Null: no such type. @throws Refusal */
export function readContent(state: State, kind: string, args: Json, room: Room): Said | null {
  const content = asObject(args[kind]);
  switch (kind) {
    case 'text': {
      const given = needText(content['content'], 44004, 'empty content');
      const text = cut(given, TEXT_BYTES);
      if (text !== given && !room.cuts) refuse(room.tooLong, 'text.content exceed max length 2048');
      const warnings = text === given ? [] : [`text: ${bytesOf(given)} of ${TEXT_BYTES} bytes, cut`];
      const at = [...asTexts(content['mentioned_list']), ...named(text)];
      return { ...nothing, text, content, at, warnings };
    }
    case 'markdown':
    case 'markdown_v2': {
      const text = needText(content['content'], 44004, 'empty content');
      if (bytesOf(text) > room.markdown) refuse(room.tooLong, 'content size out of limit');
      const isOld = kind === 'markdown';
      const warnings = isOld
        ? ALIEN.flatMap(([what, pattern]) => (pattern.test(text) ? [`markdown: ${what} is not shown`] : []))
        : [];
      return { ...nothing, text, content, at: isOld ? named(text) : [], warnings };
    }
    case 'textcard':
      return textcard(content);
    case 'news':
      return news(content);
    case 'image':
    case 'voice':
    case 'file':
    case 'video': {
      const file = mediaOf(state, content['media_id'], kind);
      const text = [kind === 'file' ? file.name : '', asText(content['title']), asText(content['description'])];
      return { ...nothing, text: text.filter((line) => line !== '').join('\n'), content, file };
    }
    default:
      return null;
  }
}
