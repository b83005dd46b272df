import { MAX_MESSAGE } from '../wire.ts';
import { Binary, BsonDate, doc, int32, type Doc, type Value } from '../values/value.ts';
import type { Call, Command } from './command.ts';
import { ANY, ARRAY, BOOL, OBJECT, required, STRING } from './fields.ts';

/** The MongoDB whose answers this store gives. */
const VERSION = '7.0.0';
/** Wire version 21 is MongoDB 7.0: drivers then do not use what came later. */
const MAX_WIRE_VERSION = 21;
const MAX_BATCH = 100_000;

function greeting(call: Call, primary: [string, Value]): Doc {
  return doc(
    primary,
    ['helloOk', true],
    ['maxBsonObjectSize', int32(16 * 1024 * 1024)],
    ['maxMessageSizeBytes', int32(MAX_MESSAGE)],
    ['maxWriteBatchSize', int32(MAX_BATCH)],
    ['localTime', new BsonDate(BigInt(call.now()))],
    ['logicalSessionTimeoutMinutes', int32(30)],
    ['connectionId', int32(call.connection.id)],
    ['minWireVersion', int32(0)],
    ['maxWireVersion', int32(MAX_WIRE_VERSION)],
    ['readOnly', false],
  );
}

const HELLO_FIELDS = {
  helloOk: BOOL,
  client: OBJECT,
  compression: ARRAY,
  backpressure: ANY,
  loadBalanced: BOOL,
  topologyVersion: OBJECT,
  maxAwaitTimeMS: ANY,
  saslSupportedMechs: STRING,
  speculativeAuthenticate: OBJECT,
  hostInfo: ANY,
  internalClient: ANY,
};

export const hello: Command = {
  name: 'hello',
  summary: 'what the server can do: stand-alone, wire version 21',
  fields: { hello: required(ANY), ...HELLO_FIELDS },
  run: (_args, call) => greeting(call, ['isWritablePrimary', true]),
};

export const isMaster: Command = {
  name: 'isMaster',
  aliases: ['ismaster'],
  summary: '`hello` by its old name',
  fields: { isMaster: required(ANY), ...HELLO_FIELDS },
  run: (_args, call) => greeting(call, ['ismaster', true]),
};

export const ping: Command = {
  name: 'ping',
  summary: 'answers',
  fields: { ping: required(ANY) },
  run: () => doc(),
};

export const buildInfo: Command = {
  name: 'buildInfo',
  aliases: ['buildinfo'],
  summary: 'the version of MongoDB whose answers are given',
  fields: { buildInfo: required(ANY) },
  run: () =>
    doc(
      ['version', VERSION],
      ['gitVersion', 'embedded'],
      ['modules', []],
      ['sysInfo', 'deprecated'],
      [
        'versionArray',
        VERSION.split('.')
          .map((part): Value => int32(Number(part)))
          .concat(int32(0)),
      ],
      ['bits', int32(64)],
      ['debug', false],
      ['maxBsonObjectSize', int32(16 * 1024 * 1024)],
      ['storageEngines', ['lmdb']],
    ),
};

export const connectionStatus: Command = {
  name: 'connectionStatus',
  summary: 'nobody is signed in: whoever reaches the socket is the owner',
  fields: { connectionStatus: required(ANY), showPrivileges: BOOL },
  run: () =>
    doc([
      'authInfo',
      doc(['authenticatedUsers', []], ['authenticatedUserRoles', []], ['authenticatedUserPrivileges', []]),
    ]),
};

export const whatsMyUri: Command = {
  name: 'whatsmyuri',
  summary: 'the client as the server sees it',
  fields: { whatsmyuri: required(ANY) },
  run: (_args, call) => doc(['you', `connection-${call.connection.id}`]),
};

const session = (name: string, summary: string, run: Command['run']): Command => ({
  name,
  summary,
  fields: { [name]: required(ANY) },
  run,
});

/** Sessions are accepted and hold nothing: there are no transactions. */
export const SESSION_COMMANDS: readonly Command[] = [
  session('startSession', 'a session id', (_args, call) => {
    const id = Uint8Array.from(call.randomBytes(16));
    id[6] = ((id[6] ?? 0) & 0x0f) | 0x40;
    id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
    return doc(['id', doc(['id', new Binary(4, id)])], ['timeoutMinutes', int32(30)]);
  }),
  session('endSessions', 'accepted', () => doc()),
  session('refreshSessions', 'accepted', () => doc()),
  session('killSessions', 'accepted', () => doc()),
  session('killAllSessions', 'accepted', () => doc()),
];
