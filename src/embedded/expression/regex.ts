import { MongoError } from '../error.ts';
import { compileRegex } from '../values/regex.ts';
import type { CompiledRegex } from '../values/regex.ts';
import { doc, int32, isNullish, Regex } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import type { OperatorTable } from './operator.ts';
import { named } from './operator.ts';

type Maybe = Value | undefined;

function compiled(name: string, source: Maybe, options: Maybe, hasOptions: boolean): CompiledRegex | undefined {
  if (!isNullish(source) && typeof source !== 'string' && !(source instanceof Regex)) {
    throw new MongoError(51_105, `${name} needs 'regex' to be of type string or regex`);
  }
  if (hasOptions && !isNullish(options) && typeof options !== 'string') {
    throw new MongoError(51_106, `${name} needs 'options' to be of type string`);
  }
  const pattern = source instanceof Regex ? source.pattern : source;
  const flags = source instanceof Regex ? source.options : '';
  if (flags !== '' && typeof options === 'string') {
    throw new MongoError(51_107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`);
  }
  if (typeof pattern !== 'string') return undefined;
  const given = typeof options === 'string' ? options : flags;
  if (pattern.includes('\0'))
    throw new MongoError(51_109, `${name}: regular expression cannot contain an embedded null byte`);
  if (given.includes('\0')) throw new MongoError(51_110, `${name}: options cannot contain an embedded null byte`);
  const invalid = /[^imsx]/u.exec(given);
  if (invalid) throw new MongoError(51_108, `${name} invalid flag in regex options: ${invalid[0]}`);
  return compileRegex(pattern, given, 51_111);
}

interface Found {
  readonly match: string;
  readonly at: number;
  readonly captures: Value[];
}

function* search(regex: CompiledRegex, text: string, all: boolean): Generator<Found, void, undefined> {
  let from = 0;
  do {
    const found = regex.exec(text, from);
    if (!found) return;
    yield { match: found.text, at: found.index, captures: found.captures.map((capture) => capture ?? null) };
    if (!all) return;
    from = found.index + found.text.length;
    // After an empty match the search goes on behind the next character.
    if (found.text === '') from += (text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
  } while (from < text.length);
}

const result = (text: string, { match, at, captures }: Found): Doc =>
  doc(['match', match], ['idx', int32(Array.from(text.slice(0, at)).length)], ['captures', captures]);

function operator(name: string, apply: (regex: CompiledRegex, text: string) => Value, none: Value): OperatorTable {
  const spec = {
    required: ['input', 'regex'],
    optional: ['options'],
    codes: [51_103, 31_024, { input: 31_022, regex: 31_023 }],
  } as const;
  return {
    [name]: named(name, spec, (args, given) => {
      const regex = compiled(name, args['regex'], args['options'], given.has('options'));
      const { input } = args;
      if (!isNullish(input) && typeof input !== 'string') {
        throw new MongoError(51_104, `${name} needs 'input' to be of type string`);
      }
      return typeof input === 'string' && regex ? apply(regex, input) : none;
    }),
  };
}

export const REGEX: OperatorTable = {
  ...operator('$regexMatch', (regex, text) => regex.test(text), false),
  ...operator(
    '$regexFind',
    (regex, text) => {
      const [first] = search(regex, text, false);
      return first ? result(text, first) : null;
    },
    null,
  ),
  ...operator(
    '$regexFindAll',
    (regex, text) => Array.from(search(regex, text, true), (found) => result(text, found)),
    [],
  ),
};
