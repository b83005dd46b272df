import { MongoError, notSupported, typeMismatch } from '../error.ts';
import { isTruthy, toInt64 } from '../values/number.ts';
import { type Doc, isDoc, isNumeric, typeName, type Value } from '../values/value.ts';

/** The kinds of values that a command's field takes, as the server's parsers know them. */
export type FieldType = 'string' | 'bool' | 'number' | 'object' | 'array' | 'any';

/** One field of a command or of one of its sub-documents. */
export interface Field {
  readonly types: readonly FieldType[];
  readonly isRequired?: boolean;
  /** Known and not supported: only a value that asks for nothing is taken. */
  readonly isRefused?: boolean;
}

/** The fields that a command knows; everything else is refused. */
export type Fields = Readonly<Record<string, Field>>;

export const STRING: Field = { types: ['string'] };
export const BOOL: Field = { types: ['bool', 'number'] };
export const NUMBER: Field = { types: ['number'] };
export const OBJECT: Field = { types: ['object'] };
export const ARRAY: Field = { types: ['array'] };
export const ANY: Field = { types: ['any'] };
/** A field that MongoDB knows and this store refuses (code 115) when it asks for something. */
export const refused = (field: Field): Field => ({ ...field, isRefused: true });
export const required = (field: Field): Field => ({ ...field, isRequired: true });

/** Fields that every command takes. */
export const GENERIC_FIELDS: Fields = {
  $db: STRING,
  lsid: OBJECT,
  txnNumber: NUMBER,
  startTransaction: BOOL,
  autocommit: BOOL,
  $clusterTime: OBJECT,
  $readPreference: OBJECT,
  readConcern: OBJECT,
  writeConcern: OBJECT,
  maxTimeMS: NUMBER,
  comment: ANY,
  apiVersion: STRING,
  apiStrict: BOOL,
  apiDeprecationErrors: BOOL,
};

const MATCHES: Readonly<Record<FieldType, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  number: isNumeric,
  object: isDoc,
  array: Array.isArray,
  any: () => true,
};

const EXPECTED: Readonly<Record<FieldType, string>> = {
  string: 'string',
  bool: 'bool',
  number: 'number',
  object: 'object',
  array: 'array',
  any: 'any',
};

/**
 * Checks a command or a part of one against its fields.
 * @param at how messages call it: `find`, `update.updates`
 * @throws MongoError 40415 for an unknown field, 14 for a wrong type, 40414 for a missing one
 */
export function checkFields(at: string, document: Doc, fields: Fields, generic?: Fields): void {
  for (const [name, value] of document) {
    const field = own(fields, name) ?? (generic && own(generic, name));
    if (!field) throw new MongoError(40415, `BSON field '${at}.${name}' is an unknown field.`);
    // Null stands for a field that is not there.
    if (value === null && (!field.isRequired || field.types[0] === 'any')) continue;
    if (value === null) throw new MongoError(40414, `BSON field '${at}.${name}' is missing but a required field`);
    if (field.isRefused && asksForSomething(value)) throw notSupported(`the option ${name} of ${at}`);
    if (field.types.some((type) => MATCHES[type](value))) continue;
    if (field.types[0] === 'array' && isDoc(value) && value.size > 0)
      throw new MongoError(
        40422,
        `BSON array field '${at}.${name}' has an invalid value '${[...value.keys()][0]}' for an array field name.`,
      );
    throw typeMismatch(
      `BSON field '${at}.${name}' is the wrong type '${typeName(value)}', expected type '${EXPECTED[field.types[0] ?? 'any']}'`,
    );
  }
  for (const name of requiredOf(fields))
    if (!document.has(name)) throw new MongoError(40414, `BSON field '${at}.${name}' is missing but a required field`);
}

const requiredNames = new WeakMap<Fields, readonly string[]>();

function requiredOf(fields: Fields): readonly string[] {
  let names = requiredNames.get(fields);
  if (!names) requiredNames.set(fields, (names = Object.keys(fields).filter((name) => fields[name]?.isRequired)));
  return names;
}

/** @throws MongoError 40415, 14, 40414, or the command's own code */
export function checkCommand(
  command: { readonly name: string; readonly fields: Fields; readonly parseCode?: number },
  fields: Doc,
): void {
  if (command.parseCode !== undefined) {
    for (const [name, value] of fields)
      if (value === null && name !== 'hint' && own(command.fields, name))
        throw new MongoError(command.parseCode, `Failed to parse: ${name} is null`);
  }
  try {
    checkFields(command.name, fields, command.fields, GENERIC_FIELDS);
  } catch (error) {
    if (!(error instanceof MongoError) || error.code === 115 || command.parseCode === undefined) throw error;
    throw new MongoError(command.parseCode, error.message);
  }
}

const asksForSomething = (value: Value): boolean =>
  value !== false && !(isDoc(value) && (value.size === 0 || value.get('locale') === 'simple'));

const own = (fields: Fields, name: string): Field | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/** A command's fields after `checkFields`, read by type. */
export class Arguments {
  readonly fields: Doc;
  constructor(fields: Doc) {
    this.fields = fields;
  }

  has(name: string): boolean {
    const value = this.fields.get(name);
    return value !== undefined && value !== null;
  }

  value(name: string): Value | undefined {
    return this.fields.get(name);
  }

  string(name: string): string | undefined {
    const value = this.fields.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  bool(name: string, otherwise = false): boolean {
    const value = this.fields.get(name);
    return value === undefined || value === null ? otherwise : isTruthy(value);
  }

  /** A whole number, cut towards zero as the server does. */
  integer(name: string): number | undefined {
    const value = this.fields.get(name);
    return isNumeric(value) ? Number(toInt64(value)) : undefined;
  }

  doc(name: string): Doc | undefined {
    const value = this.fields.get(name);
    return isDoc(value) ? value : undefined;
  }

  array(name: string): Value[] | undefined {
    const value = this.fields.get(name);
    return Array.isArray(value) ? value : undefined;
  }
}
