import type { Locale } from '../domain/directory.ts';
import { catalogues } from './registry.ts';
import type { Entry } from './entry.ts';
import { formatFor } from './format.ts';

/** What a sentence needs to know about who reads it. */
export interface Reader {
  readonly locale: Locale;
  readonly timeZone: string;
  /** The moment of reading, for "12 分钟前" and "今天 18:00". */
  readonly now: Date;
}

type Catalogues = typeof catalogues;
type Area = keyof Catalogues;

/** `area.name`, e.g. `refusal.already_claimed`. */
export type TextKey = KeyOf<Area>;
export type ParamsOf<K extends TextKey> = K extends `${infer A}.${infer N}`
  ? A extends Area
    ? N extends keyof Catalogues[A]
      ? Catalogues[A][N] extends Entry<infer P>
        ? P
        : never
      : never
    : never
  : never;

/** Areas of what only the terminal says. */
type TerminalArea =
  | 'backup'
  | 'calendars'
  | 'cli'
  | 'dingtalk_doctor'
  | 'doctor'
  | 'hook'
  | 'init'
  | 'outside_doctor'
  | 'job'
  | 'job_list'
  | 'send_test'
  | 'setup'
  | 'slack_doctor'
  | 'trace'
  | 'wecom_doctor';
type KeyOf<A extends Area> = { [N in A]: `${N}.${keyof Catalogues[N] & string}` }[A];
type SentenceOf<K extends TextKey> = { [N in K]: { readonly key: N; readonly params: ParamsOf<N> } }[K];

/** A sentence as data: kept, passed on, and put into words only for a reader. The sandbox's pages and digests say theirs at once. */
export type Sentence = SentenceOf<KeyOf<Exclude<Area, TerminalArea | 'sandbox' | 'digest'>>>;
/** The same for whoever sits before the terminal. A type of its own: of one with everything the compiler loses count. */
export type TerminalSentence = SentenceOf<KeyOf<TerminalArea>>;

const entries = new Map<string, Entry<unknown>>(
  Object.entries(catalogues).flatMap(([area, catalogue]) =>
    Object.entries(catalogue).map(([name, entry]) => [`${area}.${name}`, entry as Entry<unknown>] as const),
  ),
);

/** Puts a sentence into words for one reader. */
export const say = ({ key, params }: Sentence | TerminalSentence, reader: Reader): string =>
  inWords(key, params, reader);

function inWords(key: string, params: unknown, reader: Reader): string {
  const found = entries.get(key);
  if (found === undefined) throw new Error(`no catalogue entry ${key}`);
  return (reader.locale === 'zh-CN' ? found.zh : found.en)(params, formatFor(reader));
}

/** The same from key and parameters. */
export const text = <K extends TextKey>(reader: Reader, key: K, params: ParamsOf<K>): string =>
  inWords(key, params, reader);
