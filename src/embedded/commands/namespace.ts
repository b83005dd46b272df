import { badValue, MongoError } from '../error.ts';
import { typeName } from '../values/value.ts';
import type { Arguments } from './fields.ts';

/**
 * The collection that a command names in its first field.
 * @throws MongoError 2 when it is no string, 73 when no collection can have that name
 */
export function collectionName(args: Arguments, command: string, database: string): string {
  const name = args.value(command);
  if (typeof name !== 'string') throw badValue(`collection name has invalid type ${typeName(name)}`);
  checkCollectionName(name, database);
  return name;
}

/** @throws MongoError 73 */
export function checkCollectionName(name: string, database: string): void {
  if (name === '') throw new MongoError(73, `Invalid namespace specified '${database}.'`);
  if (name.includes('$') || name.includes('\0')) throw new MongoError(73, `Invalid collection name: ${name}`);
  if (name.startsWith('.')) throw new MongoError(73, `Invalid namespace specified '${database}.${name}'`);
  if (Buffer.byteLength(database) + 1 + Buffer.byteLength(name) > 255)
    throw new MongoError(73, `Fully qualified namespace is too long. Namespace: ${database}.${name} Max: 255`);
}

/** Names under `system.` belong to the server. */
export function checkWritable(name: string, database: string): void {
  if (name.startsWith('system.')) throw new MongoError(73, `Invalid system namespace: ${database}.${name}`);
}
