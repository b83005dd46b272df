import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '../../../adapters/slack/client.ts';
import { createFilesIn } from '../../../adapters/slack/files-in.ts';
import { StoreUnavailable } from '../../../src/errors.ts';
import { MAX_FILE } from '../../../src/files/file.ts';
import { CHANNEL, LILEI, runSlack, TEAM, type RunningSlack } from '../../support/slack.ts';
import { BOT, envelope, message, type Json } from './payloads.ts';

/** Files that people attached. */

let running: RunningSlack;
beforeEach(async () => {
  running = await runSlack();
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await running.close();
});

const upload = (name: string, content: string | Buffer, mimetype?: string): string =>
  running.emulator.uploads(LILEI, name, Buffer.from(content), mimetype);
const types = (...files: string[]) => running.emulator.types(LILEI, CHANNEL, `<@${BOT}> 看`, { files });
const sends = (...files: Json[]) => running.emulator.sends(envelope(message({ subtype: 'file_share', files })));
const attachments = () => {
  const event = running.sink.events.at(-1);
  return event?.kind === 'message' ? event.attachments : [];
};
/** Every address that is fetched from now on, apart from the Web API's; `answer`: in the place of the network. */
function watched(answer?: Response): { readonly asked: string[]; readonly inits: (RequestInit | undefined)[] } {
  const real = fetch;
  const asked: string[] = [];
  const inits: (RequestInit | undefined)[] = [];
  const watching: typeof fetch = (input, init) => {
    const address = input instanceof Request ? input.url : input.toString();
    if (new URL(address).pathname.startsWith('/api/')) return real(input, init);
    asked.push(address);
    inits.push(init);
    return answer === undefined ? real(input, init) : Promise.resolve(answer);
  };
  vi.stubGlobal('fetch', watching);
  return { asked, inits };
}
/** As the emulator names it in events. */
const file = (id: string, more: Json = {}): Json => ({
  id,
  name: 'a.txt',
  mimetype: 'text/plain',
  size: 3,
  mode: 'hosted',
  url_private: `${running.emulator.url}/files-pri/${TEAM}-${id}/a.txt`,
  ...more,
});

