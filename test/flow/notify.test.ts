import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountKey } from '../../src/domain/address.ts';
import type { Directory } from '../../src/domain/directory.ts';
import { PUBLIC_EVENTS, type PublicEvent } from '../../src/domain/public-event.ts';
import type { Subscription } from '../../src/domain/subscription.ts';
import { rotateHookSecret } from '../../src/flow/hook-secrets.ts';
import { hookQueues } from '../../src/flow/hook-queues.ts';
import { withoutSecret } from '../../src/flow/notify.ts';
import type { Parts } from '../../src/flow/parts.ts';
import { say } from '../../src/text/text.ts';
import { hookPayload } from '../../src/webhooks/payload.ts';
import type { Letter, PostAnswer } from '../../src/webhooks/post.ts';
import { aBench, aStore, type Bench } from '../support/flow.ts';
import { aDirectory, aPerson, zh } from '../support/tickets.ts';
import { signatureFault } from '../support/signature.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let posted: { letter: Letter; at: number }[] = [];
/** What receivers answer, by URL; 200 where nothing is said. */
const answers = new Map<string, () => Promise<PostAnswer> | PostAnswer>();
let secret = '';
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  posted = [];
  answers.clear();
  bench = opens(aSubscription('erp'));
  ({ secret } = await rotateHookSecret(bench.parts, 'out:erp'));
});

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const aSubscription = (id: string, more: Partial<Subscription> = {}): Subscription => ({
  id,
  url: `https://${id}.example/`,
  events: new Set(PUBLIC_EVENTS),
  shops: [],
  private: false,
  ...more,
});

function withAdmin(subscriptions: readonly Subscription[]): Directory {
  const directory = aDirectory({ subscriptions: new Map(subscriptions.map((s) => [s.id, s])) });
  const admin = aPerson('gaoyuan', '高远', { roles: ['admin'], teams: [] });
  const account = accountKey({ platform: 'sandbox', app: 'demo', user: admin.id });
  return {
    ...directory,
    people: new Map([...directory.people, [admin.id, admin]]),
    accounts: new Map([...directory.accounts, [account, admin.id]]),
  };
}

let processes = 0;
function opens(...subscriptions: Subscription[]): Bench {
  const directory = withAdmin(subscriptions);
  processes += 1;
  const more: Partial<Parts> = { directory: () => directory, process: `p${processes}` };
  const opened = aBench(on.store, {
    ...more,
    postWebhook: async (letter) => {
      posted.push({ letter, at: opened.clock.now().getTime() });
      return (await answers.get(letter.url)?.()) ?? { status: 200 };
    },
  });
  return opened;
}

const bodyOf = ({ letter }: (typeof posted)[number]) => hookPayload.parse(JSON.parse(letter.body.toString()));
const types = (): readonly PublicEvent[] => posted.map((p) => bodyOf(p).type);
const rows = () => on.store.hookDeliveries.newest(null, 100);
const states = async () => (await rows()).map((row) => row.state);
const stateOf = async (id = 'erp') => (await on.store.hookStates.all()).find((s) => s._id === id);
const told = (): readonly string[] =>
  bench.adapter.calls
    .filter((c) => c.conversation === 'direct:gaoyuan')
    .map((c) => (c.message.type === 'card' ? c.message.card.summary : c.message.text));
/** Time passes in steps, as the loops look. */
async function passes(ms: number, step: number): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    bench.clock.advance(Math.min(left, step));
    await bench.flow.settle();
  }
}

/** Time passes until the first row that waits may go. */
async function passesUntilNext(): Promise<void> {
  const waiting = (await rows()).filter((row) => row.state === 'pending').map((row) => row.nextAt.getTime());
  bench.clock.advance(Math.max(0, Math.min(...waiting) - bench.clock.now().getTime()));
  await bench.flow.settle();
}

