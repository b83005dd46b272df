import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createClient, type Client } from '../../../adapters/dingtalk/client.ts';
import { codeOf } from '../../../adapters/dingtalk/failures.ts';
import { createFilesIn } from '../../../adapters/dingtalk/files-in.ts';
import { createMedia } from '../../../adapters/dingtalk/media.ts';
import { createPeople } from '../../../adapters/dingtalk/people.ts';
import { createRobots } from '../../../adapters/dingtalk/robots.ts';
import { createFiles } from '../../../src/files/disk.ts';
import { systemIds } from '../../../src/ids.ts';
import type { DingTalkEmulator } from '../../emulators/dingtalk/emulator.ts';
import { openDingTalk } from '../../emulators/dingtalk/dingtalk.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { PICTURES } from '../../support/pictures.ts';
import { memoryFacts } from '../../support/sandbox.ts';

/** What the client's parts do to a DingTalk that remembers. */

const GROUP = 'cidAfterSale==';
const SEND = '/v1.0/robot/groupMessages/send';
const TOKEN = '/v1.0/oauth2/accessToken';
const sent = z.object({ processQueryKey: z.string() });

let clock: ManualClock;
let emulator: DingTalkEmulator;
let client: Client;
beforeEach(async () => {
  clock = manualClock();
  emulator = await openDingTalk(clock);
  emulator.addUser({
    userId: 'lilei',
    name: '李雷',
    unionId: 'iSlilei',
    mobile: '13800138000',
    email: 'LiLei@tea.example',
  });
  emulator.addGroup({ id: GROUP, title: '售后', members: ['lilei'] });
  client = createClient({ app: emulator.app, apiUrl: emulator.url, oapiUrl: emulator.url, clock });
});
afterEach(async () => {
  const { findings } = emulator;
  await emulator.close();
  if (findings.length > 0) throw new Error(findings.join('\n'));
});

const says = (content: string) =>
  client.api('POST', SEND, sent, {
    robotCode: emulator.app.robotCode,
    openConversationId: GROUP,
    msgKey: 'sampleText',
    msgParam: JSON.stringify({ content }),
  });
const calls = (of: string) => emulator.calls.filter((call) => call.path === of);
const texts = () => emulator.reads(GROUP, 'lilei').map(({ text }) => text);

describe('a send', () => {
  test('stands in the group, over a token that ended meanwhile, once', async () => {
    await says('一');
    emulator.expireTokens();
    await Promise.all(Array.from({ length: 10 }, (_, i) => says(`二 ${i}`)));
    expect(texts()).toHaveLength(11);
    expect(new Set(texts()).size).toBe(11);
    expect(calls(TOKEN)).toHaveLength(2);
  });

  test('is held back by seconds and by the month', async () => {
    emulator.qps = 2;
    await says('一');
    await says('二');
    await expect(says('三')).rejects.toMatchObject({ failure: 'rate-limited', retryAfterMs: 1_000 });
    clock.advance(1_000);
    emulator.quota = 0;
    const spent: unknown = await says('四').catch((error: unknown) => error);
    expect(spent).toMatchObject({ failure: 'rate-limited', retryAfterMs: 3_600_000 });
    expect(codeOf(spent)).toBe('Forbidden.AccessDenied.ApiCountLimitForOrg');
    expect(texts()).toEqual(['一', '二']);
  });

  test('without the permission names it', async () => {
    emulator.withheld.add('qyapi_robot_sendmsg');
    const met: unknown = await says('一').catch((error: unknown) => error);
    expect(met).toMatchObject({ failure: 'auth', message: expect.stringContaining('(qyapi_robot_sendmsg)') as string });
  });

  test('whose answer is lost may stand there; to nobody it does not', async () => {
    emulator.fails(`POST ${SEND}`, { lost: true }, { reset: true });
    await expect(says('一')).rejects.toMatchObject({ failure: 'unknown' });
    await expect(says('二')).rejects.toMatchObject({ failure: 'unknown' });
    expect(texts()).toEqual(['一']);
    emulator.removesBot(GROUP);
    await expect(says('三')).rejects.toMatchObject({ failure: 'gone' });
  });
});

test('people are who they are, and asking costs nothing of the month', async () => {
  const people = createPeople(client, clock);
  expect(await people.lookUp('lilei')).toEqual({
    name: '李雷',
    email: 'lilei@tea.example',
    aliases: ['mobile:13800138000', 'union:iSlilei'],
  });
  expect(await people.userIdOf('mobile:13800138000')).toBe('lilei');
  expect(await people.userIdOf('union:iSlilei')).toBe('lilei');
  expect(await people.lookUp('nobody')).toBeNull();
  expect([await people.userIdOf('mobile:13900139000'), await people.userIdOf('union:iSnobody')]).toEqual([null, null]);
  expect(emulator.counted).toBe(0);
});

