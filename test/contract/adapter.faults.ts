import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressKey, appKey } from '../../src/domain/address.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { manualClock } from '../support/clock.ts';
import { faulty, settlePast, type Fault, type Faulty } from '../support/faulty.ts';
import { aBench, aMessage, aStore, type Bench } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';
import type { AdapterUnderTest, PlatformMessage } from './adapter.contract.ts';

const html = '<html><body>502 Bad Gateway</body></html>';
const malformed = (() => {
  try {
    return JSON.parse(html) as Error;
  } catch (error) {
    return error instanceof Error ? error : new Error('unreachable');
  }
})();

/** Faults after which what was sent is repeated until it has arrived. */
const FAULTS: readonly (readonly [string, Fault])[] = [
  [
    'an error of the program',
    { fault: 'throws', error: new TypeError("Cannot read properties of undefined (reading 'id')") },
  ],
  ['a page instead of an answer', { fault: 'throws', error: malformed }],
  ['nothing as an answer', { fault: 'garbage', answer: undefined }],
  ['an answer without an id', { fault: 'garbage', answer: { ok: true } }],
  ['an id that is no text', { fault: 'garbage', answer: { id: 42 } }],
  ['an answer after the deadline', { fault: 'late', ms: 12_000 }],
  ['a slow answer', { fault: 'late', ms: 4_000 }],
  ['no answer', { fault: 'never' }],
  ['an answer that is lost', { fault: 'lost' }],
  ['a refusal for the moment', { fault: 'refused', failure: 'retryable' }],
  ['a rate limit with a delay', { fault: 'refused', failure: 'rate-limited', retryAfterMs: 7_000 }],
  ['a rate limit without one', { fault: 'refused', failure: 'rate-limited' }],
  ['refused credentials', { fault: 'refused', failure: 'auth' }],
  ['the same twice', { fault: 'twice' }],
];

const MINUTE_MS = 60_000;