describe('what happens to a ticket', () => {
  it('is told under its public name, signed, masked, as the schema has it', async () => {
    await bench.writes('订单 281234567890123456 的杯子碎了，电话 13812345678');
    const [ticket] = await on.store.tickets.list({}, 1);
    const who = { actor: { kind: 'person', id: 'lilei', name: '李雷' }, cause: 'r\nclaim' } as const;
    await bench.flow.perform(ticket?._id ?? '', { type: 'claim' }, who);
    await bench.flow.settle();
    expect(types()).toEqual(['ticket.opened', 'ticket.claimed']);
    const [opened, claimed] = posted.map(bodyOf);
    expect(opened?.ticket).toMatchObject({
      no: `T-${ticket?.number}`,
      shop: 'tea',
      facts: { order: '281234567890123456', phone: '138****5678' },
    });
    expect(JSON.stringify(posted.map(({ letter }) => letter.body.toString()))).not.toMatch(/13812345678|xiaomei|小美/u);
    expect(opened?.event.actor).toEqual({ kind: 'customer' });
    expect(claimed?.ticket).toMatchObject({ status: 'in_progress', assignee: 'lilei' });
    expect(claimed?.event).toEqual({
      seq: 2,
      type: 'ticket.claimed',
      actor: { kind: 'person', id: 'lilei', name: '李雷' },
      cause: 'r/claim',
      data: { by: 'lilei', to: 'in_progress' },
    });
    const [{ letter }] = posted as [(typeof posted)[number]];
    expect([letter.url, letter.private]).toEqual(['https://erp.example/', false]);
    const header = letter.headers['X-Gongdan-Signature'];
    expect(signatureFault(header, [secret], bench.clock.now(), letter.body)).toBeNull();
    expect(await states()).toEqual(['done', 'done']);
  });

  it('is told to those who want it, of the shops they want it of', async () => {
    bench = opens(
      aSubscription('all'),
      aSubscription('claims', { events: new Set(['ticket.claimed']) }),
      aSubscription('elsewhere', { shops: ['coffee'] }),
      aSubscription('tea', { shops: ['tea', 'coffee'] }),
    );
    for (const id of ['all', 'claims', 'elsewhere', 'tea'] as const) await rotateHookSecret(bench.parts, `out:${id}`);
    await bench.writes('杯子碎了');
    expect(posted.map(({ letter }) => letter.url).toSorted()).toEqual(['https://all.example/', 'https://tea.example/']);
    expect(new Set(posted.map((p) => bodyOf(p).id)).size).toBe(2);
  });

  it('is told to nobody where nobody is subscribed: the ticket bears nothing of it', async () => {
    bench = opens();
    await bench.flow.sink.accept({
      kind: 'message',
      platform: 'sandbox',
      app: 'demo',
      id: 'alone',
      conversation: { id: 'customer:xiaomei', kind: 'customer' },
      sender: { id: 'xiaomei', name: '小美' },
      receivedAt: bench.clock.now(),
      text: '杯子碎了',
      attachments: [],
      addressed: true,
    });
    const [ticket] = await on.store.tickets.unrelayed(1);
    expect(new Set(ticket?.pending.map((e) => e.kind))).toEqual(new Set(['draw', 'say']));
    await bench.flow.settle();
    expect([await rows(), posted]).toEqual([[], []]);
  });

  it('waits while the subscription has no secret', async () => {
    await on.store.connection.collection('hook_secrets').deleteMany({});
    await bench.writes('杯子碎了');
    await passes(48 * HOUR, 12 * HOUR);
    expect(posted).toEqual([]);
    expect(await withoutSecret(bench.parts)).toEqual(['erp']);
    await rotateHookSecret(bench.parts, 'out:erp');
    expect(await withoutSecret(bench.parts)).toEqual([]);
    await bench.flow.settle();
    expect(types()).toEqual(['ticket.opened']);
  });

  it('is signed with both secrets during a rotation', async () => {
    const fresh = await rotateHookSecret(bench.parts, 'out:erp');
    await bench.writes('杯子碎了');
    const [{ letter }] = posted as [(typeof posted)[number]];
    for (const good of [secret, fresh.secret])
      expect(signatureFault(letter.headers['X-Gongdan-Signature'], [good], bench.clock.now(), letter.body)).toBeNull();
  });
});

