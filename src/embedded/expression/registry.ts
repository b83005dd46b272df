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
export const UNSUPPORTED_EXPRESSIONS: readonly string[] = [
  '$sin',
  '$cos',
  '$tan',
  '$asin',
  '$acos',
  '$atan',
  '$atan2',
  '$sinh',
  '$cosh',
  '$tanh',
  '$asinh',
  '$acosh',
  '$atanh',
  '$degreesToRadians',
  '$radiansToDegrees',
  '$function',
  '$sigmoid',
  '$toHashedIndexKey',
];
