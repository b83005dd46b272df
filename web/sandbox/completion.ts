import type { Verb, VerbParam } from './model.ts';

/** What may stand before a command so that it is one everywhere. */
const SLASH = /^\s*[/\uFF0F\u3001]/u;
const SPACE = /[\s\u3000]/u;

/** A line that is being written, as far as the vocabulary understands it. */
export type Writing =
  /** A word that begins some verbs. `exact`: it is a verb already. */
  | { readonly kind: 'verbs'; readonly verbs: readonly Verb[]; readonly exact: boolean }
  /** A verb and what follows it; `at`: which parameter is being written. */
  | {
      readonly kind: 'params';
      readonly verb: Verb;
      readonly at: number;
      readonly choices: readonly { readonly label: string }[];
      /** Where the value that is being written begins in the line. */
      readonly from: number;
    };

/** A command wherever it is written. */
export const isSlashed = (line: string): boolean => SLASH.test(line);

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Null: this line is no command, or none that anything could be said about. `bare`: a verb needs no slash here. */
export function readLine(line: string, verbs: readonly Verb[], bare: boolean): Writing | null {
  const slash = SLASH.exec(line)?.[0] ?? '';
  if (slash === '' && !bare) return null;
  const rest = line.slice(slash.length);
  const end = rest.search(SPACE);
  const word = fold(end < 0 ? rest : rest.slice(0, end));
  if (end < 0) {
    // Without a slash one letter says too little to interrupt anybody.
    if (slash === '' && word.length === 0) return null;
    const found = matching(word, verbs);
    if (found.length === 0 || (slash === '' && word.length < 2 && !found.some(({ words }) => words.includes(word))))
      return null;
    return { kind: 'verbs', verbs: found, exact: found.some(({ words }) => words.includes(word)) };
  }
  const verb = verbs.find(({ words }) => words.includes(word));
  if (verb === undefined || verb.params.length === 0) return null;
  return paramAt(verb, line, slash.length + end);
}

/** Verbs that a word begins: whole words first, then the order of the vocabulary. */
function matching(word: string, verbs: readonly Verb[]): readonly Verb[] {
  const rank = (verb: Verb): number =>
    verb.words.includes(word) ? 0 : verb.words.some((w) => w.startsWith(word)) ? 1 : 2;
  return verbs
    .map((verb) => ({ verb, rank: rank(verb) }))
    .filter(({ rank: r }) => r < 2)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ verb }) => verb);
}

const isNumber = (text: string): boolean => /^[Tt#]?-?\d+$/u.test(text);

function paramAt(verb: Verb, line: string, end: number): Writing {
  const values = [...line.slice(end).matchAll(/\S+/gu)].map((m) => ({ text: m[0], from: end + m.index }));
  const writing = !SPACE.test(line.at(-1) ?? ' ');
  const given = writing ? values.slice(0, -1) : values;
  // A number may be left out: a first value that is none belongs to the parameter after it.
  const numbered =
    verb.params.length > 0 && !(verb.params[0]?.required ?? true) && verb.params[0]?.choices.length === 0;
  const first = values[0]?.text ?? '';
  const skipped = numbered && first !== '' && !isNumber(first) && verb.params.length > 1 ? 1 : 0;
  const rest = verb.params.findIndex((param) => param.rest);
  const most = rest < 0 ? verb.params.length - 1 : rest;
  const at = Math.min(given.length + skipped, most);
  const current = writing ? values.at(-1) : undefined;
  return {
    kind: 'params',
    verb,
    at,
    choices: choicesOf(verb.params[at], current?.text ?? ''),
    from: current?.from ?? line.length,
  };
}

function choicesOf(param: VerbParam | undefined, written: string): readonly { readonly label: string }[] {
  if (param === undefined || param.choices.length === 0) return [];
  const word = fold(written);
  const found = param.choices.filter(
    ({ label, words }) => fold(label).includes(word) || words.some((w) => w.startsWith(word)),
  );
  // One that is written out needs no list.
  const exact = found.length === 1 && found[0] !== undefined && fold(found[0].label) === word;
  return exact ? [] : found.slice(0, 12);
}

/** The line with a verb in it instead of the word that began it. */
export const withVerb = (line: string, verb: Verb): string => {
  const slash = SLASH.exec(line)?.[0] ?? '';
  return `${slash}${verb.word}${verb.params.length > 0 ? ' ' : ''}`;
};

/** The line with a value in it instead of what was written of it. */
export const withChoice = (line: string, from: number, label: string): string => `${line.slice(0, from)}${label} `;
