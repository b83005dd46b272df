import { MongoError } from '../error.ts';
import { encode } from '../values/encode.ts';
import { Binary, doc, int32, isDoc, isNullish, isNumeric, typeName } from '../values/value.ts';
import type { Doc, Value } from '../values/value.ts';
import { checkVariableName } from './names.ts';
import type { Compiler, OperatorTable } from './operator.ts';
import { checkNamed, combine, constant, unary, variadic } from './operator.ts';
import type { Expression } from './scope.ts';
import { CURRENT } from './scope.ts';

type Maybe = Value | undefined;

function mergeObjects(values: Maybe[]): Maybe {
  const result: Doc = new Map();
  const [only] = values;
  for (const value of values.length === 1 && Array.isArray(only) ? only : values) {
    if (isNullish(value)) continue;
    if (!isDoc(value))
      throw new MongoError(40_400, `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`);
    for (const [name, item] of value) result.set(name, item);
  }
  return result;
}

function objectToArray(value: Maybe): Maybe {
  if (isNullish(value)) return null;
  if (!isDoc(value)) {
    throw new MongoError(40_390, `$objectToArray requires a document input, found: ${typeName(value)}`);
  }
  return Array.from(value, ([k, v]) => doc(['k', k], ['v', v]));
}

function arrayToObject(value: Maybe): Maybe {
  if (isNullish(value)) return null;
  if (!Array.isArray(value)) {
    throw new MongoError(40_386, `$arrayToObject requires an array input, found: ${typeName(value)}`);
  }
  const result: Doc = new Map();
  const [first] = value;
  if (first === undefined) return result;
  const isPairs = Array.isArray(first);
  if (!isPairs && !isDoc(first)) {
    throw new MongoError(40_398, `Unrecognised input type format for $arrayToObject: ${typeName(first)}`);
  }
  for (const item of value) {
    const [key, content] = isPairs ? fromPair(item) : fromKeyAndValue(item);
    if (key.includes('\0')) throw new MongoError(4_940_400, 'Key field cannot contain an embedded null byte');
    result.set(key, content);
  }
  return result;
}

function fromPair(item: Value): [string, Value] {
  if (!Array.isArray(item)) {
    throw new MongoError(40_396, '$arrayToObject requires a consistent input format.');
  }
  const [key, content] = item;
  if (item.length !== 2 || content === undefined) {
    throw new MongoError(40_397, '$arrayToObject requires an array of size 2 arrays');
  }
  if (typeof key !== 'string') {
    throw new MongoError(
      40_395,
      '$arrayToObject requires an array of key-value pairs, where the key must be of type string',
    );
  }
  return [key, content];
}

function fromKeyAndValue(item: Value): [string, Value] {
  if (!isDoc(item)) {
    throw new MongoError(40_391, '$arrayToObject requires a consistent input format.');
  }
  const key = item.get('k');
  const content = item.get('v');
  if (item.size !== 2) throw new MongoError(40_392, "$arrayToObject requires an object keys of 'k' and 'v'");
  if (key === undefined || content === undefined) {
    throw new MongoError(40_393, "$arrayToObject requires an object with keys 'k' and 'v'");
  }
  if (typeof key !== 'string') {
    throw new MongoError(40_394, "$arrayToObject requires an object with keys 'k' and 'v', where 'k' is a string");
  }
  return [key, content];
}

function letOperator(operand: Value, compiler: Compiler): Expression {
  if (!isDoc(operand)) throw new MongoError(16_874, '$let only supports an object as its argument');
  for (const key of operand.keys()) {
    if (key !== 'vars' && key !== 'in') throw new MongoError(16_875, `Unrecognized parameter to $let: ${key}`);
  }
  const vars = operand.get('vars');
  const body = operand.get('in');
  if (vars === undefined) throw new MongoError(16_876, "Missing 'vars' parameter to $let");
  if (body === undefined) throw new MongoError(16_877, "Missing 'in' parameter to $let");
  if (!isDoc(vars)) throw new MongoError(10_065, 'invalid parameter: expected an object (vars)');
  const names = [...vars.keys()];
  for (const name of names) checkVariableName(name);
  const values = Array.from(vars.values(), (value) => compiler.compile(value));
  const rebindsCurrent = names.includes('CURRENT');
  const { scope, slots } = compiler.scope.extend(names.filter((name) => name !== 'CURRENT'));
  const targets = names.map((name) => (name === 'CURRENT' ? CURRENT : (slots.shift() ?? CURRENT)));
  const inner = compiler.compile(body, scope);
  return combine([...values, inner], (env) => {
    const current = env[CURRENT];
    const evaluated = values.map((value) => value.evaluate(env));
    for (const [i, target] of targets.entries()) env[target] = evaluated[i];
    const result = inner.evaluate(env);
    if (rebindsCurrent) env[CURRENT] = current;
    return result;
  });
}

