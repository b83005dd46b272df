import { PRIORITIES, type Priority } from '../domain/status.ts';
import type { Language, OrderFacts } from '../domain/ticket.ts';
import { finder, fold, weight, type Finder } from './keyword.ts';
import { languageOf } from './language.ts';
import { recognise } from './recognise.ts';

/** Words that point at a category, raise the priority or add tags. */
export interface KeywordRule {
  /** Stable name, shown when somebody asks why. */
  readonly id: string;
  readonly words: readonly string[];
  readonly category?: string;
  readonly priority?: Priority;
  readonly tags?: readonly string[];
}

/** `own`: the shop's, which decide the category whenever one matches; `shipped`: those that come with the product. */
export interface TriageRules {
  readonly own: readonly KeywordRule[];
  readonly shipped: readonly KeywordRule[];
}

export interface Triaged {
  /** Null: nothing in the text says what it is about. */
  readonly category: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly language: Language;
  /** The words that raised the priority, as the rules write them. */
  readonly urgentWords: readonly string[];
  readonly facts: OrderFacts;
  readonly source: 'rule';
  /** Every rule that matched and the words it found, in order of the rules. */
  readonly matched: readonly { readonly rule: string; readonly words: readonly string[] }[];
}

/** The seam for triage: what a text is about. A learning model decides in its place and uses the rules as votes. */
export type Triage = (text: string, rules: TriageRules) => Triaged;

/** Beyond this only the facts are looked for: what a matter is about stands at its beginning. */
const MOST_CHARACTERS = 2_000;

/** Keyword rules; no match leaves the category open. Pure and quick: a few microseconds for a chat message. */
export const triage: Triage = (text, rules) => {
  const folded = fold(text.slice(0, MOST_CHARACTERS));
  const own = matches(compiled(rules.own), folded);
  const shipped = matches(compiled(rules.shipped), folded);
  const all = [...own, ...shipped];
  const raising = all.filter((m) => m.rule.priority !== undefined);
  return {
    category: heaviest(own) ?? heaviest(shipped),
    priority: raising.reduce<Priority>((top, m) => higher(top, m.rule.priority ?? 'normal'), lowest(raising)),
    tags: [...new Set(all.flatMap((m) => m.rule.tags ?? []))],
    language: languageOf(text),
    urgentWords: [...new Set(raising.filter((m) => rank(m.rule.priority) > rank('normal')).flatMap((m) => m.words))],
    facts: recognise(text),
    source: 'rule',
    matched: all.map((m) => ({ rule: m.rule.id, words: m.words })),
  };
};

interface Match {
  readonly rule: KeywordRule;
  readonly words: readonly string[];
}
type Compiled = readonly { readonly rule: KeywordRule; readonly find: Finder }[];

// Rules are replaced whole when the shop's file changes, so the compiled form may live as long as they do.
const cache = new WeakMap<readonly KeywordRule[], Compiled>();

function compiled(rules: readonly KeywordRule[]): Compiled {
  let found = cache.get(rules);
  if (found === undefined) {
    found = rules.map((rule) => ({ rule, find: finder(rule.words) }));
    cache.set(rules, found);
  }
  return found;
}

function matches(rules: Compiled, folded: string): Match[] {
  const found: Match[] = [];
  for (const { rule, find } of rules) {
    const words = find(folded);
    if (words.length > 0) found.push({ rule, words });
  }
  return found;
}

/** The category whose words weigh most. What points at the first level speaks for its second levels, too, and the more exact one wins a tie. */
function heaviest(found: readonly Match[]): string | null {
  const weights = new Map<string, number>();
  for (const { rule, words } of found) {
    if (rule.category === undefined) continue;
    const sum = words.reduce((total, word) => total + weight(word), weights.get(rule.category) ?? 0);
    weights.set(rule.category, sum);
  }
  let best: { category: string; score: number } | null = null;
  for (const [category, sum] of weights) {
    const level = category.split('.')[0] ?? category;
    const score = level === category ? sum : sum + (weights.get(level) ?? 0) + EXACT;
    if (best === null || score > best.score) best = { category, score };
  }
  return best?.category ?? null;
}

/** Less than any word weighs. */
const EXACT = 0.5;

const rank = (p: Priority | undefined): number => PRIORITIES.indexOf(p ?? 'normal');
const higher = (a: Priority, b: Priority): Priority => (rank(b) > rank(a) ? b : a);

/** A rule may also lower: a text that only such rules match starts low, every other one normal. */
const lowest = (raising: readonly Match[]): Priority =>
  raising.length > 0 && raising.every((m) => m.rule.priority === 'low') ? 'low' : 'normal';
