import type { Command, ParamType } from './command.ts';
import { after, fold, folded, head, numberEnds, skipSeparator, trimmed, wordEnds } from './fold.ts';
import { commandBy, hanWords } from './registry.ts';

/** What somebody typed, before anything is looked up. */
export type Parsed =
  /** `line`: the text after the word and the number, in its original characters; absent `number`: it has to be found from where this was said. */
  | { readonly kind: 'command'; readonly command: Command; readonly number?: number; readonly line: string }
  /** A ticket number alone: show it. */
  | { readonly kind: 'number'; readonly number: number }
  /** No verb: `word` is what stood in its place, at most 20 characters; `number` when one was named. */
  | { readonly kind: 'miss'; readonly word: string; readonly number?: number }
  | { readonly kind: 'nothing' };

const NUMBER = /^(#?\s?t\s?-{0,2}\s?|#\s?)?(\d{1,9})(?!\d)/u;
const HAN = /^\p{Script=Han}/u;

/** A ticket number however it is written (`4821`, `T—4821`, `＃４８２１`); null when the whole text is not one. */
export function ticketNumber(text: string): number | null {
  const found = leadingNumber(folded(text));
  return found !== null && found.length === folded(text).length ? found.number : null;
}

/** Reads typed text as a command, a ticket number, a miss or nothing. Pure, and never throws. */
export function parse(text: string): Parsed {
  const start = stripSlash(trimmed(text));
  if (start.text === '') {
    const help = commandBy('help');
    return start.named && help !== null ? { kind: 'command', command: help, line: '' } : { kind: 'nothing' };
  }
  const f = fold(start.text);
  const number = leadingNumber(f.text);
  if (number === null) return verbFirst(start.text);
  const tail = f.text.slice(number.length);
  if (!(numberEnds(tail) || HAN.test(tail))) return verbFirst(start.text);
  const rest = skipSeparator(after(start.text, f, number.length));
  if (rest === '') return { kind: 'number', number: number.number };
  const verb = leadingVerb(rest);
  if (verb === null) return { kind: 'miss', word: wordOf(rest), number: number.number };
  if (verb.command.subject === 'none') return { kind: 'miss', word: wordOf(start.text) };
  return { kind: 'command', command: verb.command, number: number.number, line: verb.rest };
}

function verbFirst(text: string): Parsed {
  const verb = leadingVerb(text);
  if (verb === null) {
    const f = fold(text);
    const attached = /\d/.test(f.text[0] ?? '') ? null : /^[^\s\d#]+?(?=#|t-?\d|\d)/u.exec(f.text);
    const number = attached === null ? null : leadingNumber(f.text.slice(attached[0].length));
    return number === null
      ? { kind: 'miss', word: wordOf(text) }
      : { kind: 'miss', word: wordOf(text), number: number.number };
  }
  const { command, rest } = verb;
  if (command.subject === 'none') return { kind: 'command', command, line: rest };
  const f = fold(rest);
  const number = leadingNumber(f.text);
  const tail = number === null ? '' : f.text.slice(number.length);
  // `挂起 30 分钟` names a time, not ticket 30.
  const takes = (type: ParamType): boolean => command.params.some((p) => p.type === type);
  const isTime =
    ((takes('duration') || takes('moment')) && TIME.test(f.text)) || (takes('moment') && CLOCK_TIME.test(f.text));
  if (number === null || !stands(number, tail) || isTime) return { kind: 'command', command, line: rest };
  const line = skipSeparator(after(rest, f, number.length));
  return { kind: 'command', command, number: number.number, line };
}

const TIME = /^\d+\s*(?:分|个?小时|天|日|m\b|min|h\b|hour|d\b|day)/u;

/** And `提醒 18:00` a clock's, `提醒 11月12日 9:00` a day's. */
const CLOCK_TIME = /^\d{1,2}\s*(?::\d{2}|点|月)/u;

interface LeadingNumber {
  readonly number: number;
  /** Written with `T` or `#`, so that it can be nothing else. */
  readonly marked: boolean;
  /** Units of the folded text it takes. */
  readonly length: number;
}

function leadingNumber(text: string): LeadingNumber | null {
  const found = NUMBER.exec(text);
  const number = Number(found?.[2] ?? 0);
  if (found === null || number === 0) return null;
  return { number, marked: found[1] !== undefined, length: found[0].length };
}

/** Whether a number right behind a verb is a ticket's: it ends there, or is marked and no letter or digit follows. */
const stands = (number: LeadingNumber, tail: string): boolean =>
  numberEnds(tail) || (number.marked && !/^[a-z\d]/u.test(tail));

const startsWithTicket = (text: string): boolean => {
  const number = leadingNumber(text);
  return number !== null && stands(number, text.slice(number.length));
};

/** The verb at the start. Chinese words need no space before a number or before a value that is looked up (`转给物流`). */
function leadingVerb(text: string): { command: Command; rest: string } | null {
  const f = fold(text);
  const latin = /^[a-z]+(?:-[a-z]+)*|^\?+/u.exec(f.text)?.[0];
  if (latin !== undefined) {
    const word = latin.startsWith('?') ? '?' : latin;
    const tail = f.text.slice(latin.length);
    const found = wordEnds(tail) || startsWithTicket(tail) || word === '?' ? commandBy(word) : null;
    if (found !== null) return { command: found, rest: skipSeparator(after(text, f, latin.length)) };
    // `rlT-4821`: the T belongs to the number.
    const glued = /^([a-z]+?)t-{0,2}\d{1,9}(?!\d)/u.exec(f.text)?.[1];
    const before = glued === undefined ? null : commandBy(glued);
    return before === null || glued === undefined ? null : { command: before, rest: after(text, f, glued.length) };
  }
  const word = hanWords.find((w) => f.text.startsWith(w));
  const command = word === undefined ? null : commandBy(word);
  if (word === undefined || command === null) return null;
  const tail = f.text.slice(word.length);
  if (!(wordEnds(tail) || startsWithTicket(tail) || mayFollow(tail, command))) return null;
  return { command, rest: skipSeparator(after(text, f, word.length)) };
}

/** Whether this may stand right behind a Chinese verb without a space. Free text may not: 新建议 is no 新建. */
function mayFollow(tail: string, command: Command): boolean {
  switch (command.params.find((p) => p.way === undefined)?.type) {
    case undefined:
    case 'rest':
    case 'disposition':
    case 'duration':
    case 'number':
      return false;
    case 'minutes':
      return /^\d/u.test(tail);
    case 'moment':
      return /^[\d今明后上早中下晚取]/u.test(tail);
    case 'tags':
      return /^[+-]/u.test(tail);
    case 'ticket':
    case 'ticket-or-new':
      return /^[到进入至新]/u.test(tail);
    default:
      return true;
  }
}

/** Without the leading `/`, `、` or `／`, and without `/ticket` itself. */
function stripSlash(text: string): { text: string; named: boolean } {
  const f = fold(text);
  const slash = /^[/、]\s*/u.exec(f.text)?.[0].length ?? 0;
  if (slash === 0) return { text, named: false };
  const name = /^(?:ticket|工单)(?![a-z-])/u.exec(f.text.slice(slash))?.[0].length ?? 0;
  return { text: trimmed(skipSeparator(after(text, f, slash + name))), named: name > 0 };
}

function wordOf(text: string): string {
  const f = fold(text);
  const run = /^[^\s\d:,;!.。、?~]+/u.exec(f.text)?.[0] ?? '';
  // `回复4821件`: not the verb is what was not understood, but what stuck to it.
  const end = run === '' || commandBy(run) !== null ? (/^\S+/u.exec(f.text)?.[0].length ?? 0) : run.length;
  // One character may fold to several (⑴, ¨), and a word that ends inside of it to none.
  return head(text.slice(0, f.at[end] ?? text.length) || text, 20);
}
