import { badValue, failedToParse } from '../error.ts';
import { isDoc } from '../values/value.ts';
import type { Doc } from '../values/value.ts';

function namesIn(filter: Doc, names: Set<string>): void {
  for (const [key, operand] of filter) {
    if (!key.startsWith('$')) names.add(key.split('.')[0] ?? '');
    else if (Array.isArray(operand)) for (const part of operand) if (isDoc(part)) namesIn(part, names);
  }
}

/**
 * The identifier that an array filter is about: the one first name of all its paths.
 * @throws MongoError 9 for none or several, 2 for a name that is not allowed
 */
export function arrayFilterName(filter: Doc): string {
  const names = new Set<string>();
  namesIn(filter, names);
  const [name, other] = names;
  if (name === undefined) {
    throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters');
  }
  if (other !== undefined) {
    throw failedToParse(
      `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${name}' and '${other}'`,
    );
  }
  if (!/^[a-z][a-zA-Z0-9]*$/u.test(name)) {
    throw badValue(
      'Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter',
    );
  }
  return name;
}
