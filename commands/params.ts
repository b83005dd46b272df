import { choicesFor, type Asking, type Choice } from './choices.ts';
import type { Args, Command, Param } from './command.ts';
import { after, fold, folded, head, skipSeparator, wordEnds } from './fold.ts';
import { ticketNumber } from './parse.ts';
import { leadingMoment } from './moment.ts';
import { duration, inRange, leadingDuration, limit, minutes, number, tags } from './scalars.ts';
import type { Label, Refusal, ValueKind } from '../src/domain/refusal.ts';

/** What was given to a command: the rest of a typed line, or values by parameter name from a button, a form or the API. */
export type Given =
  | { readonly from: 'text'; readonly line: string }
  | { readonly from: 'button' | 'form'; readonly values: Readonly<Record<string, string>> };

export type Reading =
  | { readonly kind: 'args'; readonly args: Args }
  /** `param` is null when the refused thing belongs to none. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly param: string | null; readonly values: Args }
  /** `values`: what was understood so far, as `Args`. */
  | { readonly kind: 'missing'; readonly values: Args };

/** Checks and translates everything that was given, against the directory. */
export function readArgs(command: Command, given: Given, asking: Asking): Reading {
  const reading =
    given.from === 'text' ? fromLine(command, given.line, asking) : fromValues(command, given.values, asking);
  if (reading.kind !== 'args') return reading;
  const missing = command.params.find(
    (p) =>
      p.required && reading.args[p.name] === undefined && !(p.type === 'rest' && saidOtherwise(reading.args, asking)),
  );
  if (missing === undefined) return reading;
  if (missing.missing !== undefined)
    return { kind: 'refused', refusal: missing.missing, param: missing.name, values: reading.args };
  return { kind: 'missing', values: reading.args };
}

/** Files say something without words, and a draft has them. */
const saidOtherwise = (args: Args, asking: Asking): boolean =>
  asking.attachments.length > 0 || args['draft'] !== undefined;

function fromLine(command: Command, line: string, asking: Asking): Reading {
  const args: Record<string, string> = {};
  let left = line;
  const typed = command.params.filter((p) => p.way === undefined);
  for (const [i, param] of typed.entries()) {
    if (left === '') break;
    // An optional word before free text is only taken when it is one exactly; else it belongs to the text. Which tickets need not be said.
    const lenient = param.type === 'tickets' || (!param.required && typed.slice(i + 1).some((p) => p.type === 'rest'));
    const taken = take(param, left, asking, lenient);
    if (taken.kind === 'refused') return { ...taken, param: param.name, values: args };
    if (taken.kind === 'skip') continue;
    args[param.name] = taken.value;
    left = skipSeparator(taken.left);
  }
  if (left === '') return { kind: 'args', args };
  return {
    kind: 'refused',
    refusal: { code: 'unexpected', verb: command.name, given: short(left) },
    param: null,
    values: args,
  };
}

function fromValues(command: Command, values: Readonly<Record<string, string>>, asking: Asking): Reading {
  const args: Record<string, string> = {};
  const foreign = Object.keys(values).find((k) => k !== 'ticket' && !command.params.some((p) => p.name === k));
  if (foreign !== undefined) {
    const refusal = { code: 'unexpected', verb: command.name, given: short(foreign) } as const;
    return { kind: 'refused', refusal, param: foreign, values: args };
  }
  for (const param of command.params) {
    const value = (Object.hasOwn(values, param.name) ? values[param.name] : '')?.trim() ?? '';
    if (value === '') continue;
    if (isTime(param) && inRange(value)) {
      // As `Args` holds it: a value that was read once may come back on a button.
      args[param.name] = value;
      continue;
    }
    const taken = take(param, value, asking, false);
    if (taken.kind === 'taken' && taken.left.trim() === '') args[param.name] = taken.value;
    else {
      const refusal = taken.kind === 'refused' ? taken.refusal : unknown(param, value, asking);
      return { kind: 'refused', refusal, param: param.name, values: args };
    }
  }
  return { kind: 'args', args };
}

type Taken =
  | { readonly kind: 'taken'; readonly value: string; readonly left: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'skip' };

/** Takes one parameter's value off the start of `text`, which is not empty. */
function take(param: Param, text: string, asking: Asking, lenient: boolean): Taken {
  const scalar = (value: string | null, left: string): Taken =>
    value === null ? { kind: 'refused', refusal: unknown(param, text, asking) } : { kind: 'taken', value, left };
  switch (param.type) {
    case 'line':
    case 'rest': {
      const value = text.trim();
      const length = Array.from(value).length;
      const max = param.max ?? (param.type === 'line' ? 100 : 4000);
      return length > max
        ? { kind: 'refused', refusal: { code: 'too_long', max, length } }
        : { kind: 'taken', value, left: '' };
    }
    case 'tags':
      return scalar(tags(text), '');
    case 'number': {
      const word = firstWord(text);
      return scalar(number(word), text.slice(word.length));
    }
    case 'ticket':
    case 'ticket-or-new': {
      const named = text.slice(TO.exec(text)?.[0].length ?? 0);
      const word = firstWord(named);
      const found = ticket(word, param.type);
      return found === null && lenient ? { kind: 'skip' } : scalar(found, named.slice(word.length));
    }
    case 'minutes': {
      const bare = /^\d+(?=[\s,;，；。、]|$)/u.exec(fold(text).text)?.[0];
      if (bare !== undefined) return scalar(minutes(bare), text.slice(bare.length));
      return take({ ...param, type: 'duration' }, text, asking, lenient);
    }
    case 'limit': {
      const word = /^[^,;，；。、]+/u.exec(text)?.[0] ?? '';
      return scalar(limit(word), text.slice(word.length));
    }
    case 'duration': {
      const f = fold(text);
      const found = leadingDuration(f.text);
      return scalar(found === null ? null : duration(found), found === null ? '' : after(text, f, found.length));
    }
    case 'moment': {
      const f = fold(text);
      const found = leadingMoment(f.text, asking.speaker.timeZone, asking.now);
      return scalar(found?.value ?? null, found === null ? '' : after(text, f, found.length));
    }
    default:
      return listed(param, choicesFor(param.type, asking), text, asking, lenient);
  }
}

