import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../adapters/dingtalk/client.ts';
import { createFilesIn, type FilesIn, type Piece } from '../../../adapters/dingtalk/files-in.ts';
import { StoreUnavailable } from '../../../src/errors.ts';
import { createFiles } from '../../../src/files/disk.ts';
import { MAX_FILE, type Files } from '../../../src/files/file.ts';
import { systemIds } from '../../../src/ids.ts';
import { manualClock } from '../../support/clock.ts';
import { memoryFacts } from '../../support/sandbox.ts';
import { openWire, type Said, type Wire } from './wire.ts';

/** Files that people attached (2, 3.5). */

const ASK = '/v1.0/robot/messageFiles/download';
const app = { clientId: 'dingclient', clientSecret: 'the-secret-of-the-app' };

let wire: Wire;
let folder: string;
let files: Files;
let filesIn: FilesIn;
beforeEach(async () => {
  wire = await openWire();
  folder = await mkdtemp(path.join(tmpdir(), 'gongdan-dingtalk-'));
  const clock = manualClock();
  files = createFiles({ directory: folder, facts: memoryFacts(), clock, ids: systemIds });
  filesIn = createFilesIn(createClient({ app, apiUrl: wire.url, oapiUrl: wire.url, clock }), 'dingrobot', files);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await wire.close();
  await rm(folder, { recursive: true, force: true });
});

const piece = (more: Partial<Piece> = {}): Piece => ({ kind: 'file', downloadCode: 'code', name: 'a.txt', ...more });
const lies = (at: string, ...content: string[]) => {
  wire.answers(ASK, { json: { downloadUrl: `${wire.url}${at}` } });
  if (content.length > 0) wire.answers(at, ...content.map((text) => ({ text })));
};

describe('a piece', () => {
  test('is asked for by its code and taken with its content, for whoever sent it', async () => {
    lies('/f', '%PDF-1.7\n%%EOF');
    const [attachment] = await filesIn.take([piece({ name: '发票.pdf', downloadCode: 'mIofN6' })], 'owner');
    expect(attachment).toMatchObject({ name: '发票.pdf', kind: 'file', type: 'application/pdf', size: 14 });
    expect(JSON.parse(wire.calls.find((call) => call.path === ASK)?.body ?? '')).toEqual({
      downloadCode: 'mIofN6',
      robotCode: 'dingrobot',
    });
    expect((await files.load(attachment?.id ?? ''))?.owner).toBe('owner');
    expect(wire.calls.find((call) => call.path === '/f')?.token).toBe('');
  });

  test('that is a recording carries how long it is and what is said', async () => {
    lies('/f', '#!AMR\nxxxx');
    const recording = piece({ kind: 'audio', name: null, durationMs: 4_600, recognition: '杯子碎了' });
    expect(await filesIn.take([recording], 'o')).toMatchObject([
      { name: 'voice.amr', kind: 'voice', seconds: 5, transcript: '杯子碎了' },
    ]);
  });

  test.each<[Piece['kind'], string]>([
    ['picture', 'image.jpg'],
    ['video', 'video.mp4'],
    ['file', 'file'],
  ])('that is a %s without a name is called %s', async (kind, name) => {
    lies('/f', 'abc');
    const [attachment] = await filesIn.take([piece({ kind, name: null })], 'o');
    expect(attachment).toMatchObject({ name });
    expect(attachment).not.toHaveProperty('seconds');
    expect(attachment).not.toHaveProperty('transcript');
  });

  test('a recording that is over at once and without words is one second long', async () => {
    lies('/f', 'abc');
    const [attachment] = await filesIn.take([piece({ kind: 'audio', durationMs: 40, recognition: '' })], 'o');
    expect(attachment).toMatchObject({ seconds: 1 });
    expect(attachment).not.toHaveProperty('transcript');
  });

  test('ten come in order, more do not', async () => {
    const all = Array.from({ length: 12 }, (_, i) => piece({ name: `${i}.txt` }));
    for (const _ of all) lies('/f', 'abc');
    const taken = await filesIn.take(all, 'o');
    expect(taken.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}.txt`));
  });
});

describe('what cannot be had is seen to be missing', () => {
  test.each<[string, Said, string]>([
    ['a code that is too old', { status: 400, json: { code: 'invalidParameter.robotCode.downloadCode' } }, 'expired'],
    [
      'a missing right',
      { status: 403, json: { code: 'Forbidden.AccessDenied.AccessTokenPermissionDenied' } },
      'unreadable',
    ],
    ['a lost answer', 'reset', 'unreadable'],
    ['an answer without an address', { json: {} }, 'unreadable'],
    ['an address that is none', { json: { downloadUrl: 'file:///etc/passwd' } }, 'unreadable'],
  ])('%s', async (_, said, problem) => {
    wire.answers(ASK, said);
    const taken = await filesIn.take([piece({ kind: 'picture', name: null })], 'o');
    expect(taken).toMatchObject([{ name: 'image.jpg', kind: 'image', type: 'image/jpeg', problem }]);
  });

  test.each<[string, Said]>([
    ['404', { status: 404, text: 'no' }],
    ['a redirect', { status: 302, text: '', headers: { location: 'http://169.254.169.254/' } }],
    ['a lost connection', 'reset'],
    ['nothing', { text: '' }],
  ])('%s where it lies', async (_, said) => {
    lies('/f');
    wire.answers('/f', said);
    expect(await filesIn.take([piece()], 'o')).toMatchObject([{ name: 'a.txt', problem: 'unreadable' }]);
  });

  test('more than is kept', async () => {
    lies('/f', 'x'.repeat(MAX_FILE + 1));
    expect(await filesIn.take([piece()], 'o')).toMatchObject([{ name: 'a.txt', problem: 'too_large' }]);
  });

  test('a download that breaks off', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('abc', () => {
        response.destroy();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const downloadUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/f`;
    wire.answers(ASK, { json: { downloadUrl } });
    expect(await filesIn.take([piece()], 'o')).toMatchObject([{ name: 'a.txt', problem: 'unreadable' }]);
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  test('one of three, and the others come', async () => {
    wire.answers(ASK, ...['/a', '/b', '/c'].map((at) => ({ json: { downloadUrl: wire.url + at } })));
    wire.answers('/b', 'reset');
    for (const at of ['/a', '/c']) wire.answers(at, { text: 'abc' });
    const taken = await filesIn.take(
      ['a', 'b', 'c'].map((name) => piece({ name })),
      'o',
    );
    expect(taken.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(taken.filter(({ problem }) => problem !== undefined)).toHaveLength(1);
  });
});

test.each<[string, Error]>([
  ['a full disk', Object.assign(new Error('no space'), { code: 'ENOSPC' })],
  ['a disk that may not be written', Object.assign(new Error('read-only'), { code: 'EROFS' })],
  ['a store that is away', new StoreUnavailable(new Error('away'))],
])('%s rejects, so that the message comes again', async (_, error) => {
  lies('/f', 'abc');
  vi.spyOn(files, 'take').mockRejectedValueOnce(error);
  await expect(filesIn.take([piece()], 'o')).rejects.toBe(error);
});
