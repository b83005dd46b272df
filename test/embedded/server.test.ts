import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/embedded/wire.ts';
import { doc, int32, type Value } from '../../src/embedded/values/value.ts';
import { encode } from '../../src/embedded/values/encode.ts';
import { message, type RawClient, rawClient, startStore } from './support.ts';

const PING = doc(['ping', int32(1)], ['$db', 'admin']);

const isAlive = async (client: RawClient): Promise<boolean> => {
  client.send(message(PING));
  return (await client.reply()).get('ok') === 1;
};

describe('frames', () => {
  it('answers a frame that arrives byte by byte', async () => {
    const { socket } = await startStore();
    const client = await rawClient(socket);
    for (const byte of message(PING)) client.send(Uint8Array.of(byte));
    expect((await client.reply()).get('ok')).toBe(1);
  });

  it('answers several frames of one packet in their order', async () => {
    const { socket } = await startStore();
    const client = await rawClient(socket);
    client.send(Buffer.concat([message(PING), message(doc(['bogus', 1], ['$db', 'x'])), message(PING)]));
    expect((await client.reply()).get('ok')).toBe(1);
    expect((await client.reply()).get('codeName')).toBe('CommandNotFound');
    expect((await client.reply()).get('ok')).toBe(1);
  });

  it('answers the OP_QUERY that every driver begins with, and no other', async () => {
    const { socket } = await startStore();
    const client = await rawClient(socket);
    const query = (body: Uint8Array): Buffer => {
      const name = Buffer.from('admin.$cmd\0');
      const head = Buffer.alloc(16);
      head.writeInt32LE(16 + 4 + name.length + 8 + body.length, 0);
      head.writeInt32LE(2004, 12);
      return Buffer.concat([head, Buffer.alloc(4), name, Buffer.alloc(8), body]);
    };
    client.send(query(encode(doc(['ismaster', int32(1)], ['helloOk', true]))));
    const hello = await client.reply();
    expect(hello.get('ismaster')).toBe(true);
    expect(hello.get('maxWireVersion')).toEqual(int32(21));
    expect(hello.has('setName')).toBe(false);
    client.send(query(encode(doc(['find', 'c']))));
    expect((await client.reply()).get('code')).toEqual(int32(352));
  });

  it('takes documents as a sequence and keeps quiet when the client asks it to', async () => {
    const { socket, client: driver } = await startStore();
    const client = await rawClient(socket);
    const documents = Buffer.concat([encode(doc(['_id', int32(1)])), encode(doc(['_id', int32(2)]))]);
    const name = Buffer.from('documents\0');
    const section = Buffer.alloc(5);
    section[0] = 1;
    section.writeInt32LE(4 + name.length + documents.length, 1);
    const plain = message(doc(['insert', 'c'], ['$db', 'd']), { flags: 2 });
    const frame = Buffer.concat([plain, section, name, documents]);
    frame.writeInt32LE(frame.length, 0);
    client.send(frame);
    expect(await isAlive(client)).toBe(true);
    expect(await driver.db('d').collection('c').countDocuments()).toBe(2);
  });

  it('checks the checksum of a frame that has one', async () => {
    const { socket } = await startStore();
    const withSum = (wrong: number): Buffer => {
      const plain = message(PING, { flags: 1 });
      const frame = Buffer.concat([plain, Buffer.alloc(4)]);
      frame.writeInt32LE(frame.length, 0);
      frame.writeUInt32LE((crc32c(frame.subarray(0, -4)) ^ wrong) >>> 0, frame.length - 4);
      return frame;
    };
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    const good = await rawClient(socket);
    good.send(withSum(0));
    expect((await good.reply()).get('ok')).toBe(1);
    const bad = await rawClient(socket);
    bad.send(withSum(1));
    await bad.closed;
  });

  const frame = (length: number, opcode: number, rest: Uint8Array): Buffer => {
    const head = Buffer.alloc(16);
    head.writeInt32LE(length, 0);
    head.writeInt32LE(opcode, 12);
    return Buffer.concat([head, rest]);
  };
  const BROKEN: [string, Buffer][] = [
    ['a length of zero', frame(0, 2013, Buffer.alloc(8))],
    ['a negative length', frame(-1, 2013, Buffer.alloc(8))],
    ['more than 48 000 000 bytes', frame(48_000_001, 2013, Buffer.alloc(8))],
    ['an unknown opcode', frame(20, 4711, Buffer.alloc(4))],
    ['a compressed message', frame(25, 2012, Buffer.alloc(9))],
    ['no section', frame(20, 2013, Buffer.alloc(4))],
    ['a body that reaches beyond its frame', frame(26, 2013, Buffer.from([0, 0, 0, 0, 0, 99, 0, 0, 0, 0]))],
    ['a section of unknown kind', frame(26, 2013, Buffer.from([0, 0, 0, 0, 7, 5, 0, 0, 0, 0]))],
    ['unknown required flags', frame(26, 2013, Buffer.from([64, 0, 0, 0, 0, 5, 0, 0, 0, 0]))],
    ['a sequence whose length lies', frame(30, 2013, Buffer.from([0, 0, 0, 0, 1, 99, 0, 0, 0, 65, 0, 0, 0, 0]))],
    [
      'a query on a collection',
      frame(40, 2004, Buffer.concat([Buffer.alloc(4), Buffer.from('db.c\0'), Buffer.alloc(15)])),
    ],
  ];
  it.each(BROKEN)('closes the connection on %s and serves the others', async (_name, bytes) => {
    const { socket, failures } = await startStore();
    const other = await rawClient(socket);
    const broken = await rawClient(socket);
    broken.send(bytes);
    await broken.closed;
    expect(await isAlive(other)).toBe(true);
    expect(failures).toEqual([]);
  });

  it('answers with an error to a body that is no valid BSON', async () => {
    const { socket, failures } = await startStore();
    const client = await rawClient(socket);
    const bad = message(doc(['ping', 'text'], ['$db', 'admin']));
    bad.writeInt32LE(400, 21 + 4 + 1 + 5);
    client.send(bad);
    expect((await client.reply()).get('codeName')).toBe('InvalidBSON');
    const latin = message(doc(['ping', 'aäb'], ['$db', 'admin']));
    latin[latin.indexOf(0xc3)] = 0xff;
    client.send(latin);
    expect((await client.reply()).get('codeName')).toBe('InvalidBSON');
    expect(await isAlive(client)).toBe(true);
    expect(failures).toEqual([]);
  });

  it('refuses nesting beyond 200', async () => {
    const { socket } = await startStore();
    const client = await rawClient(socket);
    // Built by hand: the encoder would refuse, too.
    let nested = encode(doc());
    for (let depth = 0; depth < 300; depth++) {
      const size = nested.length + 8;
      const outer = Buffer.alloc(size);
      outer.writeInt32LE(size, 0);
      outer[4] = 3;
      outer[5] = 97;
      outer.set(nested, 7);
      nested = outer;
    }
    const head = message(doc()).subarray(0, 21);
    const whole = Buffer.concat([head, nested]);
    whole.writeInt32LE(whole.length, 0);
    client.send(whole);
    expect((await client.reply()).get('codeName')).toBe('Overflow');
  });
});

