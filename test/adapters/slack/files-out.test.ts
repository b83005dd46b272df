import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutMessage } from '../../../adapters/adapter.ts';
import type { Attachment } from '../../../src/domain/attachment.ts';
import type { DeliveryError } from '../../../src/errors.ts';
import type { Failure } from '../../emulators/slack/emulator.ts';
import { CHANNEL, LILEI, runSlack, TEAM, type RunningSlack } from '../../support/slack.ts';

/** Files that go out (4.4). */

let running: RunningSlack;
let cup: Attachment;
let bill: Attachment;
const kept = (name: string, content: string) =>
  running.files.take(Readable.from([Buffer.from(content)]), { owner: 'customer', name });
beforeEach(async () => {
  running = await runSlack();
  cup = await kept('碎了的杯子.txt', 'broken');
  bill = await kept('账单.csv', '1,2');
});
afterEach(async () => {
  await running.close();
});

const at = (conversation: string) => ({ platform: 'slack', app: 'slack', conversation });
const group = at(CHANNEL);
const withFiles = (text: string, attachments: readonly Attachment[], thread?: string): OutMessage => ({
  type: 'text',
  text,
  attachments,
  ...(thread !== undefined && { thread }),
});
const shares = () => running.emulator.files().flatMap((f) => f.shares.map((s) => ({ name: f.name, ...s })));
const calls = (method: string) => running.emulator.calls.filter((call) => call.method === method);

describe('files of a message', () => {
  test('come with their content, before the words, and once per key', async () => {
    const { workspace, emulator } = running;
    const ref = await workspace.send(group, withFiles('请看', [cup, bill]), 'k');
    expect(shares()).toMatchObject([
      { name: '碎了的杯子.txt', channel: CHANNEL, threadTs: null },
      { name: '账单.csv', channel: CHANNEL, threadTs: null },
    ]);
    expect(emulator.files().map(({ content }) => Buffer.from(content).toString())).toEqual(['broken', '1,2']);
    expect(emulator.reads(CHANNEL, LILEI).at(-1)).toMatchObject({ text: '请看', ts: ref.id.split('/')[1] });
    await workspace.send(group, withFiles('请看', [cup, bill]), 'k');
    expect(shares()).toHaveLength(2);
    expect(calls('files.info')).toEqual([]);
    await workspace.send(group, withFiles('请看', [cup]), 'k2');
    expect(shares()).toHaveLength(3);
  });

  test('without words are a message of their own, and the repeat is the same', async () => {
    const ref = await running.workspace.send(group, withFiles('', [cup]), 'k');
    expect(ref.id).toMatch(/^file:F/);
    expect(await running.workspace.send(group, withFiles('', [cup]), 'k')).toEqual(ref);
    expect(calls('chat.postMessage')).toEqual([]);
  });

  test('stand in the thread, in a direct conversation of the person', async () => {
    const { workspace, emulator } = running;
    const { id } = await workspace.send(group, withFiles('卡', []), 'card');
    await workspace.send(group, withFiles('', [cup], id), 'k1');
    await workspace.send(at(LILEI), withFiles('', [bill]), 'k2');
    expect(shares()).toMatchObject([
      { channel: CHANNEL, threadTs: id.split('/')[1] },
      { channel: emulator.direct(TEAM, LILEI), threadTs: null },
    ]);
  });

  test('of which the disk lost one are the others, and the words', async () => {
    const { workspace, files } = running;
    const stored = await files.load(cup.id);
    await rm((stored !== null && (await files.contentOf(stored))) || '');
    await workspace.send(group, withFiles('请看', [cup, bill]), 'k');
    expect(shares().map(({ name }) => name)).toEqual(['账单.csv']);
    expect(calls('chat.postMessage')).toHaveLength(1);
  });

  test('with the store away nothing is shared that nobody would know of', async () => {
    running.store.away = true;
    await expect(running.workspace.send(group, withFiles('请看', [cup]), 'k')).rejects.toThrow('not reachable');
    expect(shares()).toEqual([]);
  });
});

