import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiles, readableName } from '../../src/files/disk.ts';
import { MAX_FILE, type Files } from '../../src/files/file.ts';
import { systemIds } from '../../src/ids.ts';
import { manualClock } from '../support/clock.ts';
import { PICTURES, pictureOf } from '../support/pictures.ts';
import { memoryFacts } from '../support/sandbox.ts';

let folder: string;
let files: Files;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gongdan-files-'));
  files = createFiles({ directory: folder, facts: memoryFacts(), clock: manualClock(), ids: systemIds });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const take = (content: Buffer, name: string, more: object = {}) =>
  files.take(Readable.from([content.subarray(0, 20), content.subarray(20)]), { owner: 'xiaomei', name, ...more });
const onDisk = async (): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => e.name);
};

describe('the file store', () => {
  it('keeps equal contents once, whoever sends them and however they are called', async () => {
    const first = await take(PICTURES.png, 'a.png');
    expect(first).toEqual({ id: first.id, kind: 'image', name: 'a.png', type: 'image/png', size: PICTURES.png.length });
    expect(await take(PICTURES.png, 'a.png')).toEqual(first);
    const ids = [
      first.id,
      (await take(PICTURES.png, 'b.png')).id,
      (await take(PICTURES.png, 'a.png', { owner: 'ali' })).id,
      (await take(PICTURES.png, 'a.png', { seconds: 3 })).id,
    ];
    expect(new Set(ids).size).toBe(4);
    expect(await onDisk()).toHaveLength(1);
    const file = await files.load(first.id);
    expect(file?.owner).toBe('xiaomei');
    expect(file === null ? null : await files.contentOf(file)).toContain(file?.hash);
  });

  it('says what the platform knows of a recording', async () => {
    const voice = await take(Buffer.from('#!AMR\n\u0001'), 'a.amr', { seconds: 12, transcript: '杯子碎了' });
    expect(voice).toMatchObject({ kind: 'voice', seconds: 12, transcript: '杯子碎了' });
  });

  it('keeps a broken picture as a file that says so', async () => {
    const cut = await take(PICTURES.jpeg.subarray(0, 200), 'a.jpg');
    expect(cut).toMatchObject({ kind: 'file', type: 'image/jpeg', size: 200, problem: 'unreadable' });
    expect(await onDisk()).toHaveLength(1);
  });

  it('keeps 25 MB and not a byte more, and nothing at all of what is empty', async () => {
    expect(await take(pictureOf(MAX_FILE), 'a.png')).toMatchObject({ kind: 'image', size: MAX_FILE });
    expect(await onDisk()).toHaveLength(1);
    const large = await take(pictureOf(MAX_FILE + 1), 'b.mp4', { type: 'video/mp4', size: MAX_FILE + 1 });
    expect(large).toMatchObject({ kind: 'video', name: 'b.mp4', size: MAX_FILE + 1, problem: 'too_large' });
    expect(await take(Buffer.alloc(0), 'c.png')).toMatchObject({ kind: 'file', size: 0, problem: 'unreadable' });
    expect(await files.load(large.id)).toBeNull();
    expect(await onDisk()).toHaveLength(1);
  });

  it('leaves nothing behind of what broke off', async () => {
    const broken = Readable.from(
      (function* () {
        yield PICTURES.png;
        throw new Error('the line went dead');
      })(),
    );
    await expect(files.take(broken, { owner: 'xiaomei', name: 'a.png' })).rejects.toThrow('the line went dead');
    expect(await onDisk()).toEqual([]);
  });

  it('knows when a content is no longer there', async () => {
    const { id } = await take(PICTURES.png, 'a.png');
    const file = await files.load(id);
    await rm(folder, { recursive: true });
    expect(file === null ? 'unknown' : await files.contentOf(file)).toBeNull();
  });
});

describe('a name for people', () => {
  it.each([
    ['../../etc/pass\u202Ewd.png', 'passwd.png'],
    ['C:\\Users\\me\\杯子.jpg', '杯子.jpg'],
    ['\u200Fcod.\u2066exe\u2069', 'cod.exe'],
    ['a\nb\u0000.txt', 'ab.txt'],
    ['  ', 'file'],
    ['/', 'file'],
    ['长'.repeat(300), `${'长'.repeat(119)}…`],
    [`${'长'.repeat(300)}.pdf`, `${'长'.repeat(115)}….pdf`],
  ])('%j is %j', (sent, shown) => {
    expect(readableName(sent)).toBe(shown);
  });
});