describe('a receiver that fails', () => {
  it('is tried again after 5 s, then at doubling distances up to half an hour, with the same words under a fresh signature', async () => {
    answers.set('https://erp.example/', () => ({ status: 503 }));
    await bench.writes('杯子碎了');
    for (let i = 0; i < 25; i += 1) await passesUntilNext();
    const gaps = posted.slice(1).map(({ at }, i) => at - (posted[i]?.at ?? 0));
    for (const [i, gap] of gaps.entries()) {
      const most = Math.min(5 * SECOND * 2 ** i, 30 * MINUTE);
      expect(gap).toBeGreaterThanOrEqual(most / 2);
      expect(gap).toBeLessThanOrEqual(most);
    }
    expect(gaps).toHaveLength(25);
    expect(new Set(posted.map(({ letter }) => letter.body.toString())).size).toBe(1);
    expect(new Set(posted.map(({ letter }) => letter.headers['X-Gongdan-Signature'])).size).toBe(posted.length);
    const [row] = await rows();
    expect(row?.tries).toHaveLength(20);
    expect(row?.tries.at(-1)).toMatchObject({ status: 503 });
    answers.clear();
    await passesUntilNext();
    expect(await states()).toEqual(['done']);
    expect((await stateOf())?.failingSince).toBeNull();
  });

  it('of one notice alone is given that up after a day; sent again it has the same id and the same words', async () => {
    const bad = { id: '' };
    answers.set('https://erp.example/', () => {
      const id = posted.slice(-1).map((p) => bodyOf(p).id)[0] ?? '';
      bad.id ||= id;
      return id === bad.id ? { status: 500 } : { status: 200 };
    });
    await bench.writes('杯子碎了');
    const [ticket] = await on.store.tickets.list({}, 1);
    for (let i = 0; i < 13; i += 1) {
      await passes(2 * HOUR, 10 * MINUTE);
      const who = { actor: { kind: 'system', name: 's' }, cause: `tag-${i}` } as const;
      await bench.flow.perform(ticket?._id ?? '', { type: 'tag', add: [`t${i}`], remove: [] }, who);
      await bench.flow.settle();
    }
    const dead = (await rows()).filter((row) => row.state === 'dead');
    expect(dead.map((row) => row._id)).toEqual([bad.id]);
    expect((await stateOf())?.paused).toBeNull();
    expect(told()).toEqual([]);
    const first = posted.find((p) => bodyOf(p).id === bad.id)?.letter.body.toString();
    answers.clear();
    expect(await on.store.hookDeliveries.replayDead('erp', bench.clock.now())).toBe(1);
    await bench.flow.settle();
    expect(posted.at(-1)?.letter.body.toString()).toBe(first);
    expect(new Set(await states())).toEqual(new Set(['done']));
    expect(await on.store.hookDeliveries.replay([bad.id, 'nothing'], bench.clock.now())).toBe(1);
    await bench.flow.settle();
    expect(posted.findLast((p) => bodyOf(p).id === bad.id)?.letter.body.toString()).toBe(first);
    expect(posted.filter((p) => bodyOf(p).id === bad.id).length).toBeGreaterThan(2);
  });

  it('says that it is gone is paused at once; the admins read it, and what waits goes out when it is resumed', async () => {
    answers.set('https://erp.example/', () => ({ status: 410 }));
    await bench.writes('杯子碎了');
    expect(posted).toHaveLength(1);
    expect((await stateOf())?.paused?.reason).toBe('gone');
    const params = { subscription: 'erp', reason: 'gone', since: new Date(posted[0]?.at ?? 0), last: '410' } as const;
    expect(told()).toEqual([say({ key: 'subscription.paused', params }, zh)]);
    await bench.writes('碟子也碎了');
    await passes(72 * HOUR, 12 * HOUR);
    expect([posted.length, told().length]).toEqual([1, 1]);
    expect(await states()).toEqual(['pending', 'pending']);
    expect(await hookQueues(bench.parts, on.store)).toEqual([
      { subscription: 'erp', pending: 2, oldestMs: 72 * HOUR, paused: true },
    ]);
    expect(bench.alarms.map((a) => a.what)).toContain('hook-paused');
    answers.clear();
    expect(await on.store.hookStates.resume('erp')).toBe(true);
    await on.store.hookDeliveries.resume('erp', bench.clock.now());
    await bench.flow.settle();
    expect(await states()).toEqual(['done', 'done']);
    expect(await on.store.hookStates.resume('erp')).toBe(false);
  });

  it('is still unwell when it is resumed has a day again before anything else happens', async () => {
    answers.set('https://erp.example/', () => ({ failure: 'timeout' }));
    await bench.writes('杯子碎了');
    for (let i = 0; (await stateOf())?.paused == null && i < 100; i += 1) await passesUntilNext();
    const day = bench.clock.now().getTime() - (posted[0]?.at ?? 0);
    expect(day).toBe(24 * HOUR);
    expect(told()).toEqual([expect.stringContaining('10 秒内没有回应')]);
    await on.store.hookDeliveries.resume('erp', bench.clock.now());
    await on.store.hookStates.resume('erp');
    await passes(23 * HOUR, 20 * MINUTE);
    expect([await states(), (await stateOf())?.paused]).toEqual([['pending'], null]);
    await passes(2 * HOUR, 20 * MINUTE);
    expect([await states(), (await stateOf())?.paused?.reason]).toEqual([['pending'], 'failing']);
    expect(told()).toHaveLength(2);
  });

  it('hangs holds four posts of its own and nobody else', async () => {
    bench = opens(aSubscription('erp'), aSubscription('wms'));
    await rotateHookSecret(bench.parts, 'out:wms');
    const hanging: ((answer: PostAnswer) => void)[] = [];
    const four = new Promise<void>((resolve) => {
      answers.set('https://erp.example/', () => {
        if (hanging.length === 3) resolve();
        return new Promise((r) => hanging.push(r));
      });
    });
    for (let i = 0; i < 10; i += 1) await writesAlone(`k${i}`);
    const settled = bench.flow.settle();
    await four;
    bench.clock.advance(SECOND);
    await settled;
    const to = (id: string): number => posted.filter(({ letter }) => letter.url === `https://${id}.example/`).length;
    expect([to('erp'), to('wms')]).toEqual([4, 10]);
    answers.clear();
    for (const answer of hanging) answer({ failure: 'timeout' });
    await passes(MINUTE, SECOND);
    expect(new Set(await states())).toEqual(new Set(['done']));
  });
});

