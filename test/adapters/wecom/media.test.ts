import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from '../../../adapters/wecom/client.ts';
import { createMedia, type Media } from '../../../adapters/wecom/media.ts';
import type { Attachment } from '../../../src/domain/attachment.ts';
import { StoreUnavailable, type DeliveryFailure } from '../../../src/errors.ts';
import { createFiles } from '../../../src/files/disk.ts';
import type { Files } from '../../../src/files/file.ts';
import { systemIds } from '../../../src/ids.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { PICTURES, pictureOf } from '../../support/pictures.ts';
import { memoryFacts } from '../../support/sandbox.ts';
import { APP, openWire, type Said, type Wire } from './wire.ts';

/** Files that go out (3.5). */

const UPLOAD = '/cgi-bin/media/upload';
const MB = 1024 * 1024;
const AMR = '#!AMR\nxxxx';
const MP4 = `\0\0\0\x18ftypmp42`;

let wire: Wire;
let folder: string;
let clock: ManualClock;
let files: Files;
let media: Media;
let kept: Map<string, readonly [string, Date]>;
let away: boolean;
beforeEach(async () => {
  wire = await openWire();
  folder = await mkdtemp(path.join(tmpdir(), 'gongdan-wecom-'));
  clock = manualClock();
  files = createFiles({ directory: folder, facts: memoryFacts(), clock, ids: systemIds });
  kept = new Map();
  away = false;
  const reach = async <T>(work: () => T): Promise<T> => {
    if (away) throw new StoreUnavailable(new Error('away'));
    return work();
  };
  const store = {
    mediaOf: (file: string) => reach(() => kept.get(file)?.[0] ?? null),
    keepMedia: (file: string, id: string, at: Date) => reach(() => void kept.set(file, [id, at])),
  };
  media = createMedia(createClient({ app: APP, apiUrl: wire.url, clock }), files, store, clock);
});
afterEach(async () => {
  await wire.close();
  await rm(folder, { recursive: true, force: true });
});
const file = (name: string, content: string | Buffer, seconds?: number): Promise<Attachment> =>
  files.take(Readable.from([Buffer.from(content)]), {
    owner: 'customer',
    name,
    ...(seconds !== undefined && { seconds }),
  });
const accepts = (...ids: string[]) =>
  wire.answers(UPLOAD, ...ids.map((media_id): Said => ({ json: { errcode: 0, media_id } })));
/** As what each was uploaded, and under which name. */
const uploads = () =>
  wire.made(UPLOAD).map(({ query, body }) => [query['type'], /filename="([^"]*)"/u.exec(body)?.[1]]);

describe('a media id', () => {
  test('is made once per file, however many ask, and remembered from when the bytes went out', async () => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    accepts('M1', 'M2');
    expect(await Promise.all([media.mediaIdOf(id), media.mediaIdOf(id)])).toEqual(['M1', 'M1']);
    expect(await media.mediaIdOf(id)).toBe('M1');
    expect(uploads()).toEqual([['file', 'a.pdf']]);
    expect(wire.made(UPLOAD)[0]?.body).toContain('%PDF-1.7');
    expect(kept.get(id)).toEqual(['M1', clock.now()]);
  });

  test('is made anew when it is no longer good', async () => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    accepts('M1', 'M2');
    await media.mediaIdOf(id);
    kept.clear();
    expect(await media.mediaIdOf(id)).toBe('M2');
  });

  test('is none of what is no longer kept or never was', async () => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    const stored = await files.load(id);
    await rm((stored !== null && (await files.contentOf(stored))) || '');
    expect([await media.mediaIdOf(id), await media.mediaIdOf('nothing')]).toEqual([null, null]);
    expect(uploads()).toEqual([]);
  });

  test.each<[string, Said, DeliveryFailure]>([
    ['a lost answer', 'reset', 'retryable'],
    ['an answer without an id', { json: { errcode: 0 } }, 'retryable'],
    ['a limit', { json: { errcode: 45009 } }, 'rate-limited'],
  ])('after %s is asked for anew by the next', async (_, said, failure) => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    wire.answers(UPLOAD, said);
    await expect(media.mediaIdOf(id)).rejects.toMatchObject({ failure });
    accepts('M2');
    expect(await media.mediaIdOf(id)).toBe('M2');
  });

  test('is none of what WeCom refuses for good: what it comes with goes out without it', async () => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    wire.answers(UPLOAD, { json: { errcode: 40006, errmsg: 'm' } });
    expect(await media.mediaIdOf(id)).toBeNull();
    expect(kept.size).toBe(0);
  });

  test('without the store is none, and nothing is uploaded', async () => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    away = true;
    await expect(media.mediaIdOf(id)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(uploads()).toEqual([]);
  });
});

