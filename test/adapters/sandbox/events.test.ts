import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aCard, runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

interface Event {
  id: string;
  event: string;
  data: { conversation: string; users: string[]; message: { id: string; text?: string; card?: { title: string } } };
}

let box: RunningSandbox;
let streams: AbortController;
beforeEach(async () => {
  box = await runSandbox();
  streams = new AbortController();
});
afterEach(async () => {
  streams.abort();
  await box.close();
});

/** Reads a stream as a browser does. */
async function listen(user: string, headers: Record<string, string> = {}, query = '') {
  const answer = await fetch(`${box.url}/sandbox/api/events?user=${user}${query}`, { headers, signal: streams.signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const block = async (): Promise<string | null> => {
    while (!rest.includes('\n\n')) {
      const { value, done } = await reader.read();
      if (done) return null;
      rest += value;
    }
    const end = rest.indexOf('\n\n');
    const found = rest.slice(0, end);
    rest = rest.slice(end + 2);
    return found;
  };
  const opened = /^retry: \d+\nid: (\d+)\nevent: open\ndata: \S+$/.exec((await block()) ?? '');
  expect(opened).not.toBeNull();
  return {
    block,
    since: Number(opened?.[1]),
    async next(): Promise<Event> {
      const lines = ((await block()) ?? '').split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]);
      const { id = '', event = '', data = '' } = Object.fromEntries(lines);
      return { id, event, data: JSON.parse(data) as Event['data'] };
    },
  };
}

const group = { platform: 'sandbox', app: 'sandbox', conversation: 'group:aftersales' };
const words = (text: string) => ({ type: 'text', text, attachments: [] }) as const;
const card = (title: string, version: number) => ({ type: 'card', card: aCard(title), fallback: '', version }) as const;

it('tells members of messages and redraws as they happen, and nobody else', async () => {
  const lilei = await listen('lilei');
  const ali = await listen('ali');
  const ref = await box.adapter.send(group, card('待认领', 1), 's1');
  await box.adapter.update(group, ref, card('处理中', 2), 'u1');
  await box.post('/sandbox/api/messages', { conversation: 'customer:ali', user: 'ali', text: '在吗' });
  expect(await lilei.next()).toMatchObject({
    event: 'message',
    data: {
      conversation: 'group:aftersales',
      message: { id: ref.id, surface: 's1', card: { title: '待认领' }, version: 1 },
    },
  });
  expect(await lilei.next()).toMatchObject({
    event: 'update',
    data: { message: { card: { title: '处理中' }, version: 2 } },
  });
  expect(await ali.next()).toMatchObject({ event: 'message', data: { message: { from: 'ali', text: '在吗' } } });
});

it('tells a private message to its reader only', async () => {
  const lilei = await listen('lilei');
  const wangfang = await listen('wangfang');
  await box.adapter.send(group, words('只给王芳'), 'k1', 'wangfang');
  await box.adapter.send(group, words('给大家'), 'k2');
  expect((await wangfang.next()).data.message).toMatchObject({ text: '只给王芳', private: true });
  expect((await lilei.next()).data.message.text).toBe('给大家');
});

it('tells several people in one stream, each event with who of them sees it', async () => {
  await box.adapter.send(group, words('给大家'), 'k0');
  const both = await listen('lilei', {}, '&user=wangfang&user=ali&after=0');
  await box.adapter.send(group, words('只给王芳'), 'k1', 'wangfang');
  await box.post('/sandbox/api/messages', { conversation: 'customer:ali', user: 'ali', text: '在吗' });
  const told = [await both.next(), await both.next(), await both.next()];
  expect(told.map(({ data }) => [data.message.text, data.users])).toEqual([
    ['给大家', ['lilei', 'wangfang']],
    ['只给王芳', ['wangfang']],
    ['在吗', ['ali']],
  ]);
});

it('resumes after the last event it told, nothing missing, nothing doubled', async () => {
  const first = await listen('lilei');
  const ref = await box.adapter.send(group, card('一', 1), 's1');
  const seen = await first.next();
  for (let i = 0; i < 450; i += 1) await box.adapter.send(group, words(`${i}`), `k${i}`);
  await box.adapter.update(group, ref, card('二', 2), 'u1');
  const again = await listen('lilei', { 'last-event-id': seen.id });
  await box.adapter.send(group, words('live'), 'live');
  for (let i = 0; i < 450; i += 1) expect((await again.next()).data.message.text).toBe(`${i}`);
  expect(await again.next()).toMatchObject({ event: 'update', data: { message: { card: { title: '二' } } } });
  expect((await again.next()).data.message.text).toBe('live');
});

it('starts after the cursor that a list of messages came with', async () => {
  await box.adapter.send(group, words('一'), 'k1');
  const list = await box.get('/sandbox/api/conversations/group:aftersales/messages?user=lilei');
  const { cursor } = (await list.json()) as { cursor: number };
  await box.adapter.send(group, words('二'), 'k2');
  const stream = await listen('lilei', {}, `&after=${cursor}`);
  expect((await stream.next()).data.message.text).toBe('二');
});