async function writesAlone(customer: string): Promise<void> {
  await bench.flow.sink.accept({
    kind: 'message',
    platform: 'sandbox',
    app: 'demo',
    id: `m-${customer}`,
    conversation: { id: `customer:${customer}`, kind: 'customer' },
    sender: { id: customer, name: customer },
    receivedAt: bench.clock.now(),
    text: '杯子碎了',
    attachments: [],
    addressed: true,
  });
}

describe('processes', () => {
  it('that look at the same moment send each notice once', async () => {
    for (let i = 0; i < 12; i += 1) await writesAlone(`k${i}`);
    const other = opens(aSubscription('erp'));
    await Promise.all([bench.flow.settle(), other.flow.settle()]);
    await Promise.all([bench.flow.settle(), other.flow.settle()]);
    expect(posted).toHaveLength(12);
    expect([...bench.alarms, ...other.alarms]).toEqual([]);
    expect(new Set(posted.map((p) => bodyOf(p).id)).size).toBe(12);
  });

  it('that die while they send are followed half a minute later, with the same words', async () => {
    const sent = new Promise<void>((resolve) => {
      answers.set('https://erp.example/', () => {
        resolve();
        return new Promise(() => undefined);
      });
    });
    await writesAlone('k1');
    const dying = bench.flow.settle();
    await sent;
    bench.clock.advance(SECOND);
    await dying;
    answers.clear();
    bench = opens(aSubscription('erp'));
    bench.clock.advance(20 * SECOND);
    await bench.flow.settle();
    expect(posted).toHaveLength(1);
    bench.clock.advance(10 * SECOND);
    await bench.flow.settle();
    expect(posted).toHaveLength(2);
    expect(posted[1]?.letter.body.toString()).toBe(posted[0]?.letter.body.toString());
    expect(await states()).toEqual(['done']);
  });

  it('that die before a ticket is relieved of what it tells say it once all the same', async () => {
    await writesAlone('k1');
    const pull = (): Promise<void> => Promise.reject(new Error('killed'));
    const store = { ...on.store, tickets: { ...on.store.tickets, pull } };
    await expect(aBench(store, { ...bench.parts, store }).flow.settle()).rejects.toThrow('killed');
    expect(await rows()).toHaveLength(1);
    await bench.flow.settle();
    expect([(await rows()).length, posted.length]).toEqual([1, 1]);
  });
});