/** What may stand before the number of the ticket something goes to. */
const TO = /^(?:到|进|入|至|给|into\b|to\b|with\b)[\s:：]*/iu;
const NEW: ReadonlySet<string> = new Set(['new', '新', '新的', '新单', '新的一单', '新工单']);

function ticket(word: string, type: 'ticket' | 'ticket-or-new'): string | null {
  if (type === 'ticket-or-new' && NEW.has(folded(word))) return 'new';
  const no = ticketNumber(word);
  return no === null ? null : String(no);
}

function listed(param: Param, choices: readonly Choice[], text: string, asking: Asking, lenient: boolean): Taken {
  const bare = text.replace(/^[@＠]\s*/u, '');
  const f = fold(bare);
  const exact = longest(choices, f.text);
  if (exact.found.length > 0) return one(param, exact.found, bare, after(bare, f, exact.length));
  if (lenient) return { kind: 'skip' };
  const word = firstWord(bare);
  const key = folded(word);
  const begun = key === '' ? [] : choices.filter((c) => c.words.some((w) => !w.includes(':') && w.startsWith(key)));
  if (begun.length > 0) return one(param, begun, word, bare.slice(word.length));
  return { kind: 'refused', refusal: unknown(param, word === '' ? text : word, asking) };
}

/** The choices with the longest word that the text begins with, as a whole word. */
function longest(choices: readonly Choice[], text: string): { found: readonly Choice[]; length: number } {
  let found: Choice[] = [];
  let length = 0;
  for (const c of choices) {
    for (const w of c.words) {
      if (w.length < length || w === '' || !text.startsWith(w)) continue;
      const rest = text.slice(w.length);
      // `客户2小时`: a Chinese word also ends where digits begin.
      if (!wordEnds(rest) && !(/^\d/u.test(rest) && /\p{Script=Han}$/u.test(w))) continue;
      if (w.length > length) found = [];
      length = w.length;
      if (!found.includes(c)) found.push(c);
    }
  }
  return { found, length };
}

function one(param: Param, found: readonly Choice[], given: string, left: string): Taken {
  const [first, second] = found;
  if (first !== undefined && second === undefined) return { kind: 'taken', value: first.value, left };
  const possible = labels(found);
  const name = short(firstWord(given));
  return { kind: 'refused', refusal: { code: 'ambiguous', what: kind(param), given: name, possible } };
}

function unknown(param: Param, text: string, asking: Asking): Refusal {
  const given = short(firstWord(text));
  switch (param.type) {
    case 'person':
      return { code: 'unknown_person', name: given };
    case 'duration':
    case 'minutes':
      return { code: 'unknown_value', what: 'duration', given: short(text), possible: DURATIONS };
    case 'moment':
      return { code: 'unknown_value', what: 'moment', given: short(text), possible: MOMENTS };
    case 'limit':
      return { code: 'unknown_value', what: 'limit', given: short(text), possible: LENGTHS };
    case 'tags':
    case 'number':
    case 'ticket':
    case 'ticket-or-new':
    case 'line':
    case 'rest':
      return { code: 'unknown_value', what: kind(param), given: short(text), possible: [] };
    case 'person-or-team':
      return { code: 'unknown_value', what: param.type, given, possible: labels(choicesFor('team', asking)) };
    default:
      return { code: 'unknown_value', what: param.type, given, possible: labels(choicesFor(param.type, asking)) };
  }
}

const DURATIONS: readonly Label[] = [
  { 'zh-CN': '30分钟', en: '30m' },
  { 'zh-CN': '2小时', en: '2h' },
  { 'zh-CN': '1天', en: '1d' },
];

const MOMENTS: readonly Label[] = [
  { 'zh-CN': '2小时', en: '2h' },
  { 'zh-CN': '18:00', en: '18:00' },
  { 'zh-CN': '明天 9:00', en: 'tomorrow 9:00' },
  { 'zh-CN': '取消', en: 'off' },
];

const LENGTHS: readonly Label[] = [
  { 'zh-CN': '90秒', en: '90s' },
  { 'zh-CN': '12小时', en: '12h' },
  { 'zh-CN': '恢复', en: 'reset' },
];

const isTime = (param: Param): boolean => param.type === 'duration' || param.type === 'minutes';
const kind = ({ type }: Param): ValueKind =>
  type === 'rest' || type === 'line' ? 'tags' : type === 'minutes' ? 'duration' : type;
const labels = (choices: readonly Choice[]): readonly Label[] => choices.slice(0, 12).map((c) => c.label);
const firstWord = (text: string): string => /^[^\s,;，；。、]+/u.exec(text)?.[0] ?? '';
const short = (text: string): string => head(text, 40);
