import { readFigure, readScope, type Figure } from '../src/domain/figure.ts';
import { choicesFor, type ListedType } from './choices.ts';
import type { CommandContext, Outcome } from './command.ts';
import { folded, head } from './fold.ts';

/** A period as it is asked for: by its key, or by how many of its kind ago it was. */
export type AskedPeriod = { readonly key: string } | { readonly kind: 'day' | 'week' | 'month'; readonly ago: number };

/** What figures somebody asks for. What was left out is null. */
export interface FiguresAsked {
  /** `rest`: what stands behind 更多 · `figure`: the tickets behind a number. */
  readonly what: 'digest' | 'rest' | 'stats' | 'figure' | 'export';
  readonly figure: Figure | null;
  /** Name of a scope, as buttons have it. */
  readonly scope: string | null;
  readonly team: string | null;
  readonly shop: string | null;
  readonly person: string | null;
  readonly category: string | null;
  readonly source: string | null;
  readonly period: AskedPeriod | null;
  /** Moment up to which it is told, ms since 1970: as a card told it. */
  readonly until: number | null;
  /** Tickets of a list that were shown already. */
  readonly skip: number;
}

type Part = Partial<FiguresAsked>;

const PERIODS: readonly (readonly [words: readonly string[], period: AskedPeriod])[] = [
  [['now', 'today', '今天', '今日', '现在'], { kind: 'day', ago: 0 }],
  [['yesterday', '昨天', '昨日'], { kind: 'day', ago: 1 }],
  [['前天'], { kind: 'day', ago: 2 }],
  [['week', '本周', '这周', '这个星期'], { kind: 'week', ago: 0 }],
  [['last week', 'last-week', '上周', '上个星期'], { kind: 'week', ago: 1 }],
  [['month', '本月', '这个月'], { kind: 'month', ago: 0 }],
  [['last month', 'last-month', '上月', '上个月'], { kind: 'month', ago: 1 }],
];

const FIGURES: readonly (readonly [words: readonly string[], figure: Figure])[] = [
  [['新增', '新单', 'opened'], { is: 'new' }],
  [['解决', '已解决'], { is: 'resolved' }],
  [['积压', '未完成', 'open'], { is: 'backlog', age: null }],
  [['超时', '超时过'], { is: 'late', clock: null }],
  [['超时未处理', '未处理', 'overdue'], { is: 'late.open' }],
  [['首响超时'], { is: 'late', clock: 'firstResponse' }],
  [['首响达标', '达标'], { is: 'response.met' }],
  [['重开'], { is: 'reopened' }],
];

const WORDS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ...PERIODS.flatMap(([words, period]) => words.map((word) => [word, { period }] as const)),
  ...FIGURES.flatMap(([words, figure]) => words.map((word) => [word, { what: 'figure', figure } as const] as const)),
  ...['more', '更多', '明细'].map((word) => [word, { what: 'rest' }] as const),
  ...['export', '导出', 'csv'].map((word) => [word, { what: 'export' }] as const),
]);

/** Most words that a name may have. */
const MOST_WORDS = 4;

/** What a verb that shows figures does with its line: shows them, or names the word that means nothing. */
export function askFigures(verb: 'digest' | 'stats', line: string, context: CommandContext): Outcome {
  const read = readAsk(line, verb, context);
  if ('asked' in read) return { kind: 'figures', asked: read.asked };
  return { kind: 'refused', refusal: { code: 'unexpected', verb, given: head(read.unknown, 20) } };
}

/**
 * Reads what figures a line asks for: words for periods and numbers, names of teams, people, shops and categories in any order, and what
 * buttons carry. Null with the word that means nothing.
 */
export function readAsk(
  line: string,
  as: 'digest' | 'stats',
  context: CommandContext,
): { readonly asked: FiguresAsked } | { readonly unknown: string } {
  const words = folded(line)
    .split(/[\s,\u3001\uFF0C]+/u)
    .filter((word) => word !== '');
  // What buttons carry is compared as it stands: ids of people may have capitals elsewhere.
  let asked: FiguresAsked = {
    what: as,
    figure: null,
    scope: null,
    team: null,
    shop: null,
    person: null,
    category: null,
    source: null,
    period: null,
    until: null,
    skip: 0,
  };
  const names = namesOf(context);
  for (let at = 0; at < words.length;) {
    const found = longest(words, at, names);
    if (found === null) return { unknown: words[at] ?? '' };
    // The files of a number: both stand.
    const what = asked.what === 'export' ? { what: 'export' as const } : {};
    asked = { ...asked, ...found.part, ...what };
    at += found.count;
  }
  return { asked };
}

function longest(
  words: readonly string[],
  at: number,
  names: ReadonlyMap<string, Part>,
): { readonly part: Part; readonly count: number } | null {
  for (let count = Math.min(MOST_WORDS, words.length - at); count > 0; count -= 1) {
    const name = words.slice(at, at + count).join(' ');
    const part = WORDS.get(name) ?? names.get(name) ?? (count === 1 ? coded(name) : null);
    if (part !== null) return { part, count };
  }
  return null;
}

/** What buttons carry, and dates. */
function coded(word: string): Part | null {
  const [, until] = /^@(\d{12,14})$/u.exec(word) ?? [];
  if (until !== undefined) return { until: Number(until) };
  const [, skip] = /^\+(\d{1,6})$/u.exec(word) ?? [];
  if (skip !== undefined) return { skip: Number(skip) };
  if (/^\d{4}-\d{2}-\d{2}$/u.test(word)) return { period: { key: `day:${word}` } };
  if (/^\d{4}-\d{2}$/u.test(word)) return { period: { key: `month:${word}` } };
  if (/^(?:day|days|week|month):/u.test(word)) return { period: { key: word.replace(/-w(\d\d)$/u, '-W$1') } };
  if (readScope(word) !== null) return { scope: word };
  const figure = readFigure(clocks(word));
  return figure === null ? null : { what: 'figure', figure };
}

/** Names of clocks have a capital inside, which folding takes. */
const clocks = (word: string): string =>
  word.replace('firstresponse', 'firstResponse').replace('nextresponse', 'nextResponse');

/** Everything that has a name, folded. */
function namesOf(context: CommandContext): ReadonlyMap<string, Part> {
  const of = (type: ListedType, key: 'team' | 'shop' | 'person' | 'category') =>
    choicesFor(type, context).flatMap(({ value, words }) => words.map((word) => [word, { [key]: value }] as const));
  return new Map<string, Part>([
    ...of('category', 'category'),
    ...of('shop', 'shop'),
    ...of('team', 'team'),
    ...of('person', 'person'),
    ...SOURCES.flatMap(([words, source]) => words.map((word) => [word, { source }] as const)),
  ]);
}

const SOURCES: readonly (readonly [words: readonly string[], source: string])[] = [
  [['企业微信', '企微', 'wecom'], 'message/wecom'],
  [['钉钉', 'dingtalk'], 'message/dingtalk'],
  [['slack'], 'message/slack'],
  [['sandbox'], 'message/sandbox'],
];
