import { createCipheriv } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decryptFile } from '@wecom/aibot-node-sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../adapters/wecom/client.ts';
import { createFilesIn, type FilesIn, type Piece } from '../../../adapters/wecom/files-in.ts';
import type { Attachment } from '../../../src/domain/attachment.ts';
import { StoreUnavailable } from '../../../src/errors.ts';
import { createFiles } from '../../../src/files/disk.ts';
import { MAX_FILE, type Files } from '../../../src/files/file.ts';
import { systemIds } from '../../../src/ids.ts';
import { manualClock } from '../../support/clock.ts';
import { memoryFacts } from '../../support/sandbox.ts';
import { APP, openWire, type Said, type Wire } from './wire.ts';

/** Files that people attached (2.4, 3.5, 4.4, 4.5, 8). */

const MEDIA = '/cgi-bin/media/get';
const LIES = '/f';
const AES_KEY = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64').replace('=', '');

let wire: Wire;
let folder: string;
let files: Files;
let filesIn: FilesIn;
beforeEach(async () => {
  wire = await openWire();
  folder = await mkdtemp(path.join(tmpdir(), 'gongdan-wecom-'));
  const clock = manualClock();
  files = createFiles({ directory: folder, facts: memoryFacts(), clock, ids: systemIds });
  filesIn = createFilesIn(createClient({ app: APP, apiUrl: wire.url, clock }), files, wire.url);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await wire.close();
  await rm(folder, { recursive: true, force: true });
});

/** As WeCom encrypts what is sent to a smart bot: filled up to a multiple of 32 bytes. */
function encrypted(content: string | Buffer, key = AES_KEY): Buffer {
  const bytes = Buffer.from(content);
  const fill = 32 - (bytes.length % 32);
  const raw = Buffer.from(key, 'base64');
  const cipher = createCipheriv('aes-256-cbc', raw, raw.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([bytes, Buffer.alloc(fill, fill)])), cipher.final()]);
}
/** Of a message to the app. */
const piece = (kind: Piece['kind'] = 'file'): Piece => ({ kind, mediaId: '1G6n' });
/** Of a message to the smart bot. */
const sealed = (more: { kind?: Piece['kind']; url?: string; aesKey?: string; name?: string | null } = {}): Piece => ({
  kind: 'file',
  url: wire.url + LIES,
  aesKey: AES_KEY,
  ...more,
});
const contentOf = async (attachment: Attachment | undefined): Promise<string> => {
  const stored = await files.load(attachment?.id ?? '');
  const place = stored === null ? null : await files.contentOf(stored);
  return place === null ? '' : readFile(place, 'utf8');
};

describe('a piece by its media id', () => {
  test('is taken with its content, for whoever sent it', async () => {
    const headers = { 'content-type': 'image/jpeg', 'content-disposition': 'attachment; filename="1G6n.jpg"' };
    wire.answers(MEDIA, { content: '%PDF-1.7\n%%EOF', headers });
    const [attachment] = await filesIn.take([piece()], 'owner');
    expect(attachment).toMatchObject({ name: '1G6n.jpg', type: 'application/pdf', size: 14 });
    expect((await files.load(attachment?.id ?? ''))?.owner).toBe('owner');
    expect(await contentOf(attachment)).toBe('%PDF-1.7\n%%EOF');
    expect(wire.made(MEDIA)[0]?.query).toMatchObject({ media_id: '1G6n' });
  });

  test.each<[Piece['kind'], string]>([
    ['picture', 'image.jpg'],
    ['audio', 'voice.amr'],
    ['video', 'video.mp4'],
  ])('that is a %s is called %s, whatever WeCom calls it', async (kind, name) => {
    wire.answers(MEDIA, { content: 'abc', headers: { 'content-disposition': 'attachment; filename="1G6n.jpg"' } });
    expect(await filesIn.take([piece(kind)], 'o')).toMatchObject([{ name }]);
  });

  test.each<[string, Said, string]>([
    ['an id that is too old', { json: { errcode: 40007 } }, 'expired'],
    ['a missing right', { json: { errcode: 48002 } }, 'unreadable'],
    ['a lost answer', 'reset', 'unreadable'],
  ])('with %s is seen to be missing', async (_, said, problem) => {
    wire.answers(MEDIA, said);
    expect(await filesIn.take([piece('picture')], 'o')).toMatchObject([
      { name: 'image.jpg', kind: 'image', type: 'image/jpeg', problem },
    ]);
  });

  test('cannot be had without an app', async () => {
    const alone = createFilesIn(null, files, wire.url);
    expect(await alone.take([piece()], 'o')).toMatchObject([{ name: 'file', problem: 'unreadable' }]);
    expect(wire.calls).toEqual([]);
  });
});

