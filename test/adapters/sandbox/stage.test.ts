import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backstage } from '../../../adapters/sandbox/backstage.ts';
import { aCard, runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

const API = '/sandbox/api';
const CHAT = { platform: 'sandbox', app: 'sandbox', conversation: 'customer:xiaomei' };
let box: RunningSandbox;
beforeEach(async () => {
  box = await runSandbox();
});
afterEach(() => box.close());

const json = async (answer: Response): Promise<Record<string, unknown>> =>
  (await answer.json()) as Record<string, unknown>;

const stands = (more: Partial<Backstage> = {}): Backstage => ({
  vocabulary: (locale) => [
    {
      name: 'claim',
      word: locale === 'en' ? 'claim' : '认领',
      words: [],
      initials: 'rl',
      summary: '',
      usage: '',
      params: [],
    },
  ],
  ticket: (user, number, { before, limit }) =>
    Promise.resolve(user === 'lilei' ? { number, card: aCard(`${before} ${limit}`), entries: [], more: false } : null),
  restart: null,
  ...more,
});

describe('what stands behind the page', () => {
  it('is nothing until it is there', async () => {
    expect((await box.get(`${API}/vocabulary/en`)).status).toBe(404);
    box.adapter.open(stands());
    expect(await json(await box.get(`${API}/vocabulary/en`))).toMatchObject({ verbs: [{ word: 'claim' }] });
    expect((await box.get(`${API}/vocabulary/fr`)).status).toBe(400);
  });

  it('tells a ticket to whom it is told, and the same nothing to everybody else', async () => {
    box.adapter.open(stands());
    const told = await json(await box.get(`${API}/tickets/4800?user=lilei&before=7&limit=20`));
    expect(told).toMatchObject({ number: 4800, card: { title: '7 20' } });
    for (const user of ['xiaomei', 'wangfang'])
      expect((await box.get(`${API}/tickets/4800?user=${user}`)).status).toBe(404);
    for (const query of ['user=nobody', 'user=lilei&limit=0', 'user=lilei&limit=501', 'limit=3', 'user=lilei&x=1'])
      expect((await box.get(`${API}/tickets/4800?${query}`)).status, query).toBeGreaterThanOrEqual(400);
    expect((await box.get(`${API}/tickets/T-4800?user=lilei`)).status).toBe(400);
  });
});

describe('starting over', () => {
  it('is refused where the shop is not the demo', async () => {
    box.adapter.open(stands());
    expect((await box.post(`${API}/restart`, {})).status).toBe(409);
    expect(await json(await box.get(`${API}/state`))).toMatchObject({ demo: false });
  });

  it('forgets everything, ends the streams, takes nothing in meanwhile, and has another epoch', async () => {
    let during = 0;
    box.adapter.open(
      stands({
        restart: async (forget) => {
          during = (await box.get(`${API}/state`)).status;
          // What delivery still had in hand when it was stopped.
          await box.adapter.send(CHAT, { type: 'text', text: '晚到的', attachments: [] }, 'late');
          await forget();
        },
      }),
    );
    await box.post(`${API}/messages`, { conversation: 'customer:xiaomei', user: 'xiaomei', text: '在吗' });
    await box.post(`${API}/people`, { id: 'new-one', name: 'New', role: 'customer' });
    const before = await json(await box.get(`${API}/state`));
    const stream = await fetch(`${box.url}${API}/events?user=xiaomei`);
    expect(await json(await box.post(`${API}/restart`, {}))).toEqual({ restarted: true });
    // It ends: reading to its end comes back.
    expect(await stream.text()).toContain('event: open');
    expect(during).toBe(503);
    const after = await json(await box.get(`${API}/state`));
    expect(after['epoch']).not.toBe(before['epoch']);
    expect(JSON.stringify(after)).not.toContain('new-one');
    const list = await json(await box.get(`${API}/conversations/customer:xiaomei/messages?user=xiaomei`));
    expect(list['messages']).toEqual([]);
  });
});

describe('starting over twice at once', () => {
  it('happens once: whoever came second is told that the sandbox is away, and it is there again afterwards', async () => {
    let second: number | undefined;
    let times = 0;
    const headers = { 'Content-Type': 'application/json', 'Content-Length': '2', Expect: '100-continue' };
    const asked = request(`${box.url}${API}/restart`, { method: 'POST', headers });
    const answered = once(asked, 'response');
    box.adapter.open(
      stands({
        restart: async (forget) => {
          times += 1;
          asked.end('{}');
          const [answer] = (await answered) as [IncomingMessage];
          second = answer.resume().statusCode;
          await forget();
        },
      }),
    );
    asked.flushHeaders();
    // From here on it is in, and waits for its body alone.
    await once(asked, 'continue');
    expect((await box.post(`${API}/restart`, {})).status).toBe(200);
    expect([second, times]).toEqual([503, 1]);
    expect((await box.get(`${API}/state`)).status).toBe(200);
  });
});

describe('a burst', () => {
  const told = (): string[] => box.sink.events.flatMap((e) => (e.kind === 'message' ? [e.sender.id] : []));

  it('of fifty customers is fifty messages of fifty people, whom no list shows', async () => {
    expect(await json(await box.post(`${API}/burst`, { kind: 'crowd' }))).toEqual({ messages: 50 });
    await expect.poll(() => told().length).toBe(50);
    expect(new Set(told()).size).toBe(50);
    expect(JSON.stringify(await json(await box.get(`${API}/state`)))).not.toContain('crowd-');
    // Those who came once come again.
    await expect.poll(async () => (await box.post(`${API}/burst`, { kind: 'crowd', locale: 'en' })).status).toBe(202);
    await expect.poll(() => told().length).toBe(100);
    expect(new Set(told()).size).toBe(50);
  });

  it('of one customer comes bit by bit, one burst at a time', async () => {
    expect(await json(await box.post(`${API}/burst`, { kind: 'one', user: 'xiaomei' }))).toEqual({ messages: 5 });
    expect((await box.post(`${API}/burst`, { kind: 'one' })).status).toBe(409);
    await expect.poll(() => told().length).toBe(1);
    for (let sent = 2; sent <= 5; sent += 1) {
      box.clock.advance(800);
      await expect.poll(() => told().length).toBe(sent);
    }
    expect(new Set(told())).toEqual(new Set(['xiaomei']));
    const said = box.sink.events.map((e) => (e.kind === 'message' ? e.text : ''));
    expect([said[0], said[4], new Set(said).size]).toEqual(['在吗', '麻烦快点回一下', 5]);
    await expect.poll(async () => (await box.post(`${API}/burst`, { kind: 'one', user: 'lilei' })).status).toBe(404);
    expect((await box.post(`${API}/burst`, { kind: 'two' })).status).toBe(400);
  });
});
