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
export type TextKey = { [A in Area]: `${A}.${keyof Catalogues[A] & string}` }[Area];
export type ParamsOf<K extends TextKey> = K extends `${infer A}.${infer N}`
  ? A extends Area
    ? N extends keyof Catalogues[A]
      ? Catalogues[A][N] extends Entry<infer P>
        ? P
        : never
      : never
    : never
  : never;

/** A sentence as data: kept, passed on, and put into words only for a reader. */
export type Sentence = { [K in TextKey]: { readonly key: K; readonly params: ParamsOf<K> } }[TextKey];

const entries = new Map<string, Entry<unknown>>(
  Object.entries(catalogues).flatMap(([area, catalogue]) =>
    Object.entries(catalogue).map(([name, entry]) => [`${area}.${name}`, entry as Entry<unknown>] as const),
  ),
);

/** Puts a sentence into words for one reader. */
export function say(sentence: Sentence, reader: Reader): string {
  const found = entries.get(sentence.key);
  if (found === undefined) throw new Error(`no catalogue entry ${sentence.key}`);
  return (reader.locale === 'zh-CN' ? found.zh : found.en)(sentence.params, formatFor(reader));
}

/** The same from key and parameters. */
export function text<K extends TextKey>(reader: Reader, key: K, params: ParamsOf<K>): string {
  return say({ key, params } as Sentence, reader);
}
