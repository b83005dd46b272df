import { performance } from 'node:perf_hooks';
import type { InboundEvent } from '../adapters/adapter.ts';
import { addressKey } from '../src/domain/address.ts';
import { isUrgent } from '../src/domain/surge.ts';
import { faultsOf } from '../src/flow/ledger.ts';
import { listOf } from '../src/storage/surfaces.ts';
import { most } from '../test/support/limits.ts';
import { watchBoards, type Boards } from './boards.ts';
import { dingtalk, slack, wecom } from './platforms.ts';
import { seeded } from './random.ts';
import { openVirtual, type Call, type Virtual } from './virtual.ts';

// A promotion in virtual time: `npm run bench -- surge [tickets] [seconds of the rush]`. Six groups with the true limits of three
// platforms; agents claim from what they see. Everything printed was counted by the emulated platform or read from the store.

const TICKETS = Number(process.argv[2] ?? 10_000);
const RUSH_MS = Number(process.argv[3] ?? 60) * 1_000;
const AFTER_MS = 240_000;
const TICK_MS = 250;
const SAMPLE_MS = 15_000;
const AGENTS = 20;
/** An agent claims one ticket in this time, on the average. */
const CLAIM_MS = 15_000;
/** Every so many tickets one is urgent; no multiple of the number of groups, so that each has its part. */
const URGENT = 199;

const GROUPS = ['ding-1', 'ding-2', 'wecom-1', 'wecom-2', 'slack-1', 'slack-2'] as const;
/** Where a message stays as it was posted. */
const FIXED: readonly string[] = GROUPS.slice(2, 4);
const LIMITS = [...dingtalk(GROUPS.slice(0, 2)), ...wecom(FIXED), ...slack(GROUPS.slice(4, 6))];

const at = (conversation: string) => ({ platform: 'sandbox', app: 'sandbox', conversation });
const teamOf = (i: number): string => `team-${i % GROUPS.length}`;
const agentOf = (group: number, i: number): string => `a${group}-${i}`;

function shopFile(): string {
  const teams = Object.fromEntries(
    GROUPS.map((group, i) => [teamOf(i), { name: teamOf(i), categories: [`c${i}`], groups: { sandbox: group } }]),
  );
  const people = Object.fromEntries(
    GROUPS.flatMap((_, group) =>
      Array.from({ length: AGENTS }, (__, i) => {
        const id = agentOf(group, i);
        return [
          id,
          {
            name: id,
            roles: ['agent'],
            teams: [teamOf(group)],
            accounts: { sandbox: { user: id, direct: `d-${id}` } },
          },
        ];
      }),
    ),
  );
  return JSON.stringify({
    shops: { shop: { name: 'Shop', apps: ['sandbox'] } },
    teams,
    people,
    categories: Object.fromEntries(GROUPS.map((_, i) => [`c${i}`, { zh: `c${i}`, en: `c${i}` }])),
    triage: {
      defaults: false,
      rules: [
        { words: ['emergency'], priority: 'urgent' },
        ...GROUPS.map((_, i) => ({ words: [teamOf(i)], category: `c${i}` })),
      ],
    },
    sandbox: { customers: {} },
  });
}

let events = 0;
const base = (conversation: string, kind: 'customer' | 'group', user: string, now: Date) =>
  ({
    platform: 'sandbox',
    app: 'sandbox',
    id: `e${(events += 1)}`,
    conversation: { id: conversation, kind },
    sender: { id: user, name: user },
    receivedAt: now,
  }) as const;

const write = (i: number, now: Date): InboundEvent => {
  const urgent = i % URGENT === 7 ? 'emergency ' : '';
  const text = `${urgent}${teamOf(i)}: parcel ${i} has not moved`;
  return { ...base(`c-k${i}`, 'customer', `k${i}`, now), kind: 'message', text, attachments: [], addressed: true };
};

/** What an agent presses: a row of the newest boards they see, which may be taken already; else the next one. */
function press(seen: Boards, group: number, now: Date, random: () => number): InboundEvent {
  const conversation = GROUPS[group] ?? '';
  const user = agentOf(group, Math.floor(random() * AGENTS));
  const rows = seen.rows(conversation);
  const row = rows[Math.floor(random() * rows.length)];
  const invocation = row?.action?.invoke ?? { command: 'next', args: {} };
  return { ...base(conversation, 'group', user, now), kind: 'invoke', invocation };
}

function violations(calls: readonly Call[]): string[] {
  const out: string[] = [];
  const taken = calls.filter((c) => c.outcome === 'taken');
  for (const limit of LIMITS) {
    const about = taken.filter(
      (c) => limit.conversations?.includes(c.conversation) && (limit.method === 'any' || limit.method === c.method),
    );
    const lots =
      limit.per === 'app' || limit.per === 'ip'
        ? [about]
        : GROUPS.map((g) => about.filter((c) => c.conversation === g));
    for (const lot of lots) {
      const worst = most(
        lot.map((c) => c.at),
        limit.windowMs,
      );
      if (worst > limit.count) out.push(`${limit.name}: ${worst} of ${limit.count} in ${limit.windowMs} ms`);
    }
  }
  const refused = calls.filter((c) => c.outcome !== 'taken');
  return [...out, ...refused.map((c) => `${c.outcome} in ${c.conversation}`)];
}

interface Sample {
  readonly second: number;
  readonly waiting: number;
  readonly listed: number;
  readonly cards: number;
  readonly outbox: number;
  readonly faults: number;
}

