import { MongoError } from '../error.ts';
import type { ConnectionState } from '../server.ts';
import type { Examined } from '../storage/plan.ts';
import { showValue } from '../storage/show.ts';
import { decode } from '../values/decode.ts';
import { Int32, isDoc, type Value } from '../values/value.ts';
import type { Request } from '../wire.ts';
import type { Reply, ServerContext } from './command.ts';
import { Arguments, checkCommand } from './fields.ts';
import { COMMANDS } from './registry.ts';
import { encodeError, encodeReply } from './reply.ts';

const BY_NAME = new Map(
  COMMANDS.flatMap((command) => [command.name, ...(command.aliases ?? [])].map((n) => [n, command])),
);

/** Commands whose answer is part of a connection's first message: they take what drivers of any age put there. */
const LEGACY = new Set(['hello', 'isMaster', 'ismaster']);

/** Answers one request. It never rejects: what goes wrong is an error reply. */
export async function answer(
  context: ServerContext,
  request: Request,
  connection: ConnectionState,
  report: (error: Error) => void,
): Promise<Uint8Array> {
  try {
    const reply = await run(context, request, connection);
    return reply instanceof Uint8Array ? reply : encodeReply(reply);
  } catch (error) {
    if (error instanceof MongoError) return encodeError(error);
    const unexpected = error instanceof Error ? error : new Error(String(error));
    if (unexpected instanceof RangeError && /call stack|string length|array length/iu.test(unexpected.message))
      return encodeError(new MongoError(146, 'the request needs more memory than the store gives to one'));
    report(unexpected);
    return encodeError(new MongoError(1, `the embedded store failed: ${unexpected.message}`));
  }
}

async function run(context: ServerContext, request: Request, connection: ConnectionState): Promise<Reply> {
  const body = decode(request.body);
  const [first] = body.keys();
  const command = first === undefined ? undefined : BY_NAME.get(first);
  if (request.legacy && !LEGACY.has(first ?? ''))
    throw new MongoError(352, `Unsupported OP_QUERY command: ${first}. The client driver may require an upgrade.`);
  if (first === undefined || !command) throw new MongoError(59, `no such command: '${first ?? ''}'`);
  const database = request.database ?? body.get('$db');
  if (database === undefined) throw new MongoError(40571, 'OP_MSG requests require a $db argument');
  if (typeof database !== 'string') throw new MongoError(14, '$db must be a string');
  checkDatabase(database);
  for (const [name, documents] of request.sequences) {
    if (body.has(name)) throw new MongoError(6, `field ${name} is in the command's body and in a sequence`);
    // `insert` stores the bytes as they are.
    body.set(name, name === 'documents' ? [] : documents.map((document): Value => decode(document)));
  }
  const args = body;
  if (first !== command.name) {
    const value = args.get(first) ?? null;
    args.delete(first);
    args.set(command.name, value);
  }
  checkCommand(command, args);
  checkGeneric(new Arguments(args));
  const watch = startWatch(context, new Arguments(args).integer('maxTimeMS') ?? 0);
  const { examined } = watch;
  const { sequences } = request;
  try {
    return await command.run(new Arguments(args), { ...context, examined, database, connection, sequences });
  } finally {
    watch.stop();
  }
}

/**
 * Counters that end a scan with code 50 when the command has taken longer than `maxTimeMS`; 0 is no limit. Once it is answered the time
 * that a client lets pass until `getMore` does not count.
 */
function startWatch(context: ServerContext, maxTimeMS: number): { examined: () => Examined; stop: () => void } {
  let end = maxTimeMS === 0 ? Infinity : context.now() + maxTimeMS;
  const check = (): void => {
    if (context.now() > end) throw new MongoError(50, 'operation exceeded time limit');
  };
  return {
    examined: () => (maxTimeMS === 0 ? { keys: 0, documents: 0 } : { keys: 0, documents: 0, check }),
    stop: () => (end = Infinity),
  };
}

function checkDatabase(name: string): void {
  if (name === '' || name.length > 63 || (/[/\\. "$\0]/u.test(name) && name !== '$external'))
    throw new MongoError(73, `Invalid database name: '${name}'`);
}

/** What a stand-alone server refuses of the fields that all commands take. */
function checkGeneric(args: Arguments): void {
  if (args.has('txnNumber') || args.has('startTransaction') || args.has('autocommit'))
    throw new MongoError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
  const concern = args.doc('readConcern');
  const level = concern?.get('level');
  if (level !== undefined) {
    if (level === 'snapshot')
      throw new MongoError(246, 'Snapshot read concern is not supported by a stand-alone server');
    if (level === 'linearizable')
      throw new MongoError(123, 'readConcern linearizable is only supported by a replica set');
    if (level !== 'local' && level !== 'available' && level !== 'majority')
      throw new MongoError(
        9,
        `Enumeration value ${showValue(level)} for field 'readConcern.level' is not a valid value.`,
      );
  }
  const w = args.doc('writeConcern')?.get('w');
  if (w instanceof Int32 && w.value > 1) throw new MongoError(2, "cannot use 'w' > 1 when a host is not replicated");
  const maxTime = args.integer('maxTimeMS');
  if (maxTime !== undefined && maxTime < 0)
    throw new MongoError(2, `maxTimeMS must be non-negative, but got ${maxTime}`);
  const lsid = args.value('lsid');
  if (lsid !== undefined && !isDoc(lsid)) throw new MongoError(14, 'lsid must be a document');
}