/** `$getField`, `$setField` and `$unsetField` name their field by a constant string, which may hold dots and dollars. */
function constantField(name: string, operand: Value | undefined, compiler: Compiler, code: number): string {
  const part = compiler.compile(operand ?? null);
  const field = part.isConstant === true ? part.evaluate([]) : undefined;
  if (typeof field !== 'string') throw new MongoError(code, `${name} requires 'field' to be a constant string`);
  return field;
}

function getField(operand: Value, compiler: Compiler): Expression {
  let field: Value = operand;
  let input: Value = '$$CURRENT';
  if (isDoc(operand) && !(operand.keys().next().value ?? '').startsWith('$')) {
    const given = checkNamed('$getField', operand, {
      required: ['field', 'input'],
      codes: [3_041_701, 3_041_701, { field: 3_041_702, input: 3_041_703 }],
    });
    field = given.get('field') ?? null;
    input = given.get('input') ?? null;
  }
  const name = constantField('$getField', field, compiler, 5_654_602);
  const part = compiler.compile(input);
  return combine([part], (env) => {
    const value = part.evaluate(env);
    if (isDoc(value)) return value.get(name);
    return isNullish(value) ? null : undefined;
  });
}

function setField(name: '$setField' | '$unsetField') {
  const required = name === '$setField' ? ['field', 'input', 'value'] : ['field', 'input'];
  return (operand: Value, compiler: Compiler): Expression => {
    const given = checkNamed(name, operand, {
      required,
      codes: [4_161_100, 4_161_101, { field: 4_161_102, input: 4_161_109, value: 4_161_103 }],
    });
    const field = constantField(name, given.get('field'), compiler, 4_161_106);
    const input = compiler.compile(given.get('input') ?? null);
    const value = name === '$setField' ? compiler.compile(given.get('value') ?? null) : constant(undefined);
    return combine([input, value], (env) => {
      const target = input.evaluate(env);
      if (isNullish(target)) return null;
      if (!isDoc(target)) throw new MongoError(4_161_105, `${name} requires 'input' to evaluate to type Object`);
      const content = value.evaluate(env);
      const result = new Map(target);
      if (content === undefined) result.delete(field);
      else result.set(field, content);
      return result;
    });
  };
}

export const OBJECT: OperatorTable = {
  $mergeObjects: variadic(mergeObjects),
  $objectToArray: unary('$objectToArray', objectToArray),
  $arrayToObject: unary('$arrayToObject', arrayToObject),
  $let: letOperator,
  $literal: (operand) => constant(operand),
  $const: (operand) => constant(operand),
  $getField: getField,
  $setField: setField('$setField'),
  $unsetField: setField('$unsetField'),
  $type: unary('$type', (v) => typeName(v)),
  $isNumber: unary('$isNumber', (v) => isNumeric(v)),
  $bsonSize: unary('$bsonSize', (v) => {
    if (isNullish(v)) return null;
    if (!isDoc(v)) throw new MongoError(31_393, `$bsonSize requires a document input, found: ${typeName(v)}`);
    return int32(encode(v).length);
  }),
  $binarySize: unary('$binarySize', (v) => {
    if (isNullish(v)) return null;
    if (typeof v === 'string') return int32(Buffer.byteLength(v));
    if (v instanceof Binary) return int32(v.bytes.length);
    throw new MongoError(51_276, `$binarySize requires a string or BinData argument, found: ${typeName(v)}`);
  }),
};
