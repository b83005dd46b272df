import { failedToParse, MongoError } from '../error.ts';

/** Checks one name of a path. */
export function checkFieldName(name: string): void {
  if (name === '') throw new MongoError(15_998, 'FieldPath field names may not be empty strings.');
  if (name.startsWith('$')) throw new MongoError(16_410, "FieldPath field names may not start with '$'.");
  if (name.includes('\0')) throw new MongoError(16_411, "FieldPath field names may not contain '\\0'.");
  if (name.includes('.')) throw new MongoError(16_412, "FieldPath field names may not contain '.'.");
}

/** Splits and checks a dotted path. */
export function parseFieldPath(path: string): string[] {
  if (path === '') throw new MongoError(40_352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw new MongoError(40_353, "FieldPath must not end with a '.'.");
  const parts = path.split('.');
  for (const part of parts) checkFieldName(part);
  if (parts.length > 200) throw new MongoError(15, 'FieldPath is too long');
  return parts;
}

/** Checks the name of a variable that a request defines. */
export function checkVariableName(name: string): void {
  if (name === '') throw failedToParse('empty variable names are not allowed');
  if (name === 'CURRENT') return;
  if (!/^[a-z\u{80}-\u{10ffff}]/u.test(name)) {
    throw failedToParse(`'${name}' starts with an invalid character for a user variable name`);
  }
  if (!/^[\w\u{80}-\u{10ffff}]+$/u.test(name)) {
    throw failedToParse(`'${name}' contains an invalid character for a variable name`);
  }
}