describe('the message that shows', () => {
  test.each<[string, string | Buffer, string, string]>([
    ['cup', PICTURES.png, 'image', 'image.png'],
    ['cup.txt', PICTURES.jpeg, 'image', 'image.jpg'],
    ['cup.gif', PICTURES.gif, 'file', 'cup.gif'],
    ['cup.webp', PICTURES.webp, 'file', 'cup.webp'],
    ['voice', AMR, 'voice', 'voice.amr'],
    ['voice.mp3', 'ID3xxxx', 'file', 'voice.mp3'],
    ['film', MP4, 'video', 'video.mp4'],
    ['film.mov', `\0\0\0\x18ftypqt  `, 'file', 'film.mov'],
    ['发票.pdf', '%PDF-1.7', 'file', '发票.pdf'],
    ['a.pdf.exe', 'content', 'file', 'a.pdf.exe'],
  ])('%s is of the kind its content is', async (name, content, kind, called) => {
    accepts('M1');
    expect(await media.fileMessages([await file(name, content)])).toEqual([
      { msgtype: kind, [kind]: { media_id: 'M1' } },
    ]);
    expect(uploads()).toEqual([[kind, called]]);
  });

  test('what WeCom does not show at its size or length is a file', async () => {
    const large = (head: string, size: number) => Buffer.concat([Buffer.from(head, 'latin1'), Buffer.alloc(size)]);
    const all = [
      await file('a.png', pictureOf(10 * MB)),
      await file('b.png', pictureOf(10 * MB + 1)),
      await file('a.amr', large(AMR, 2 * MB - AMR.length)),
      await file('b.amr', large(AMR, 2 * MB)),
      await file('c.amr', AMR, 60),
      await file('d.amr', AMR, 61),
      await file('a.mp4', large(MP4, 10 * MB - MP4.length)),
      await file('b.mp4', large(MP4, 10 * MB)),
    ];
    accepts(...all.map(({ name }) => name));
    const shown = await media.fileMessages(all);
    expect(shown.map((message) => message?.msgtype)).toEqual([
      'image',
      'file',
      'voice',
      'file',
      'voice',
      'file',
      'video',
      'file',
    ]);
  });

  test('more than 20 MB, and five bytes and less, is none', async () => {
    const sizes = [20 * MB, 20 * MB + 1, 6, 5];
    const all = await Promise.all(sizes.map((size) => file('a.zip', Buffer.alloc(size, 1))));
    accepts('M1', 'M2');
    const shown = await media.fileMessages(all);
    expect(shown.map((message) => message !== null)).toEqual([true, false, true, false]);
    expect(await media.mediaIdOf(all[1]?.id ?? '')).toBeNull();
    expect(uploads()).toHaveLength(2);
  });

  test('what was never had is none; the others come in order', async () => {
    const missing = files.missing({ owner: 'customer', name: 'b.pdf', size: 1_000 }, 'expired');
    const all = [await file('a.pdf', 'content a'), missing, await file('c.pdf', 'content c')];
    accepts('M1', 'M2');
    const shown = await media.fileMessages(all);
    expect(shown.map((message) => message?.msgtype ?? null)).toEqual(['file', null, 'file']);
  });
});