describe('a custom robot', () => {
  const robot = { name: 'warehouse', token: 'a1b2c3d4e5f60718293a', secret: 'SECthis0is0a0secret' };
  const words = { msgtype: 'text', text: { content: 'T-1' } };

  test('says something once per key, by a signature that fits', async () => {
    emulator.addRobot({ token: robot.token, secret: robot.secret, group: GROUP });
    const robots = createRobots([robot], emulator.url, clock);
    for (const key of ['a', 'a', 'b']) await robots.send('warehouse', words, key);
    expect(texts()).toEqual(['T-1', 'T-1']);
    const other = createRobots([{ ...robot, secret: 'SECanother0secret00' }], emulator.url, clock);
    await expect(other.send('warehouse', words, 'c')).rejects.toMatchObject({ failure: 'auth' });
  });

  test('that says too much is blocked for ten minutes', async () => {
    emulator.addRobot({ token: robot.token, secret: robot.secret, group: GROUP });
    const robots = createRobots([robot], emulator.url, clock);
    for (let i = 0; i < 20; i += 1) await robots.send('warehouse', words, `${i}`);
    await expect(robots.send('warehouse', words, '20')).rejects.toMatchObject({ retryAfterMs: 600_000 });
    clock.advance(600_000);
    await robots.send('warehouse', words, '20');
    expect(texts()).toHaveLength(21);
  });

  test('that nobody knows is gone', async () => {
    const robots = createRobots([robot], emulator.url, clock);
    await expect(robots.send('warehouse', words, 'a')).rejects.toMatchObject({ failure: 'gone' });
  });
});

test('files arrive with their content', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gongdan-dingtalk-'));
  const files = createFiles({ directory: folder, facts: memoryFacts(), clock, ids: systemIds });
  const kept = new Map<string, string>();
  const store = {
    mediaOf: (file: string) => Promise.resolve(kept.get(file) ?? null),
    keepMedia: (file: string, id: string) => Promise.resolve(void kept.set(file, id)),
  };
  const take = (name: string, content: Uint8Array) =>
    files.take(Readable.from([Buffer.from(content)]), { owner: 'customer', name });
  const attachments = [await take('cup.png', PICTURES.png), await take('账单.pdf', Buffer.from('%PDF-1.7'))];
  const media = createMedia(client, files, store, clock);
  for (const message of await media.fileMessages(attachments))
    await client.api('POST', SEND, sent, {
      robotCode: emulator.app.robotCode,
      openConversationId: GROUP,
      msgKey: message?.msgKey,
      msgParam: JSON.stringify(message?.msgParam),
    });
  const arrived = emulator.reads(GROUP, 'lilei');
  expect(arrived.map(({ kind }) => kind)).toEqual(['picture', 'file']);
  expect(arrived.map(({ file }) => Buffer.from(file?.bytes ?? []).toString('hex'))).toEqual([
    PICTURES.png.toString('hex'),
    Buffer.from('%PDF-1.7').toString('hex'),
  ]);
  expect(arrived[1]?.file?.name).toBe('账单.pdf');
  await rm(folder, { recursive: true, force: true });
});

test('what people attach is taken by its code', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gongdan-dingtalk-'));
  const files = createFiles({ directory: folder, facts: memoryFacts(), clock, ids: systemIds });
  let downloadCode = '';
  const bot = createServer((request, response) => {
    void (async () => {
      const told = z.object({ content: z.object({ downloadCode: z.string() }) }).parse(await json(request));
      ({ downloadCode } = told.content);
      response.end('{"msgtype":"empty"}');
    })();
  });
  await new Promise<void>((resolve) => {
    bot.listen(0, '127.0.0.1', resolve);
  });
  emulator.connect({ robotUrl: `http://127.0.0.1:${(bot.address() as AddressInfo).port}/` });
  await emulator.sendsContent('lilei', 'lilei', { type: 'file', name: '账单.pdf', bytes: Buffer.from('%PDF-1.7') });
  const filesIn = createFilesIn(client, emulator.app.robotCode, files);
  const piece = { kind: 'file', name: '账单.pdf' } as const;
  const [taken, wrong] = await filesIn.take(
    [
      { ...piece, downloadCode },
      { ...piece, downloadCode: 'another' },
    ],
    'o',
  );
  expect(taken).toMatchObject({ name: '账单.pdf', type: 'application/pdf', size: 8 });
  expect(wrong).toMatchObject({ name: '账单.pdf', problem: 'expired' });
  bot.closeAllConnections();
  await new Promise((resolve) => {
    bot.close(resolve);
  });
  await rm(folder, { recursive: true, force: true });
});
