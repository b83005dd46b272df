import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { backupStore, compactStore, restoreStore, runningUri } from '../../src/embedded/archive.ts';
import { freshDirectory, startStore } from './support.ts';

interface Row {
  readonly _id: number;
  readonly text: string;
}

const row = (_id: number): Row => ({ _id, text: 'x'.repeat(500) });

it('copies a store that is being written to, as it was at one moment', async () => {
  const { client, store, directory } = await startStore();
  const collection = client.db('d').collection<Row>('c');
  await collection.createIndex({ text: 1 });
  await collection.insertMany(Array.from({ length: 500 }, (_, i) => row(i)));
  const file = path.join(freshDirectory(), 'backup.mdb');
  const writing = Promise.all(Array.from({ length: 200 }, (_, i) => collection.insertOne(row(1_000 + i))));
  await store.backup(file);
  await writing;
  await backupStore({ directory, file: `${file}.2` });
  const target = freshDirectory();
  await restoreStore({ directory: target, file });
  const restored = await startStore(target);
  const copy = restored.client.db('d').collection<Row>('c');
  expect(await copy.countDocuments({ _id: { $lt: 500 } })).toBe(500);
  expect(await copy.countDocuments({ text: row(0).text })).toBe(await copy.countDocuments());
  expect((await copy.indexes()).map(({ name }) => name)).toEqual(['_id_', 'text_1']);
  const second = freshDirectory();
  await restoreStore({ directory: second, file: `${file}.2` });
  const later = await startStore(second);
  expect(await later.client.db('d').collection('c').countDocuments()).toBe(700);
});

it('gives space back and keeps every document', async () => {
  const first = await startStore();
  const collection = first.client.db('d').collection<Row>('c');
  await collection.insertMany(Array.from({ length: 5_000 }, (_, i) => row(i)));
  await collection.deleteMany({ _id: { $gte: 100 } });
  await expect(compactStore({ directory: first.directory })).rejects.toThrow('is in use by another process');
  await first.client.close();
  await first.store.stop();
  const { bytesBefore, bytesAfter } = await compactStore({ directory: first.directory });
  expect(bytesAfter).toBeLessThan(bytesBefore / 5);
  expect(statSync(path.join(first.directory, 'data.mdb')).size).toBe(bytesAfter);
  const { client } = await startStore(first.directory);
  expect(await client.db('d').collection('c').countDocuments()).toBe(100);
});

it('overwrites nothing that it was not asked to', async () => {
  const { client, store, directory } = await startStore();
  await client.db('d').collection<Row>('c').insertOne(row(1));
  const folder = freshDirectory();
  const file = path.join(folder, 'backup.mdb');
  await backupStore({ directory, file });
  await expect(backupStore({ directory, file })).rejects.toThrow('exists: choose another name');
  await expect(backupStore({ directory: folder, file: `${file}.2` })).rejects.toThrow('there is no store in');
  await expect(restoreStore({ directory, file, replace: true })).rejects.toThrow('is in use by another process');
  await client.db('d').collection<Row>('c').insertOne(row(2));
  await client.close();
  await store.stop();
  await expect(restoreStore({ directory, file })).rejects.toThrow('has a store already');
  const noBackup = path.join(folder, 'text');
  writeFileSync(noBackup, 'x'.repeat(10_000));
  await expect(restoreStore({ directory, file: noBackup, replace: true })).rejects.toThrow('is damaged or no store');
  await restoreStore({ directory, file, replace: true });
  const again = await startStore(directory);
  expect(await again.client.db('d').collection('c').countDocuments()).toBe(1);
});

it('tells where a running store is, and nothing once it has stopped', async () => {
  const { store, directory, client } = await startStore();
  expect(await runningUri(directory)).toBe(store.uri);
  await client.close();
  await store.stop();
  expect(await runningUri(directory)).toBeUndefined();
  // What a killed process leaves behind names a store that nobody serves.
  writeFileSync(path.join(directory, 'uri'), `${store.uri}\n`);
  expect(await runningUri(directory)).toBeUndefined();
  expect(existsSync(path.join(directory, 'run', 'store.sock'))).toBe(false);
});