describe('what fails on the way', () => {
  test.each<[string, string, Failure, DeliveryError['failure']]>([
    ['no address for the bytes', 'files.getUploadURLExternal', { error: 'file_uploads_disabled' }, 'permanent'],
    ['a type that is not allowed', 'files.getUploadURLExternal', { error: 'file_type_not_allowed' }, 'permanent'],
    ['a limit', 'files.getUploadURLExternal', { retryAfter: 9 }, 'rate-limited'],
    ['an answer without an address', 'files.getUploadURLExternal', { status: 200, body: '{"ok":true}' }, 'unknown'],
    ['bytes that are refused', 'upload', { status: 500 }, 'retryable'],
    ['bytes that are sent elsewhere', 'upload', { status: 302 }, 'retryable'],
    ['bytes that do not arrive', 'upload', { cut: true }, 'retryable'],
    ['bytes of which nobody says whether they arrived', 'upload', { lost: true }, 'retryable'],
    ['a channel without the bot', 'files.completeUploadExternal', { error: 'not_in_channel' }, 'gone'],
    ['sharing that may have been', 'files.completeUploadExternal', { status: 502 }, 'unknown'],
    ['sharing that was, without an answer', 'files.completeUploadExternal', { lost: true }, 'unknown'],
    ['sharing that was cut off', 'files.completeUploadExternal', { cut: true }, 'unknown'],
  ])('%s: the repeat shares it once', async (_, method, failure, kind) => {
    const { workspace, emulator } = running;
    emulator.fails(method, failure);
    await expect(workspace.send(group, withFiles('请看', [cup]), 'k')).rejects.toMatchObject({ failure: kind });
    expect(calls('chat.postMessage')).toEqual([]);
    await workspace.send(group, withFiles('请看', [cup]), 'k');
    expect(shares()).toHaveLength(1);
    expect(calls('chat.postMessage')).toHaveLength(1);
  });

  test('again and again, until an answer is lost: it is there once all the same', async () => {
    const { workspace, emulator } = running;
    emulator.fails('files.completeUploadExternal', { cut: true }, { error: 'internal_error' }, { lost: true });
    for (let i = 0; i < 3; i += 1)
      await expect(workspace.send(group, withFiles('', [cup]), 'k')).rejects.toMatchObject({ failure: 'unknown' });
    expect((await workspace.send(group, withFiles('', [cup]), 'k')).id).toBe(`file:${emulator.files().at(-1)?.id}`);
    expect(shares()).toHaveLength(1);
  });

  test('when Slack cannot say what became of it, nothing is sent again', async () => {
    const { workspace, emulator } = running;
    emulator.fails('files.completeUploadExternal', { lost: true });
    emulator.fails('files.info', { error: 'internal_error' });
    for (let i = 0; i < 2; i += 1)
      await expect(workspace.send(group, withFiles('', [cup]), 'k')).rejects.toMatchObject({ failure: 'unknown' });
    expect(shares()).toHaveLength(1);
  });

  test('the second of two: the first is not shared again', async () => {
    const { workspace, emulator } = running;
    emulator.fails('upload', { status: 200 });
    emulator.fails('files.completeUploadExternal', { error: 'file_not_found' });
    await expect(workspace.send(group, withFiles('请看', [cup, bill]), 'k')).rejects.toMatchObject({
      failure: 'permanent',
    });
    emulator.fails('files.getUploadURLExternal', { error: 'internal_error' });
    await expect(workspace.send(group, withFiles('请看', [cup, bill]), 'k')).rejects.toMatchObject({
      failure: 'unknown',
    });
    await workspace.send(group, withFiles('请看', [cup, bill]), 'k');
    expect(shares().map(({ name }) => name)).toEqual(['碎了的杯子.txt', '账单.csv']);
  });
});
