import { MongoError } from '../error.ts';
import { parseFieldPath } from '../expression/names.ts';
import { getExact } from '../values/path.ts';
import { isDoc, typeName, UNDEFINED } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { withField } from './lookup.ts';
import type { CompileStage } from './stage.ts';

interface UnwindSpec {
  readonly path: readonly string[];
  readonly preserve: boolean;
  readonly index: readonly string[] | undefined;
}

function parse(operand: Value): UnwindSpec {
  let path: Value | undefined;
  let preserve = false;
  let index: readonly string[] | undefined;
  if (typeof operand === 'string') {
    path = operand;
  } else if (isDoc(operand)) {
    for (const [key, value] of operand) {
      if (key === 'path') {
        if (typeof value !== 'string') {
          throw new MongoError(28_808, `expected a string as the path for $unwind stage, got ${typeName(value)}`);
        }
        path = value;
      } else if (key === 'preserveNullAndEmptyArrays') {
        if (typeof value !== 'boolean') {
          throw new MongoError(28_809, 'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage');
        }
        preserve = value;
      } else if (key === 'includeArrayIndex') {
        if (typeof value !== 'string' || value === '') {
          throw new MongoError(28_810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage');
        }
        if (value.startsWith('$')) {
          throw new MongoError(28_822, "includeArrayIndex option to $unwind stage should not be prefixed with a '$'");
        }
        index = parseFieldPath(value);
      } else {
        throw new MongoError(28_811, `unrecognized option to $unwind stage: ${key}`);
      }
    }
  } else {
    throw new MongoError(15_981, 'expected either a string or an object as specification for $unwind stage');
  }
  if (path === undefined || path === '') throw new MongoError(28_812, 'no path specified to $unwind stage');
  if (typeof path !== 'string' || !path.startsWith('$')) {
    throw new MongoError(28_818, "path option to $unwind stage should be prefixed with a '$'");
  }
  return { path: parseFieldPath(path.slice(1)), preserve, index };
}

function* unwound(input: Iterable<Doc>, { path, preserve, index }: UnwindSpec): Generator<Doc, void, undefined> {
  const numbered = (document: Doc, i: bigint | null): Doc => (index ? withField(document, index, i) : document);
  for (const document of input) {
    const value = getExact(document, path);
    if (Array.isArray(value)) {
      if (value.length === 0 && preserve) yield numbered(withField(document, path, undefined), null);
      for (const [i, item] of value.entries()) yield numbered(withField(document, path, item), BigInt(i));
    } else if (value !== undefined && value !== null && value !== UNDEFINED) {
      yield numbered(document, null);
    } else if (preserve) {
      yield numbered(document, null);
    }
  }
}

export const unwind: CompileStage = (operand) => {
  const spec = parse(operand);
  return (input) => unwound(input, spec);
};
