import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { type Embedded, openEmbedded } from '../../src/embedded/embedded.ts';
import { decode } from '../../src/embedded/values/decode.ts';
import { encode } from '../../src/embedded/values/encode.ts';
import type { Doc } from '../../src/embedded/values/value.ts';

/** A directory of this test's own, removed after it. */
export function freshDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'gongdan-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface TestStore {
  readonly store: Embedded;
  readonly client: MongoClient;
  readonly directory: string;
  /** The path of the unix socket. */
  readonly socket: string;
  /** What the store reported as its own failures. */
  readonly failures: Error[];
}

/** A running store with a connected driver, both closed after the test. */
export async function startStore(directory = freshDirectory()): Promise<TestStore> {
  const failures: Error[] = [];
  const store = await openEmbedded({ directory, fsync: false, report: (error) => failures.push(error) });
  const client = new MongoClient(store.uri);
  onTestFinished(async () => {
    await client.close();
    await store.stop();
  });
  await client.connect();
  return { store, client, directory, socket: socketOf(store.uri), failures };
}

export const socketOf = (uri: string): string =>
  decodeURIComponent(uri.replace(/^mongodb:\/\//u, '').replace(/\/\?.*$/u, ''));

/** The bytes of an OP_MSG with one body. */
export function message(body: Doc, options: { flags?: number; id?: number } = {}): Buffer {
  const bytes = encode(body);
  const head = Buffer.alloc(21);
  head.writeInt32LE(21 + bytes.length, 0);
  head.writeInt32LE(options.id ?? 1, 4);
  head.writeInt32LE(2013, 12);
  head.writeInt32LE(options.flags ?? 0, 16);
  return Buffer.concat([head, bytes]);
}

/** A socket that speaks the protocol byte by byte. */
export interface RawClient {
  readonly socket: Socket;
  send(bytes: Uint8Array): void;
  /** The next reply's document. */
  reply(): Promise<Doc>;
  /** Resolves when the server has closed the connection. */
  closed: Promise<void>;
}

export async function rawClient(path: string): Promise<RawClient> {
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let buffered: Buffer = Buffer.alloc(0);
  const waiting: ((document: Doc) => void)[] = [];
  const arrived: Doc[] = [];
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= 4 && buffered.length >= buffered.readInt32LE(0)) {
      const frame = buffered.subarray(0, buffered.readInt32LE(0));
      buffered = buffered.subarray(frame.length);
      const document = decode(frame.subarray(frame.readInt32LE(12) === 2013 ? 21 : 36));
      const waiter = waiting.shift();
      if (waiter) waiter(document);
      else arrived.push(document);
    }
  });
  socket.on('error', () => socket.destroy());
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    reply: () =>
      new Promise((resolve) => {
        const document = arrived.shift();
        if (document) resolve(document);
        else waiting.push(resolve);
      }),
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
  };
}
