import { MongoError } from '../error.ts';
import { doc, int32, type Doc, type Value } from '../values/value.ts';

/** The most operations of one write command. */
const MAX_WRITE_BATCH = 100_000;

/** @throws MongoError 16 */
export function checkBatch(size: number): void {
  if (size < 1 || size > MAX_WRITE_BATCH)
    throw new MongoError(16, `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${size} operations.`);
}

/** What is wrong with a statement is told in its turn, after the statements before it. */
export function attempt<T>(parse: () => T): T | MongoError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MongoError) return error;
    throw error;
  }
}

/** Works on one statement after the other and completes the reply; an ordered command ends with its first failure. */
export function inTurn<T>(
  statements: readonly (T | MongoError)[],
  isOrdered: boolean,
  work: (statement: T, index: number) => void,
  reply: () => Doc,
): Doc {
  const errors: Value[] = [];
  for (const [index, statement] of statements.entries()) {
    const error = statement instanceof MongoError ? statement : attempt(() => work(statement, index));
    if (!error) continue;
    const item = doc(['index', int32(index)], ['code', int32(error.code)]);
    for (const [name, value] of error.extra ?? []) item.set(name, value);
    errors.push(item.set('errmsg', error.message));
    if (isOrdered) break;
  }
  const complete = reply();
  if (errors.length > 0) complete.set('writeErrors', errors);
  return complete;
}