/** What delivery keeps on any platform, whatever its calls meet; asserted on what the emulator stored. */
export function adapterFaults(name: string, make: () => Promise<AdapterUnderTest>): void {
  describe(`delivery over faults: ${name}`, () => {
    let on: Awaited<ReturnType<typeof aStore>>;
    let under: AdapterUnderTest;
    let platform: Faulty;
    let bench: Bench;
    let turn = 0;
    beforeAll(async () => {
      on = await aStore();
    });
    afterAll(() => on.close());
    beforeEach(async () => {
      await on.empty();
      turn += 1;
      under = await make();
      const clock = manualClock();
      platform = faulty(under.adapter, clock);
      bench = aBench(on.store, { process: `p${turn}`, ...wiring() }, [], {}, clock);
    });
    afterEach(() => under.close());

    /** One team in the emulator's group, whose people have no direct chats. */
    const wiring = () => {
      const { group, adapter } = under;
      const plain = aDirectory();
      const [team] = plain.teams.values();
      const people = [aPerson('zhou', '周总', { roles: ['manager'], teams: [], direct: [] })];
      const directory = aDirectory({
        people: new Map(people.map((p) => [p.id, p])),
        teams: new Map(team === undefined ? [] : [[team.id, { ...team, groups: [group], categories: [] }]]),
        groups: new Map([[addressKey(group), team?.id ?? '']]),
        shops: new Map([['tea', { id: 'tea', name: '山间茶铺', apps: [`${adapter.platform}/${adapter.app}`] }]]),
      });
      return { directory: () => directory, adapters: new Map([[appKey(group), platform.adapter]]) };
    };

    const advance = (ms: number): void => {
      under.advance(ms);
      bench.clock.advance(ms);
    };
    const settle = (): Promise<void> => settlePast(bench.flow, platform, advance);
    const passes = async (ms: number, step = 1_000): Promise<void> => {
      for (let left = ms; left > 0; left -= step) {
        advance(step);
        await settle();
      }
    };
    /** Until nothing waits any more. */
    const drained = async (): Promise<void> => {
      await settle();
      for (let i = 0; i < 200 && (await on.store.outbox.nextMoment(appKey(under.group))) !== null; i += 1)
        await passes(5_000, 5_000);
      expect(await on.store.outbox.nextMoment(appKey(under.group))).toBeNull();
      expect(await on.store.outbox.deadLetters(10)).toEqual([]);
    };

    const talk = () => under.customer?.address ?? { ...under.group, conversation: 'elsewhere' };
    const ticketNow = async () => {
      const [row] = await on.store.tickets.list({}, 1);
      const ticket = await on.store.tickets.load(row?._id ?? '');
      if (ticket === null) throw new Error('no ticket');
      return ticket;
    };
    async function writes(text: string, who = under.customer?.user ?? 'somebody'): Promise<void> {
      const { platform: from, app, conversation } = talk();
      const event = aMessage(bench.clock, `fault-${turn}-${text}`, text);
      await bench.flow.sink.accept({
        ...event,
        platform: from,
        app,
        conversation: { id: conversation, kind: 'customer' },
        sender: { id: who, name: '小美' },
      });
      await settle();
    }
    let causes = 0;
    async function does(intent: Intent): Promise<void> {
      causes += 1;
      const actor = { kind: 'person', id: 'zhou', name: '周总' } as const;
      const { outcome } = await bench.flow.perform((await ticketNow())._id, intent, {
        actor,
        cause: `fault-${causes}`,
      });
      expect(outcome).toBe('done');
    }
    async function replies(text: string): Promise<void> {
      const ticket = await ticketNow();
      const message = {
        _id: `${turn}-${text}`,
        ticket: ticket._id,
        direction: 'out',
        author: { kind: 'person', id: 'zhou', name: '周总' },
        body: { text, attachments: [] },
        address: talk(),
        platformId: null,
        state: 'held',
        at: bench.clock.now(),
      } as const;
      await on.store.messages.add([message]);
      await does({ type: 'reply', message: message._id, sure: true });
      await settle();
    }

    const cards = async (): Promise<readonly PlatformMessage[]> =>
      (await under.read(under.group, under.members[0])).filter((m) => m.card?.title.startsWith('T-') === true);
    const heard = async (): Promise<readonly string[]> => {
      if (under.customer === null) return [];
      return (await under.read(under.customer.address, under.customer.user)).map((m) => m.text ?? '');
    };

    const leftTheList = async (): Promise<boolean> => {
      const surfaces = await on.store.surfaces.ofTicket((await ticketNow())._id);
      const inGroup = surfaces.filter((s) => s.address.conversation === under.group.conversation);
      return inGroup.length > 0 && inGroup.every(({ state }) => state === 'off');
    };

    /**
     * What is not as it should be: the group shows the ticket as it is, and the customer has read everything in order. A card that can never
     * be changed is not posted again for what it does not show, and what knows no keys may say the same twice in a row.
     */
    async function wrong(said: readonly string[]): Promise<readonly string[]> {
      const { cardVersion } = await ticketNow();
      const shown = await cards();
      const can = under.adapter.capabilities(under.group);
      const problems: string[] = [];
      // Whoever has it has its card: what left the group's list before its turn came never stands there.
      const isShown = can.update === false ? shown.length > 0 : shown.at(-1)?.version === cardVersion;
      if (!isShown && !(await leftTheList())) problems.push(`shows ${shown.at(-1)?.version} of ${cardVersion}`);
      if (can.idempotentSend && can.update && shown.length !== 1) problems.push(`${shown.length} cards`);
      if (under.customer === null) return problems;
      const isOnce = under.adapter.capabilities(under.customer.address).idempotentSend;
      const read = await heard();
      const [acknowledged = '', ...told] = isOnce ? read : read.filter((text, i) => text !== read[i - 1]);
      if (!acknowledged.includes('已收到') || told.join('\n') !== said.join('\n'))
        problems.push(`the customer read: ${read.join(' / ')}`);
      return problems;
    }

    async function story(meets: () => void): Promise<void> {
      meets();
      await writes('不合适，要退货');
      await passes(3_000);
      meets();
      await does({ type: 'claim' });
      await replies('马上处理');
      await replies('已经寄出');
      await does({ type: 'prioritise', priority: 'high' });
      await passes(10_000);
      meets();
      await does({ type: 'tag', add: ['x'], remove: [] });
    }

    /** What a platform can be asked to do twice only when it tells the two apart. */
    const isAbout = ({ fault }: Fault): boolean =>
      fault !== 'twice' || under.adapter.capabilities(under.group).idempotentSend;

    it.each(FAULTS)('%s: the last version arrives, nothing is doubled, lost or out of order', async (_name, fault) => {
      if (!isAbout(fault)) return;
      await story(() => {
        for (const { conversation } of [under.group, talk()]) platform.nextAt(conversation, fault);
      });
      await drained();
      expect(await wrong(['马上处理', '已经寄出'])).toEqual([]);
    });

    it.each(FAULTS)('%s for three minutes: everything arrives once it is over', async (_name, fault) => {
      if (!isAbout(fault)) return;
      platform.always(fault);
      await story(() => undefined);
      await passes(3 * MINUTE_MS, 6_000);
      platform.always(null);
      await passes(2 * MINUTE_MS, 6_000);
      await drained();
      expect(await wrong(['马上处理', '已经寄出'])).toEqual([]);
      expect(bench.flow.down()).toEqual([]);
    });

    it('what is dropped in silence comes back with the next change', async () => {
      if (!under.adapter.capabilities(under.group).update) return;
      // Whatever is said once, that nobody is on duty, has been said by then.
      await writes('杯子碎了');
      await passes(5_000);
      const before = platform.calls.length;
      platform.nextAt(under.group.conversation, { fault: 'dropped' });
      await writes('不合适，要退货', 'somebody-else');
      await does({ type: 'claim' });
      await drained();
      expect((await cards()).at(-1)?.version).toBe((await ticketNow()).cardVersion);
      // The one that never arrived, and the one that took its place.
      const posted = platform.calls
        .slice(before)
        .filter((c) => c.method === 'send' && c.conversation === under.group.conversation);
      expect(posted).toHaveLength(2);
      platform.nextAt(under.group.conversation, { fault: 'dropped' });
      await does({ type: 'tag', add: ['x'], remove: [] });
      await settle();
      await does({ type: 'prioritise', priority: 'high' });
      await drained();
      expect((await cards()).at(-1)?.version).toBe((await ticketNow()).cardVersion);
    });

    it('no error of the adapter leaves words of a customer or of ours in the outbox', async () => {
      platform.always({ fault: 'throws', error: new Error('不合适，要退货 token=xoxb-123') });
      await story(() => undefined);
      const rows = await on.store.connection.collection('outbox').find({}).toArray();
      expect(JSON.stringify(rows.map((row) => row['error'] ?? ''))).not.toMatch(/退货|xoxb/u);
      expect(JSON.stringify(rows.map((row) => row['error'] ?? ''))).toContain('the adapter threw Error');
    });
  });
}
