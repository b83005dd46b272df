import { inRanges, otherCases, WORD } from './regex-class.ts';
import { branchesOf, InvalidPattern, widthOf } from './regex-parse.ts';
import type { Assertion, ParsedRegex, RegexNode } from './regex-parse.ts';

/** How many steps one search may take. A pattern that needs more (`(a+)+b` on a long text) is refused, not run for ever. */
const MAX_STEPS = 5_000_000;

/** The search took too many steps. */
export class TooManySteps extends Error {}

export interface RegexMatch {
  readonly index: number;
  readonly text: string;
  readonly captures: readonly (string | undefined)[];
}

interface State {
  readonly text: string;
  /** Start and end of each group, -1 when it is not set. */
  readonly captures: number[];
  steps: number;
}

/** Goes on with what follows, from a position. */
type Continue = (at: number) => boolean;
type Matcher = (state: State, at: number, next: Continue) => boolean;

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** The position one character earlier. */
function back(text: string, at: number): number {
  return at >= 2 && isHigh(text.charCodeAt(at - 2)) && (text.charCodeAt(at - 1) & 0xfc00) === 0xdc00 ? at - 2 : at - 1;
}

const isWordAt = (text: string, at: number): boolean =>
  at >= 0 && at < text.length && inRanges(WORD, text.charCodeAt(at), false);

const ASSERTIONS: Readonly<Record<Assertion, (text: string, at: number) => boolean>> = {
  start: (_, at) => at === 0,
  end: (text, at) => at === text.length,
  lastEnd: (text, at) => at === text.length || (at === text.length - 1 && text[at] === '\n'),
  lineStart: (text, at) => at === 0 || (text[at - 1] === '\n' && at < text.length),
  lineEnd: (text, at) => at === text.length || text[at] === '\n',
  word: (text, at) => isWordAt(text, at - 1) !== isWordAt(text, at),
  notWord: (text, at) => isWordAt(text, at - 1) === isWordAt(text, at),
};

/** A backtracking matcher with PCRE's meaning and a bound on its work. */
export class RegexMatcher {
  readonly #run: Matcher;
  readonly #parsed: ParsedRegex;
  readonly #isAnchored: boolean;

  constructor(parsed: ParsedRegex) {
    this.#parsed = parsed;
    this.#run = this.#compile(parsed.root);
    const { root } = parsed;
    const first = root.kind === 'seq' ? root.items[0] : undefined;
    this.#isAnchored = first?.kind === 'assert' && first.what === 'start';
  }

