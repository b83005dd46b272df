import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fallback } from '../../cards/fallback.ts';
import { openDesk, words, type Desk } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

let desk: Desk;
let no = 0;
let surface = '';
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 40 }) });
  await desk.writes('k1', '杯子碎了');
  no = Number(/T-(\d+)/u.exec(words((await desk.sees('k1', 'c-k1'))[1] ?? null))?.[1]);
  surface = (await desk.card('lilei', 'g-aftersale', no)).surface ?? '';
});
afterAll(() => desk.stop());

const COLLECTIONS = [
  'tickets',
  'inbox',
  'outbox',
  'messages',
  'notes',
  'surfaces',
  'joins',
  'sandbox_messages',
  'sandbox_outcomes',
];
/** How much there is of everything: what was refused leaves no trace. */
const traces = async (): Promise<readonly number[]> =>
  Promise.all(COLLECTIONS.map((name) => desk.store.connection.collection(name).countDocuments()));
const raw = async (path: string, body: string, type = 'application/json') =>
  desk.request(path, { method: 'POST', headers: { 'content-type': type }, body });

const message = { conversation: 'c-k1', user: 'k1', text: '你好', attachments: [], quote: null, clientId: 'x' };
const action = () => ({
  surface,
  user: 'lilei',
  command: 'note',
  args: { ticket: String(no), text: '好' },
  version: 1,
  clientId: 'y',
  conversation: 'd-lilei',
});

/** Wrong in every field there is. */
const WRONG: readonly unknown[] = [
  { $gt: '' },
  { $where: 'sleep(1000)' },
  [{ $ne: null }],
  'x\u0000y',
  'z'.repeat(100_000),
  '\uD800',
  -1.5,
];