describe('a piece that was sent to the smart bot', () => {
  test.each([1, 31, 32, 33, 64, 100_000])('of %i bytes is taken decrypted', async (length) => {
    const content = 'x'.repeat(length);
    const bytes = encrypted(content);
    // As the SDK does it.
    expect(decryptFile(bytes, AES_KEY).toString()).toBe(content);
    wire.answers(LIES, { content: bytes });
    const [attachment] = await filesIn.take([sealed()], 'o');
    expect(attachment).toMatchObject({ name: 'file', size: length });
    expect(attachment).not.toHaveProperty('problem');
    expect(await contentOf(attachment)).toBe(content);
  });

  test.each<[string, string | null | undefined, string | undefined, string]>([
    ['its message', '发票.pdf', 'attachment; filename="x"', '发票.pdf'],
    ['its address', undefined, `attachment; filename*=UTF-8''%E5%8F%91.pdf`, '发.pdf'],
    ['its address, where the message has none', null, 'attachment; filename="a.pdf"', 'a.pdf'],
    ['nobody', undefined, undefined, 'file'],
  ])('is called as %s says', async (_, name, disposition, called) => {
    const headers = { ...(disposition !== undefined && { 'content-disposition': disposition }) };
    wire.answers(LIES, { content: encrypted('%PDF-1.7'), headers });
    expect(await filesIn.take([sealed({ ...(name !== undefined && { name }) })], 'o')).toMatchObject([
      { name: called },
    ]);
  });

  test('shows nobody a token, and needs no app', async () => {
    wire.answers(LIES, { content: encrypted('abc') });
    const [attachment] = await createFilesIn(null, files, wire.url).take([sealed()], 'o');
    expect(await contentOf(attachment)).toBe('abc');
    expect(wire.calls).toEqual([{ method: 'GET', path: LIES, query: {}, body: '' }]);
  });

  test.each<[string, Said, string?]>([
    ['another key', { content: encrypted('abc', Buffer.alloc(32, 7).toString('base64')) }],
    ['a key that is none', { content: encrypted('abc') }, 'c2hvcnQ='],
    ['no key', { content: encrypted('abc') }, ''],
    ['half of its content', { content: encrypted('x'.repeat(100)).subarray(0, 64) }],
    ['content that is not whole', { content: encrypted('x'.repeat(100)).subarray(0, 50) }],
    ['nothing', { content: '' }],
    ['nothing in it', { content: encrypted('') }],
    ['a download that breaks off', { content: 'abc', headers: { 'content-length': 1_000 }, breaks: true }],
    ['an address that is over', { status: 403, content: 'no' }],
    ['a redirect', { status: 302, content: '', headers: { location: 'http://169.254.169.254/' } }],
    ['a lost connection', 'reset'],
  ])('with %s is seen to be missing', async (_, said, aesKey = AES_KEY) => {
    wire.answers(LIES, said);
    const taken = await filesIn.take([sealed({ kind: 'picture', aesKey })], 'o');
    expect(taken).toMatchObject([{ name: 'image.jpg', type: 'image/jpeg', problem: 'unreadable' }]);
  });

  test('with fillings that are not all alike is seen to be missing', async () => {
    const bytes = Buffer.from(AES_KEY, 'base64');
    const cipher = createCipheriv('aes-256-cbc', bytes, bytes.subarray(0, 16)).setAutoPadding(false);
    wire.answers(LIES, {
      content: Buffer.concat([cipher.update(Buffer.from(`${'x'.repeat(30)}\u0007\u0003`)), cipher.final()]),
    });
    expect(await filesIn.take([sealed()], 'o')).toMatchObject([{ problem: 'unreadable' }]);
  });

  test('that is more than is kept is not', async () => {
    wire.answers(
      LIES,
      { content: encrypted(Buffer.alloc(MAX_FILE + 1, 1)) },
      { content: encrypted(Buffer.alloc(MAX_FILE, 1)) },
    );
    expect(await filesIn.take([sealed()], 'o')).toMatchObject([{ problem: 'too_large' }]);
    expect(await filesIn.take([sealed()], 'o')).toMatchObject([{ size: MAX_FILE }]);
  });

  test.each([
    'http://down.example.com/a',
    'ftp://down.example.com/a',
    'file:///etc/passwd',
    'data:text/plain,abc',
    'https://user@down.example.com/a',
    '//down.example.com/a',
    '',
  ])('at %j is not asked for, with the API behind https', async (url) => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    const strict = createFilesIn(null, files, 'https://qyapi.weixin.qq.com');
    expect(await strict.take([sealed({ url })], 'o')).toMatchObject([{ problem: 'unreadable' }]);
    expect(fetched).not.toHaveBeenCalled();
  });

  test('behind https is asked for', async () => {
    const response = new Response(new Uint8Array(encrypted('abc')));
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(response);
    const strict = createFilesIn(null, files, 'https://qyapi.weixin.qq.com');
    const [attachment] = await strict.take([sealed({ url: 'https://ww-aibot.example/a?sign=1' })], 'o');
    expect(await contentOf(attachment)).toBe('abc');
    expect(fetched).toHaveBeenCalledWith(
      'https://ww-aibot.example/a?sign=1',
      expect.objectContaining({ redirect: 'error' }),
    );
  });
});

test('ten come in order, more do not; one that cannot be had does not keep the others back', async () => {
  const all = Array.from({ length: 12 }, (_, i) => sealed({ url: `${wire.url}/${i}`, name: `${i}.txt` }));
  for (const [i] of all.entries()) wire.answers(`/${i}`, i === 3 ? 'reset' : { content: encrypted('abc') });
  const taken = await filesIn.take(all, 'o');
  expect(taken.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}.txt`));
  expect(taken.filter(({ problem }) => problem !== undefined)).toHaveLength(1);
});

test.each<[string, Error]>([
  ['a full disk', Object.assign(new Error('no space'), { code: 'ENOSPC' })],
  ['a disk that may not be written', Object.assign(new Error('read-only'), { code: 'EROFS' })],
  ['a store that is away', new StoreUnavailable(new Error('away'))],
])('%s rejects, so that the message comes again', async (_, error) => {
  wire.answers(LIES, { content: encrypted('abc') });
  vi.spyOn(files, 'take').mockRejectedValueOnce(error);
  await expect(filesIn.take([sealed()], 'o')).rejects.toBe(error);
});