describe('a file', () => {
  test('is taken with its content, under its name, for whoever sent it', async () => {
    const id = upload('发票.pdf', '%PDF-1.7\n%%EOF');
    expect((await types(id)).status).toBe(200);
    const [attachment] = attachments();
    expect(attachment).toMatchObject({ name: '发票.pdf', kind: 'file', size: 14 });
    const stored = await running.files.load(attachment?.id ?? '');
    expect(stored?.owner).toContain(LILEI);
  });

  test('ten come in order; more are not sent by anybody', async () => {
    const all = Array.from({ length: 12 }, (_, i) => upload(`${i}.txt`, `${i}`));
    expect((await types(...all)).status).toBe(200);
    expect(attachments().map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}.txt`));
  });

  test('of a message that is nothing but a file', async () => {
    await running.emulator.types(LILEI, running.emulator.direct(TEAM, LILEI), '', { files: [upload('a.txt', 'abc')] });
    expect(running.sink.events).toMatchObject([{ text: '', attachments: [{ name: 'a.txt' }] }]);
  });

  test.each<[string, Json, string]>([
    ['that is too large by what is said', { size: MAX_FILE + 1 }, 'too_large'],
    ['of another service', { mode: 'external', is_external: true }, 'type_refused'],
    [
      'that was deleted',
      { mode: 'tombstone', url_private: undefined, name: null, size: null, mimetype: null },
      'expired',
    ],
    ['that the plan hides', { mode: 'hidden_by_limit', url_private: undefined }, 'expired'],
    ['without an address', { url_private: undefined }, 'unreadable'],
    ['whose address is none', { url_private: 'files.slack.com/a.txt' }, 'unreadable'],
  ])('%s is seen to be missing, and nothing is fetched', async (_, more, problem) => {
    const { asked } = watched();
    expect((await sends(file('F1', more))).status).toBe(200);
    expect(attachments()).toMatchObject([{ problem }]);
    expect(asked).toEqual([]);
  });

  test.each<[string, Parameters<RunningSlack['emulator']['fails']>[1]]>([
    ["Slack's login page, with status 200", { status: 200, body: '' }],
    ['404', { status: 404 }],
    ['a redirect', { status: 302 }],
    ['a connection that ends', { cut: true }],
  ])('that meets %s is unreadable, and its message comes', async (what, failure) => {
    const id = upload('a.txt', 'abc');
    if (what.includes('login')) {
      const team = running.emulator.teams.get(TEAM);
      running.emulator.addTeam({ ...team, id: TEAM, scopes: team?.scopes.filter((s) => s !== 'files:read') ?? [] });
    } else running.emulator.fails('download', failure);
    expect((await types(id)).status).toBe(200);
    expect(attachments()).toMatchObject([{ name: 'a.txt', problem: 'unreadable' }]);
    expect(running.failures).toEqual([]);
  });

  test('that is a page itself is taken', async () => {
    await types(upload('a.html', '<html>', 'text/html'));
    expect(attachments()[0]).not.toHaveProperty('problem');
  });

  test('of a shared channel is asked for, since the event names it alone', async () => {
    const id = upload('a.txt', 'abc');
    expect((await sends({ id, mode: 'file_access', file_access: 'check_file_info', name: null })).status).toBe(200);
    expect(attachments()).toMatchObject([{ name: 'a.txt', size: 3 }]);
    running.emulator.fails('files.info', { error: 'file_not_found' });
    await sends({ id, mode: 'file_access', file_access: 'check_file_info', name: null });
    expect(attachments()).toMatchObject([{ name: id, problem: 'unreadable' }]);
  });
});

describe("the bot's token", () => {
  test.each([
    'https://evil.example/a',
    'http://files.slack.com/a',
    'https://files.slack.com.evil.example/a',
    'https://evilslack.com/a',
    'https://files.slack.com@evil.example/a',
    'https://evil.example/#files.slack.com',
    'file:///etc/passwd',
    'data:text/plain,abc',
    'http://169.254.169.254/latest/meta-data',
    '//files.slack.com/a',
    'javascript:0',
  ])('is not shown to %s', async (address) => {
    const { asked } = watched();
    await sends(file('F1', { url_private: address, url_private_download: address }));
    expect(attachments()).toMatchObject([{ problem: 'unreadable' }]);
    expect(asked).toEqual([]);
  });

  test.each([
    ['https://slack.com/api/', 'https://files.slack.com/files-pri/T1-F1/a'],
    ['https://slack.com/api/', 'https://tea.enterprise.slack.com/files-pri/T1-F1/a'],
    ['https://slack-gov.com/api/', 'https://files.slack-gov.com/files-pri/T1-F1/a'],
  ])('with the Web API at %s is shown to %s', async (apiUrl, address) => {
    const { asked, inits } = watched(new Response('abc'));
    const files = createFilesIn(createClient('xoxb-1', apiUrl), 'xoxb-1', apiUrl, running.files);
    expect(await files.take([{ id: 'F1', name: 'a.txt', url_private: address }], 'o')).toMatchObject([{ size: 3 }]);
    expect(asked).toEqual([address]);
    expect(inits).toMatchObject([{ headers: { authorization: 'Bearer xoxb-1' }, redirect: 'error' }]);
  });
});

describe('what breaks', () => {
  test('content that is longer than was said is not kept beyond what may be', async () => {
    const id = upload('a.bin', Buffer.alloc(MAX_FILE + 10));
    await sends(file(id, { size: 3, mimetype: 'application/octet-stream' }));
    expect(attachments()).toMatchObject([{ problem: 'too_large' }]);
  });

  test('a download that breaks off in the middle is unreadable', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '1000' });
      response.write('abc', () => {
        response.destroy();
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
    const files = createFilesIn(createClient('xoxb-1', apiUrl), 'xoxb-1', apiUrl, running.files);
    const taken = await files.take([{ id: 'F1', name: 'a.txt', url_private: new URL('/f', apiUrl).href }], 'o');
    expect(taken).toMatchObject([{ name: 'a.txt', problem: 'unreadable' }]);
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  test.each<[string, Error]>([
    ['a full disk', Object.assign(new Error('no space'), { code: 'ENOSPC' })],
    ['a disk that may not be written', Object.assign(new Error('read-only'), { code: 'EROFS' })],
    ['a store that is away', new StoreUnavailable(new Error('away'))],
  ])('%s: nothing is acknowledged, and the repeat brings it', async (_, error) => {
    const id = upload('a.txt', 'abc');
    const take = running.files.take.bind(running.files);
    Object.assign(running.files, { take: () => Promise.reject(error) });
    const told = await types(id);
    expect(told.status).toBe(500);
    expect(running.sink.events).toEqual([]);
    Object.assign(running.files, { take });
    expect((await running.emulator.repeats(told.eventId, { num: 1, reason: 'http_error' })).status).toBe(200);
    expect(attachments()).toMatchObject([{ name: 'a.txt', size: 3 }]);
  });

  test('one of three is missing, and the others come', async () => {
    const all = ['a.txt', 'b.txt', 'c.txt'].map((name) => upload(name, name));
    running.emulator.fails('download', { status: 404 });
    await types(...all);
    expect(attachments().map(({ name }) => name)).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(attachments().filter(({ problem }) => problem !== undefined)).toHaveLength(1);
  });
});