  /** @throws TooManySteps */
  exec(text: string, from: number): RegexMatch | undefined {
    const state: State = { text, captures: [], steps: 0 };
    try {
      for (let at = from; at <= text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) {
        state.captures.length = 0;
        let end = -1;
        const isFound = this.#run(state, at, (last) => {
          end = last;
          return true;
        });
        if (isFound) return this.#result(state, at, end);
        if (this.#isAnchored) return undefined;
      }
      return undefined;
    } catch (error) {
      // Very long texts exhaust the stack before they exhaust the steps.
      if (error instanceof RangeError) throw new TooManySteps('regular expression', { cause: error });
      throw error;
    }
  }

  #result({ text, captures }: State, at: number, end: number): RegexMatch {
    const groups = Array.from({ length: this.#parsed.groups }, (_, i) => {
      const start = captures[i * 2 + 2] ?? -1;
      return start < 0 ? undefined : text.slice(start, captures[i * 2 + 3] ?? start);
    });
    return { index: at, text: text.slice(at, end), captures: groups };
  }

  #compile(node: RegexNode): Matcher {
    switch (node.kind) {
      case 'set':
        return single(characterTest(node));
      case 'seq':
        return sequence(node.items.map((item) => this.#compile(item)));
      case 'alt': {
        const options = node.items.map((item) => this.#compile(item));
        return (state, at, next) => options.some((option) => option(state, at, next));
      }
      case 'group':
        return capturing(node.index, this.#compile(node.item));
      case 'repeat':
        return this.#repeat(node);
      case 'atomic':
        return atomic(this.#compile(node.item));
      case 'look':
        return this.#look(node);
      case 'back':
        return this.#reference(node);
      case 'assert': {
        const holds = ASSERTIONS[node.what];
        return (state, at, next) => holds(state.text, at) && next(at);
      }
    }
  }

  #repeat(node: Extract<RegexNode, { kind: 'repeat' }>): Matcher {
    const { item, min, max, mode } = node;
    if (item.kind === 'set' && mode !== 'lazy') {
      return repeatCharacter(characterTest(item), min, max, mode === 'possessive');
    }
    const matcher = this.#compile(item);
    const again = (state: State, at: number, count: number, next: Continue): boolean => {
      tick(state);
      const more = (): boolean =>
        count < max &&
        matcher(state, at, (end) => (end === at && count >= min ? false : again(state, end, count + 1, next)));
      const done = (): boolean => count >= min && next(at);
      return mode === 'lazy' ? done() || more() : more() || done();
    };
    const run: Matcher = (state, at, next) => again(state, at, 0, next);
    return mode === 'possessive' ? atomic(run) : run;
  }

  #look(node: Extract<RegexNode, { kind: 'look' }>): Matcher {
    const { negated } = node;
    if (node.ahead) return looking(negated, [{ matcher: this.#compile(node.item), width: 0 }]);
    const branches = branchesOf(node.item);
    return looking(
      negated,
      branches.map((branch) => ({ matcher: this.#compile(branch), width: widthOf(branch) ?? 0 })),
      true,
    );
  }

  #reference(node: Extract<RegexNode, { kind: 'back' }>): Matcher {
    const { group, fold } = node;
    const index = typeof group === 'number' ? group : this.#parsed.names.get(group);
    if (index === undefined || index > this.#parsed.groups)
      throw new InvalidPattern('reference to non-existent subpattern');
    return (state, at, next) => {
      const { text, captures } = state;
      const start = captures[index * 2] ?? -1;
      if (start < 0) return false;
      const wanted = text.slice(start, captures[index * 2 + 1] ?? start);
      const found = text.slice(at, at + wanted.length);
      const isSame = found === wanted || (fold && found.toLowerCase() === wanted.toLowerCase());
      return isSame && next(at + wanted.length);
    };
  }
}

function tick(state: State): void {
  if (++state.steps > MAX_STEPS) throw new TooManySteps('regular expression');
}

type CharacterTest = (code: number) => boolean;

function characterTest({ ranges, fold }: Extract<RegexNode, { kind: 'set' }>): CharacterTest {
  const [only] = ranges;
  if (ranges.length === 1 && only && only[0] === only[1]) {
    const [code] = only;
    const others = fold ? otherCases(code) : [];
    return others.length === 0 ? (c) => c === code : (c) => c === code || others.includes(c);
  }
  return (c) => inRanges(ranges, c, fold);
}

const single =
  (test: CharacterTest): Matcher =>
  (state, at, next) => {
    tick(state);
    const code = state.text.codePointAt(at);
    return code !== undefined && test(code) && next(at + (code > 0xffff ? 2 : 1));
  };

function repeatCharacter(test: CharacterTest, min: number, max: number, isPossessive: boolean): Matcher {
  return (state, at, next) => {
    const { text } = state;
    let end = at;
    let count = 0;
    while (count < max) {
      const code = text.codePointAt(end);
      if (code === undefined || !test(code)) break;
      tick(state);
      end += code > 0xffff ? 2 : 1;
      count++;
    }
    for (; count >= min; count--) {
      tick(state);
      if (next(end)) return true;
      if (isPossessive) return false;
      end = back(text, end);
    }
    return false;
  };
}

function sequence(items: readonly Matcher[]): Matcher {
  const [first] = items;
  if (!first) return (_, at, next) => next(at);
  if (items.length === 1) return first;
  const rest = sequence(items.slice(1));
  return (state, at, next) => first(state, at, (end) => rest(state, end, next));
}

function capturing(index: number, item: Matcher): Matcher {
  return (state, at, next) =>
    item(state, at, (end) => {
      const { captures } = state;
      const start = captures[index * 2] ?? -1;
      const stop = captures[index * 2 + 1] ?? -1;
      captures[index * 2] = at;
      captures[index * 2 + 1] = end;
      if (next(end)) return true;
      captures[index * 2] = start;
      captures[index * 2 + 1] = stop;
      return false;
    });
}

function atomic(item: Matcher): Matcher {
  return (state, at, next) => {
    let end = -1;
    const isFound = item(state, at, (last) => {
      end = last;
      return true;
    });
    return isFound && next(end);
  };
}

function looking(
  negated: boolean,
  branches: readonly { matcher: Matcher; width: number }[],
  isBehind = false,
): Matcher {
  return (state, at, next) => {
    const holds = branches.some(({ matcher, width }) => {
      let start = at;
      for (let i = 0; i < width; i++) {
        if (start <= 0) return false;
        start = back(state.text, start);
      }
      return matcher(state, start, (end) => !isBehind || end === at);
    });
    return holds !== negated && next(at);
  };
}
