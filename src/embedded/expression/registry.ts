import { ACCUMULATING } from './accumulator.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { ARRAY } from './array.ts';
import { CONVERT } from './convert.ts';
import { DATE } from './date.ts';
import { DATE_MATH } from './date-math.ts';
import { DATE_TEXT } from './date-text.ts';
import { LOGIC } from './logic.ts';
import { MATH } from './math.ts';
import { OBJECT } from './object.ts';
import { REGEX } from './regex.ts';
import { SET } from './set.ts';
import { STRING } from './string.ts';
import type { Operator } from './operator.ts';

/** All aggregation expressions that the store evaluates. */
export const EXPRESSION_OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    ACCUMULATING,
    ARITHMETIC,
    ARRAY,
    CONVERT,
    DATE,
    DATE_MATH,
    DATE_TEXT,
    LOGIC,
    MATH,
    OBJECT,
    REGEX,
    SET,
    STRING,
  ].flatMap((table) => Object.entries(table)),
);

/** Expressions that MongoDB has and this store refuses with code 115. */
export const UNSUPPORTED_EXPRESSIONS: readonly string[] = (
  '$sin $cos $tan $asin $acos $atan $atan2 $sinh $cosh $tanh $asinh $acosh $atanh $degreesToRadians ' +
  '$radiansToDegrees $function $median $percentile $bitAnd $bitOr $bitXor $bitNot $sigmoid ' +
  '$toHashedIndexKey'
).split(' ');

/** What is refused of things that are supported otherwise. */
export const REFUSED_FORMS: readonly string[] = [
  '`$exp`, `$ln`, `$log`, `$log10` and `$pow` of a decimal128, whose last digits depend on the library',
  '`$add` of three or more terms among which are doubles and int64 values beyond 2^62',
  '`$dateDiff` with the unit `week`, about whose first day servers disagree',
  '`$dateFromString`, `$toDate` and `$convert` of text that is not ISO 8601, without a format',
  'a named time zone for a date beyond the year 275760',
  '`$meta` (code 40218 for `textScore`, 115 for the rest)',
  '`$bucketAuto` with a granularity',
  'a value for `n` that is no constant in `$topN`, `$bottomN`, `$firstN`, `$lastN`, `$minN` and `$maxN` of `$group`',
  '`$gt` and `$gte` of an array that begins with an array, on a path whose index holds arrays',
  'of regular expressions: `\\p`, `\\X`, `\\C`, `\\K`, `\\G`, `\\R`, recursion, conditions, verbs, relative references',
  'a regular expression that takes more than 5 000 000 steps on one text (code 51156, where MongoDB gives up, too)',
];