async function sample(v: Virtual, second: number): Promise<Sample> {
  const rooms = await v.store.rooms.ofApp('sandbox\nsandbox');
  let listed = 0;
  for (const room of rooms) listed += await v.store.surfaces.countStanding(listOf(room._id));
  const unclaimed = await v.store.tickets.unclaimedFrom(new Date(0), TICKETS + 1);
  let faults = 0;
  let boards = 0;
  for (const ticket of unclaimed) {
    faults += (await faultsOf(v.parts, ticket)).length;
    if (ticket.pending.length > 0) faults += 1;
  }
  for (const room of rooms)
    for (const board of room.boards) boards += await v.store.surfaces.countStanding(`${room._id}\n${board.number}`);
  const [{ pending } = { pending: 0 }] = await v.store.outbox.counts(['sandbox\nsandbox']);
  return {
    second,
    waiting: listed,
    listed: boards,
    cards: unclaimed.length - listed - boards,
    outbox: pending,
    faults,
  };
}

const percentile = (all: readonly number[], share: number): number =>
  all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0;

const random = seeded(1);
const began = performance.now();
const v = await openVirtual(shopFile(), LIMITS, FIXED);
const seen = watchBoards(FIXED);
const samples: Sample[] = [];
const openedAt = new Map<number, number>();
let written = 0;
let followed = 0;
for (let now = 0; now <= RUSH_MS + AFTER_MS; now += TICK_MS) {
  const due = Math.min(TICKETS, Math.floor((TICKETS * Math.min(now, RUSH_MS)) / RUSH_MS));
  const lot: InboundEvent[] = [];
  for (; written < due; written += 1) {
    openedAt.set(written, v.clock.monotonic());
    lot.push(write(written, v.clock.now()));
  }
  for (let group = 0; group < GROUPS.length; group += 1)
    if (random() < (AGENTS * TICK_MS) / CLAIM_MS) lot.push(press(seen, group, v.clock.now(), random));
  await Promise.all(lot.map((event) => v.accept(event)));
  await v.flow.settle();
  seen.follow(v.calls.slice(followed));
  followed = v.calls.length;
  if (now % SAMPLE_MS === 0) samples.push(await sample(v, now / 1_000));
  v.clock.advance(TICK_MS);
}

const inGroups = v.calls.filter((c) => c.outcome === 'taken' && (GROUPS as readonly string[]).includes(c.conversation));
const firstSeen = new Map<number, number>();
const firstCard = new Map<number, number>();
for (const { at: moment, message } of inGroups) {
  if (message.type !== 'card') continue;
  const texts =
    message.card.kind === 'board'
      ? message.card.blocks.flatMap((b) => (b.type === 'list' ? b.items.map((i) => i.text) : []))
      : [message.card.title];
  for (const text of texts) {
    const i = Number(/parcel (\d+)/u.exec(text)?.[1]);
    if (!firstSeen.has(i)) firstSeen.set(i, moment);
    if (message.card.kind === 'ticket' && !firstCard.has(i)) firstCard.set(i, moment);
  }
}
const lagOf = (i: number, when: ReadonlyMap<number, number>): number | null => {
  const moment = when.get(i);
  return moment === undefined ? null : moment - (openedAt.get(i) ?? 0);
};
const all = Array.from({ length: TICKETS }, (_, i) => i);
const urgent = all.filter((i) => i % URGENT === 7);
const urgentLag = urgent.map((i) => lagOf(i, firstCard)).filter((ms) => ms !== null);
const seenLag = all.map((i) => lagOf(i, firstSeen)).filter((ms) => ms !== null);
const rows = await v.store.tickets.list({}, TICKETS + 1);
const claimed = rows.filter((t) => t.status !== 'new').length;
const openUrgent = rows.filter((t) => isUrgent(t)).length;
const wrong = violations(v.calls);
const rooms = await v.store.rooms.ofApp('sandbox\nsandbox');

const line = (...cells: readonly (string | number)[]): string => cells.map((c) => String(c).padStart(12)).join('');
const out = [
  line('second', 'in lists', 'on boards', 'own cards', 'outbox', 'faults'),
  ...samples.map((s) => line(s.second, s.waiting, s.listed, s.cards, s.outbox, s.faults)),
  '',
  `${rows.length} tickets in ${RUSH_MS / 1_000} s of virtual time, ${claimed} claimed by ${AGENTS * GROUPS.length} agents; ${((performance.now() - began) / 1_000).toFixed(0)} s of real time`,
  `limit violations: ${wrong.length}${wrong.length > 0 ? ` (${wrong.slice(0, 3).join('; ')})` : ''}`,
  `ledger faults over ${samples.length} samples: ${samples.reduce((sum, s) => sum + s.faults, 0)}`,
  `urgent tickets: ${openUrgent}, with a card of their own ${urgentLag.length}; message to card p50 / p99: ${percentile(urgentLag, 0.5)} / ${percentile(urgentLag, 0.99)} ms`,
  `tickets that a group has seen: ${seenLag.length}; lag p50 / p99: ${percentile(seenLag, 0.5)} / ${percentile(seenLag, 0.99)} ms; the others were counted on the boards`,
  `a board shows what changed on it after p50 / p99: ${Math.round(percentile(v.lags, 0.5))} / ${Math.round(percentile(v.lags, 0.99))} ms, over ${v.lags.length} drawings`,
  `messages to groups: ${inGroups.length}, of them new ${inGroups.filter((c) => c.method === 'send').length}; without coalescing ${rows.length + claimed}: ${((rows.length + claimed) / Math.max(1, inGroups.length)).toFixed(1)} times as many`,
  ...GROUPS.map((g) => {
    const own = inGroups.filter((c) => c.conversation === g);
    const room = rooms.find((r) => r._id === addressKey(at(g)));
    return `  ${g}: ${own.length} messages, most in a minute ${most(
      own.map((c) => c.at),
      60_000,
    )}, surge ${room?.surgeSince === null ? 'over' : 'on'}`;
  }),
];
process.stdout.write(`${out.join('\n')}\n`);
await v.stop();
