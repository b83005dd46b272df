import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from '../../../adapters/dingtalk/client.ts';
import { createMedia, type Media } from '../../../adapters/dingtalk/media.ts';
import type { Attachment } from '../../../src/domain/attachment.ts';
import { StoreUnavailable, type DeliveryFailure } from '../../../src/errors.ts';
import { createFiles } from '../../../src/files/disk.ts';
import type { Files } from '../../../src/files/file.ts';
import { systemIds } from '../../../src/ids.ts';
import { manualClock } from '../../support/clock.ts';
import { PICTURES } from '../../support/pictures.ts';
import { memoryFacts } from '../../support/sandbox.ts';
import { openWire, type Said, type Wire } from './wire.ts';

/** Files that go out (3.5). */

const UPLOAD = '/media/upload';
const MB = 1024 * 1024;

let wire: Wire;
let folder: string;
let files: Files;
let media: Media;
let kept: Map<string, string>;
let away: boolean;
beforeEach(async () => {
  wire = await openWire();
  folder = await mkdtemp(path.join(tmpdir(), 'gongdan-dingtalk-'));
  const clock = manualClock();
  files = createFiles({ directory: folder, facts: memoryFacts(), clock, ids: systemIds });
  kept = new Map();
  away = false;
  const reach = async <T>(work: () => T): Promise<T> => {
    if (away) throw new StoreUnavailable(new Error('away'));
    return work();
  };
  const store = {
    mediaOf: (file: string) => reach(() => kept.get(file) ?? null),
    keepMedia: (file: string, id: string) => reach(() => void kept.set(file, id)),
  };
  const app = { clientId: 'dingclient', clientSecret: 'the-secret-of-the-app' };
  media = createMedia(createClient({ app, apiUrl: wire.url, oapiUrl: wire.url, clock }), files, store, clock);
});
afterEach(async () => {
  await wire.close();
  await rm(folder, { recursive: true, force: true });
});
const file = (name: string, content: string | Buffer): Promise<Attachment> =>
  files.take(Readable.from([Buffer.from(content)]), { owner: 'customer', name });
const accepts = (...ids: string[]) =>
  wire.answers(UPLOAD, ...ids.map((media_id): Said => ({ json: { errcode: 0, media_id } })));
const uploads = () => wire.calls.filter((call) => call.path === UPLOAD);

describe('a media id', () => {
  test('is made once per file, however many ask, and remembered', async () => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    accepts('@1', '@2');
    expect(await Promise.all([media.mediaIdOf(id), media.mediaIdOf(id), media.mediaIdOf(id)])).toEqual([
      '@1',
      '@1',
      '@1',
    ]);
    expect(await media.mediaIdOf(id)).toBe('@1');
    expect(uploads()).toHaveLength(1);
    expect(kept.get(id)).toBe('@1');
    expect(uploads()[0]?.body).toMatch(/filename="a\.pdf"[\s\S]*%PDF-1\.7/u);
  });

  test('is none of what is no longer kept or never was', async () => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    const stored = await files.load(id);
    await rm((stored !== null && (await files.contentOf(stored))) || '');
    expect([await media.mediaIdOf(id), await media.mediaIdOf('nothing')]).toEqual([null, null]);
    expect(uploads()).toEqual([]);
  });

  test('is none beyond 20 MB', async () => {
    const [fits, large] = await Promise.all([20 * MB, 20 * MB + 1].map((size) => file('a.zip', Buffer.alloc(size, 1))));
    accepts('@1');
    expect(await media.mediaIdOf(large?.id ?? '')).toBeNull();
    expect(await media.mediaIdOf(fits?.id ?? '')).toBe('@1');
  });

  test.each<[string, Said, DeliveryFailure]>([
    ['a lost answer', 'reset', 'retryable'],
    ['an answer without an id', { json: { errcode: 0 } }, 'retryable'],
    ['a limit', { json: { errcode: 90018 } }, 'rate-limited'],
  ])('after %s is asked for anew by the next', async (_, said, failure) => {
    const { id } = await file('a.pdf', '%PDF-1.7');
    wire.answers(UPLOAD, said);
    await expect(media.mediaIdOf(id)).rejects.toMatchObject({ failure });
    accepts('@2');
    expect(await media.mediaIdOf(id)).toBe('@2');
  });

  test('is none of what DingTalk refuses for good: what it comes with goes out without it', async () => {
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
  test.each(['png', 'jpeg', 'gif'] as const)('a picture (%s) is one, under whatever name it came', async (format) => {
    const picture = await file('cup', PICTURES[format]);
    accepts('@lAD');
    expect(picture.kind).toBe('image');
    expect(await media.fileMessages([picture])).toEqual([{ msgKey: 'sampleImageMsg', msgParam: { photoURL: '@lAD' } }]);
    expect(uploads()[0]?.body).toMatch(/name="type"\r\n\r\nimage\r\n/u);
    expect(uploads()[0]?.body).toContain(`filename="image.${format === 'jpeg' ? 'jpg' : format}"`);
  });

  test('a picture of a format that DingTalk does not show is none', async () => {
    expect(await media.fileMessages([await file('cup.webp', PICTURES.webp)])).toEqual([null]);
    expect(uploads()).toEqual([]);
  });

  test.each(['xlsx', 'pdf', 'zip', 'rar', 'doc', 'docx'])('a file of the kind %s is that file', async (fileType) => {
    const sent = await file(`Bill.${fileType.toUpperCase()}`, 'content');
    accepts('@lAD');
    expect(await media.fileMessages([sent])).toEqual([
      { msgKey: 'sampleFile', msgParam: { mediaId: '@lAD', fileName: `Bill.${fileType.toUpperCase()}`, fileType } },
    ]);
    expect(uploads()[0]?.body).toMatch(/name="type"\r\n\r\nfile\r\n/u);
  });

  test.each(['a.mp4', 'a.amr', 'a.txt', 'a.csv', 'a.pdf.exe', 'pdf', 'a.xls'])(
    '%s is none, and is not uploaded',
    async (name) => {
      expect(await media.fileMessages([await file(name, 'content')])).toEqual([null]);
      expect(uploads()).toEqual([]);
    },
  );

  test('what was never had is none; the others come in order', async () => {
    const missing = files.missing({ owner: 'customer', name: 'b.pdf' }, 'expired');
    const all = [await file('a.pdf', 'a'), missing, await file('c.pdf', 'c')];
    wire.answers(UPLOAD, ...['@1', '@2'].map((media_id): Said => ({ json: { errcode: 0, media_id } })));
    const shown = await media.fileMessages(all);
    expect(shown.map((m) => m?.msgParam['fileName'] ?? null)).toEqual(['a.pdf', null, 'c.pdf']);
  });

  test('a name that is too long keeps its ending', async () => {
    const sent = { ...(await file('a.pdf', 'a')), name: `${'x'.repeat(300)}.pdf` };
    accepts('@1');
    const [shown] = await media.fileMessages([sent]);
    expect(shown?.msgParam['fileName']).toMatch(/^x{115}….pdf$/u);
  });
});