describe('a wrong value is refused by the name of its field and leaves no trace', () => {
  const cases = [
    ...Object.keys(message).map((field) => ['/sandbox/api/messages', field] as const),
    ...['surface', 'user', 'command', 'args', 'version', 'clientId', 'conversation', 'args.text', 'args.ticket'].map(
      (field) => ['/sandbox/api/actions', field] as const,
    ),
  ];
  it.each(cases)('%s %s', async (path, field) => {
    const before = await traces();
    for (const value of WRONG) {
      const good: Record<string, unknown> = path.endsWith('messages') ? { ...message } : { ...action() };
      const [outer = '', inner] = field.split('.');
      // A number as the value of a parameter is as good as its text.
      if (inner !== undefined && typeof value === 'number') continue;
      const bad =
        inner === undefined
          ? { ...good, [outer]: value }
          : { ...good, [outer]: { ...Object(good[outer]), [inner]: value } };
      const response = await raw(path, JSON.stringify(bad));
      const problem = (await response.json()) as { status: number; errors: { field: string }[] };
      expect([response.status, [...new Set(problem.errors.map((e) => e.field.split('.')[0]))]]).toEqual([
        expect.toSatisfy((status: number) => status === 400 || status === 404 || status === 403),
        [outer],
      ]);
    }
    expect(await traces()).toEqual(before);
  });

  it.each([
    ['broken JSON', '{"conversation": "c-k1", "user', 400],
    ['no JSON at all', 'conversation=c-k1', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['deeply nested', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, 400],
    ['an unknown field', JSON.stringify({ ...message, admin: true }), 400],
    ['__proto__', '{"conversation":"c-k1","user":"k1","text":"x","__proto__":{"role":"admin"}}', 400],
    ['10 MB', JSON.stringify({ ...message, text: 'x'.repeat(10 * 1024 * 1024) }), 413],
  ])('%s', async (_what, body, status) => {
    const before = await traces();
    expect((await raw('/sandbox/api/messages', body)).status).toBe(status);
    expect((await raw('/sandbox/api/messages', body, 'text/plain')).status).toBe(415);
    expect(await traces()).toEqual(before);
    expect((await desk.request('/healthz')).status).toBe(200);
  });

  it.each(['__proto__', 'constructor', 'toString', '../../etc/passwd', '$where', 'a.b', ' '])(
    'ids like %j name nobody',
    async (id) => {
      const before = await traces();
      for (const body of [
        { ...message, user: id },
        { ...message, conversation: id },
        { ...message, quote: id },
      ])
        expect((await raw('/sandbox/api/messages', JSON.stringify(body))).status).toBeGreaterThanOrEqual(400);
      for (const body of [
        { ...action(), user: id },
        { ...action(), surface: id },
        { ...action(), surface: null, conversation: id },
      ])
        expect((await raw('/sandbox/api/actions', JSON.stringify(body))).status).toBeGreaterThanOrEqual(400);
      expect(
        (await desk.request(`/sandbox/api/conversations/${encodeURIComponent(id)}/messages?user=lilei`)).status,
      ).toBe(404);
      expect(await traces()).toEqual(before);
    },
  );

  it('verbs and values that are no words of ours change nothing', async () => {
    const before = await desk.store.tickets.byNumber(no);
    for (const [command, args] of [
      ['constructor', {}],
      ['claim', { ticket: 'T-4800; drop' }],
      ['claim', { ticket: '1e9' }],
      ['claim', { ticket: '-1' }],
      ['priority', { ticket: String(no), priority: 'constructor' }],
      ['category', { ticket: String(no), category: '__proto__' }],
      ['assign', { ticket: String(no), person: 'toString' }],
      ['note', { ticket: String(no), text: 'x', constructor: 'y' }],
      ['undo', { ticket: String(no), seq: '9'.repeat(30) }],
    ] as const) {
      const { status, body } = await desk.posts('/sandbox/api/actions', { user: 'chenjing', command, args });
      expect(status).toBeLessThan(500);
      // Refused by name, or answered in words.
      expect(JSON.stringify(body)).toMatch(/"text"|"card"|"errors":\[\{"field"/u);
    }
    expect(await desk.store.tickets.byNumber(no)).toEqual(before);
    expect(await desk.store.inbox.counts()).toEqual({ open: 0, parked: 0 });
  });
});

describe('strange words are words', () => {
  const STRANGE: readonly string[] = [
    '@所有人 杯子碎了',
    '<!channel> <@U123> broken cup',
    '[点这里](https://evil.example) 杯子碎了',
    '{"$where": "1"} __proto__ ${7*7} {{constructor}}',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '👨‍👩‍👧‍👦🇨🇳👍🏽 杯子碎了 ❤️',
    'مرحبا \u202Eאבג\u202C 杯子',
    '\u0007\u001B[31m\u200B\u2066杯子碎了',
    'z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309 zalgo',
    '　　\n\n\t\r\n 。。。',
    '杯'.repeat(20_000),
    '\u{10FFFF}'.repeat(5_000),
    '%s%n%x ../../ \\u0000 \\',
    '0',
  ];
  it.each(STRANGE.map((text, i) => [i, text.slice(0, 20), text] as const))('%i %j', async (i, _head, text) => {
    const user = `k${i + 2}`;
    await desk.writes(user, text);
    // What has no words at all waits for some before it becomes a ticket.
    await desk.passes(60_000);
    const seen = await desk.sees(user, `c-${user}`);
    expect(seen[0]?.text).toBe(text);
    const told = seen.filter((m) => m.from === 'bot').map(words);
    const number = Number(/T-(\d+)/u.exec(told.join('\n'))?.[1]);
    const ticket = await desk.store.tickets.byNumber(number);
    const group = ticket?.team === 'logistics' ? 'g-logistics' : 'g-aftersale';
    const lead = ticket?.team === 'logistics' ? 'sunwei' : 'chenjing';
    const { card } = await desk.card(lead, group, number);
    if (card === undefined) throw new Error('no card');
    expect(fallback(card)).not.toMatch(/@所有人|<!|<@|\]\(|<script|[\u202A-\u202E\u2066-\u2069]/u);
    expect(fallback(card).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(card.title.length).toBeLessThan(120);
    // It is answered as any other.
    await desk.types(lead, `回复 ${number} ${text.slice(0, 500)}`);
    await desk.passes(6_000);
    expect(await desk.store.inbox.counts()).toEqual({ open: 0, parked: 0 });
    expect(await desk.store.outbox.countDead()).toBe(0);
  });

  it.each(STRANGE.slice(0, 9))('as a verb: %j', async (text) => {
    const { status, answer } = await desk.types('lilei', text.slice(0, 4_000));
    expect(status).toBe(202);
    expect(words(answer)).not.toBe('');
  });
});
