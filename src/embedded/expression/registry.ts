import { ACCUMULATING } from './accumulator.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { ARRAY } from './array.ts';
import { LOGIC } from './logic.ts';
import { OBJECT } from './object.ts';
import { SET } from './set.ts';
import type { Operator } from './operator.ts';

/** All aggregation expressions that the store evaluates. */
export const EXPRESSION_OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [ACCUMULATING, ARITHMETIC, ARRAY, LOGIC, OBJECT, SET].flatMap((table) => Object.entries(table)),
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
