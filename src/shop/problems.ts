import { isNode, isPair, isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type * as z from 'zod';
import type { Locale } from '../domain/directory.ts';
import { SetupError } from '../errors.ts';
import { operator } from '../text/operator.ts';
import type { Shape } from '../text/setup.ts';
import { say, type TerminalSentence } from '../text/text.ts';
import { TESTS } from './hook.ts';
import { suggest } from './suggestion.ts';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** A YAML file with everything that is wrong with it: problems are collected with their lines and thrown together. */
export class CheckedFile {
  readonly #doc: Document;
  readonly #lines: LineCounter;
  readonly #name: string;
  readonly #problems: { readonly line: number; readonly sentence: TerminalSentence }[] = [];

  /** `name`: how the operator knows the file. */
  constructor(source: string, name: string) {
    this.#name = name;
    this.#lines = new LineCounter();
    this.#doc = parseDocument(source, { lineCounter: this.#lines, prettyErrors: false });
    for (const error of this.#doc.errors) {
      const { line, col } = this.#lines.linePos(error.pos[0]);
      const detail = error.message.split('\n')[0] ?? '';
      this.report(line, { key: 'setup.yaml_syntax', params: { line, column: col, detail } });
    }
  }

  /** The content, checked by the schema; null when something is wrong with it. */
  parse<T>(schema: z.ZodType<T>, knownKeys: Readonly<Record<string, readonly string[]>>): T | null {
    if (this.#problems.length > 0) return null;
    const parsed = schema.safeParse(this.#value());
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) this.#translate(issue, issue.path, knownKeys);
    return null;
  }

  report(line: number, sentence: TerminalSentence): void {
    this.#problems.push({ line, sentence });
  }

  /** Where a path stands, for a problem's sentence. */
  at(path: Path): { line: number; at: string } {
    return { line: this.lineOf(path), at: path.length === 0 ? this.#name : path.map(String).join('.') };
  }

  /** The line of the key (or list item) at `path`, else of its nearest ancestor. */
  lineOf(path: Path): number {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const parent = depth === 1 ? this.#doc.contents : this.#doc.getIn(path.slice(0, depth - 1), true);
      const last = path[depth - 1];
      const pair = isMap(parent)
        ? parent.items.find((p) => isScalar(p.key) && String(p.key.value) === last)
        : undefined;
      const key = isPair(pair) ? pair.key : this.#doc.getIn(path.slice(0, depth), true);
      if (isNode(key) && key.range) return this.#lines.linePos(key.range[0]).line;
    }
    return 1;
  }

  /** Throws everything that was reported, in the order of the lines; does nothing when all is well. */
  throwProblems(locale: Locale): void {
    if (this.#problems.length === 0) return;
    const reader = operator(locale);
    const sorted = this.#problems.toSorted((a, b) => a.line - b.line);
    const problems = [...new Set(sorted.map((p) => say(p.sentence, reader)))];
    throw new SetupError(say({ key: 'setup.shop_problems', params: { file: this.#name, problems } }, reader));
  }

  #value(): unknown {
    return this.#doc.toJS({ maxAliasCount: 100 });
  }

  #present(path: Path): boolean {
    return path.length === 0 || this.#doc.hasIn(path);
  }

  #translate(issue: Issue, path: Path, known: Readonly<Record<string, readonly string[]>>): void {
    const place = this.at(path);
    const value = (): string => String(this.#doc.getIn(path));
    const say_ = (sentence: TerminalSentence): void => {
      this.report(place.line, sentence);
    };
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const line = this.lineOf([...path, key]);
        const suggestion = suggest(key, keysAt(path, known));
        this.report(line, { key: 'setup.unknown_key', params: { line, at: place.at, key, suggestion } });
      }
    } else if (!this.#present(path)) {
      const parent = this.at(path.slice(0, -1));
      this.report(parent.line, { key: 'setup.missing_key', params: { ...parent, key: String(path.at(-1)) } });
    } else if (issue.code === 'invalid_union') {
      const branch = issue.errors.find((errors) => errors.every((e) => e.path.length > 0 || e.code !== 'invalid_type'));
      for (const inner of branch ?? issue.errors[0] ?? []) this.#translate(inner, [...path, ...inner.path], known);
    } else if (issue.code === 'invalid_type') {
      say_({ key: 'setup.wrong_shape', params: { ...place, expected: SHAPE_OF[issue.expected] ?? 'text' } });
    } else if (issue.code === 'invalid_value') {
      const options = issue.values.map(String);
      const params = { ...place, value: value(), options, suggestion: suggest(value(), options) };
      say_({ key: 'setup.wrong_option', params });
    } else if (issue.code === 'invalid_key') {
      const parent = this.at(path.slice(0, -1));
      say_({ key: 'setup.not_an_id', params: { line: place.line, at: parent.at, value: String(path.at(-1)) } });
    } else if (issue.code === 'too_small' || issue.code === 'too_big') {
      const least = issue.code === 'too_small' ? Number(issue.minimum) : null;
      const most = issue.code === 'too_big' ? Number(issue.maximum) : null;
      say_({ key: 'setup.wrong_size', params: { ...place, least, most } });
    } else if (issue.code === 'invalid_format') {
      say_({ key: 'setup.not_an_id', params: { ...place, value: value() } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'duration') {
      say_({ key: 'setup.not_a_duration', params: { ...place, value: value() } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'share') {
      say_({ key: 'setup.not_a_share', params: { ...place, value: value() } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'sameStep') {
      const { at: share, to } = issue.params;
      say_({ key: 'setup.same_step', params: { ...place, share: Number(share), to: String(to) } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'hours') {
      say_({ key: 'setup.not_hours', params: { ...place, value: value() } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'timeOfDay') {
      say_({ key: 'setup.not_a_time', params: { ...place, value: value() } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'daySpans') {
      say_({ key: 'calendars.not_day_hours', params: { ...place, value: value() } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'day') {
      say_({ key: 'calendars.not_a_day', params: { ...place, value: String(issue.params['value']) } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'lunch') {
      say_({ key: 'calendars.lunch_outside', params: place });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'promotionOrder') {
      say_({ key: 'calendars.promotion_order', params: place });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'timeZone') {
      say_({ key: 'setup.not_a_time_zone', params: { ...place, value: value() } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'email') {
      say_({ key: 'setup.not_an_email', params: place });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'telephone') {
      say_({ key: 'setup.not_a_telephone', params: place });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'receiver') {
      say_({ key: 'setup.not_a_receiver', params: place });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'plainReceiver') {
      say_({ key: 'setup.plain_receiver', params: place });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'path') {
      say_({ key: 'setup.not_a_path', params: { ...place, value: value() } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'template') {
      say_({ key: 'setup.not_a_template', params: place });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'oneTest') {
      say_({ key: 'setup.one_test', params: { ...place, tests: TESTS } });
    } else if (issue.code === 'custom' && issue.params?.['problem'] === 'nothingLeft') {
      const { count, kept } = issue.params;
      say_({ key: 'setup.nothing_left', params: { ...place, count: Number(count), kept: Number(kept) } });
    } else {
      say_({ key: 'setup.wrong_value', params: place });
    }
  }
}

const SHAPE_OF: Readonly<Record<string, Shape>> = {
  string: 'text',
  int: 'number',
  number: 'number',
  boolean: 'truth',
  array: 'list',
  object: 'map',
  record: 'map',
};

/** The keys that could have been meant at `path`: the pattern of equal length whose fixed parts agree. */
function keysAt(path: Path, known: Readonly<Record<string, readonly string[]>>): readonly string[] {
  if (path.length === 0) return known[''] ?? [];
  const fits = (pattern: string): boolean => {
    const parts = pattern.split('.');
    return parts.length === path.length && parts.every((part, i) => part === '*' || part === String(path[i]));
  };
  return Object.entries(known).find(([pattern]) => fits(pattern))?.[1] ?? [];
}