it('begins at the present for somebody who names a change that is still to come', async () => {
  await box.adapter.send(group, words('一'), 'k1');
  const list = await box.get('/sandbox/api/conversations/group:aftersales/messages?user=lilei');
  const { cursor } = (await list.json()) as { cursor: number };
  const [resumed, asked] = [
    await listen('lilei', { 'last-event-id': `${cursor + 7}` }),
    await listen('lilei', {}, `&after=${cursor + 7}`),
  ];
  expect([resumed.since, asked.since]).toEqual([cursor, cursor]);
  await box.adapter.send(group, words('二'), 'k2');
  expect(await asked.next()).toMatchObject({
    id: `${cursor + 1}`,
    event: 'message',
    data: { message: { text: '二' } },
  });
});

it('goes on with the same sequence after a restart', async () => {
  const first = await listen('lilei');
  await box.adapter.send(group, words('一'), 'k1');
  const { id } = await first.next();
  await box.adapter.stop();
  expect(await first.block()).toBeNull();
  expect((await box.get('/sandbox/api/state')).status).toBe(503);
  await box.adapter.start(box.sink);
  await box.adapter.send(group, words('二'), 'k2');
  expect((await (await listen('lilei', { 'last-event-id': id })).next()).data.message.text).toBe('二');
});

it('goes on with the sequence of the store in another process', async () => {
  for (const text of ['一', '二', '三']) await box.adapter.send(group, words(text), text);
  const first = await listen('lilei');
  await box.adapter.send(group, words('四'), '四');
  const { id } = await first.next();
  const next = await runSandbox({ store: box.store });
  try {
    await next.adapter.send(group, words('五'), '五');
    const page = await next.get('/sandbox/api/conversations/group:aftersales/messages?user=lilei');
    const { messages, cursor } = (await page.json()) as { messages: { text: string }[]; cursor: number };
    expect(messages.map(({ text }) => text)).toEqual(['一', '二', '三', '四', '五']);
    expect(cursor).toBe(Number(id) + 1);
  } finally {
    await next.close();
  }
});

it('beats while nothing happens', async () => {
  const stream = await listen('lilei');
  box.clock.advance(15_000);
  expect(await stream.block()).toMatch(/^event: beat\ndata: \S+$/);
  box.clock.advance(15_000);
  expect(await stream.block()).toMatch(/^event: beat\ndata: \S+$/);
});

it('tells nothing later before a write of doubtful outcome is certain', async () => {
  const stream = await listen('lilei');
  const insert = box.store.insert.bind(box.store);
  // The write arrives, its answer does not.
  box.store.insert = async (row) => {
    await insert(row);
    box.store.away = true;
    return insert(row);
  };
  await expect(box.adapter.send(group, words('一'), 'k1')).rejects.toMatchObject({ failure: 'unknown' });
  box.store.insert = insert;
  box.store.away = false;
  await box.adapter.send(group, words('二'), 'k2');
  box.clock.advance(500);
  expect((await stream.next()).data.message.text).toBe('一');
  expect((await stream.next()).data.message.text).toBe('二');
});

it('leaves out people who are not there, and takes as many as a browser may watch', async () => {
  const gone = Array.from({ length: 149 }, (_, i) => `&user=gone-${i}`).join('');
  const stream = await listen('lilei', {}, gone);
  await box.adapter.send(group, words('一'), 'k1');
  expect((await stream.next()).data.users).toEqual(['lilei']);
  expect((await box.get(`/sandbox/api/events?user=lilei&user=one-more${gone}`)).status).toBe(400);
});

it('refuses unknown people and broken positions', async () => {
  expect((await box.get('/sandbox/api/events?user=nobody')).status).toBe(404);
  expect((await box.get('/sandbox/api/events')).status).toBe(400);
  expect((await box.get('/sandbox/api/events?user=lilei', { 'last-event-id': 'x' })).status).toBe(400);
});

it('drops a client that does not read, and it resumes', async () => {
  const socket = connect(box.port, '127.0.0.1');
  socket.write(`GET /sandbox/api/events?user=lilei HTTP/1.1\r\nHost: 127.0.0.1:${box.port}\r\n\r\n`);
  await new Promise((resolve) => {
    socket.once('data', resolve);
  });
  socket.pause();
  const closed = new Promise((resolve) => {
    socket.once('close', resolve).once('error', () => undefined);
  });
  for (let i = 0; i < 400; i += 1) await box.adapter.send(group, words('长'.repeat(20_000)), `k${i}`);
  socket.resume();
  // Somebody who is not dropped would read to the end and hear heartbeats for ever.
  await closed;
  const again = await listen('lilei', {}, '&after=399');
  expect((await again.next()).id).toBe('400');
});