describe('connections', () => {
  it('that end in the midst of a frame leave nothing behind', async () => {
    const { socket, client, failures } = await startStore();
    const connections = async (): Promise<number> =>
      (await client.db('admin').command({ serverStatus: 1 }))['connections'].current;
    const before = await connections();
    const frame = message(PING);
    const cut = await Promise.all(
      [1, 4, 15, 16, 21, frame.length - 1].map(async (size) => ({ size, raw: await rawClient(socket) })),
    );
    for (const { size, raw } of cut) raw.socket.end(frame.subarray(0, size));
    await Promise.all(cut.map(({ raw }) => raw.closed));
    expect(await connections()).toBe(before);
    expect(failures).toEqual([]);
  });

  it('serves a thousand at once', async () => {
    const { socket } = await startStore();
    const clients = await Promise.all(Array.from({ length: 1_000 }, () => rawClient(socket)));
    const alive = await Promise.all(clients.map(isAlive));
    expect(alive.filter(Boolean).length).toBe(1_000);
    for (const client of clients) client.socket.destroy();
  });

  it('stops reading from a client that reads none of its replies, and serves the others', async () => {
    const { socket, client } = await startStore();
    const big = 'x'.repeat(1_000_000);
    await client
      .db('d')
      .collection<{ _id: number; big: string }>('c')
      .insertMany(Array.from({ length: 8 }, (_, _id) => ({ _id, big })));
    const lazy = await rawClient(socket);
    lazy.socket.pause();
    const ask = message(doc(['find', 'c'], ['$db', 'd']));
    let accepted = 0;
    for (let i = 0; i < 50_000 && lazy.socket.write(ask); i++) accepted++;
    expect(accepted).toBeLessThan(50_000);
    const other = await rawClient(socket);
    expect(await isAlive(other)).toBe(true);
  });

  it('forgets the names that objects have by themselves', async () => {
    const { client } = await startStore();
    const collection = client.db('d').collection('c');
    const odd: [string, Value][] = [
      ['_id', int32(1)],
      ['__proto__', doc(['polluted', true])],
      ['constructor', 'x'],
      ['toString', null],
    ];
    const { socket } = await startStore();
    const raw = await rawClient(socket);
    raw.send(message(doc(['insert', 'c'], ['documents', [doc(...odd)]], ['$db', 'd'])));
    expect((await raw.reply()).get('n')).toEqual(int32(1));
    raw.send(message(doc(['find', 'c'], ['filter', doc(['__proto__.polluted', true])], ['$db', 'd'])));
    const cursor = (await raw.reply()).get('cursor');
    expect(cursor instanceof Map && cursor.get('firstBatch')).toEqual([doc(...odd)]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    await expect(collection.countDocuments({ hasOwnProperty: 1 })).resolves.toBe(0);
  });
});
