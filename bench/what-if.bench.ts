import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { apply } from '../src/domain/apply.ts';
import { system } from '../src/domain/actor.ts';
import { decide } from '../src/domain/decide.ts';
import type { Facts } from '../src/domain/decision.ts';
import type { Directory } from '../src/domain/directory.ts';
import { overridden } from '../src/domain/overrides.ts';
import { OPEN } from '../src/domain/status.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { openEmbedded } from '../src/embedded/embedded.ts';
import { openTickets } from '../src/flow/open-tickets.ts';
import { whatIf } from '../src/flow/what-if.ts';
import { parseShop } from '../src/shop/shop.ts';
import { openStore } from '../src/storage/store.ts';
import { out } from './report.ts';
import { rounded } from './parallel.ts';
import { shopFile, teamOf } from './shop.ts';

// What becomes of many open tickets if the promises were others, before anybody saves that: `npm run bench -- what-if [tickets] [times]`.
// Beside it, on the same store, how long it takes to read the same parts of the same tickets and do nothing with them.

const TICKETS = Number(process.argv[2] ?? 100_000);
const TIMES = Number(process.argv[3] ?? 5);
const LOT = 1_000;
const DAYS = 5;
const NOW = new Date('2026-11-11T06:30:00Z');

/** A ticket that opened so long ago, as the product makes it. */
function opened(i: number, directory: Directory): object {
  const at = new Date(NOW.getTime() - Math.floor((i / TICKETS) * DAYS * 86_400_000));
  const facts: Facts = {
    now: at,
    directory,
    actor: system('bench'),
    cause: `bench:${i}`,
    onDuty: () => false,
    standing: () => ({ state: 'off', said: false }),
  };
  const opening = {
    number: i + 1,
    shop: 'shop',
    source: { kind: 'message', platform: 'sandbox' },
    customer: { account: `sandbox\nsandbox\nk${i}`, name: `Customer ${i}`, place: null, handle: '' },
    origin: { platform: 'sandbox', app: 'sandbox', conversation: `k${i}` },
    subject: 'The parcel has not moved for three days',
    description: 'The parcel has not moved for three days, please have a look',
    attachments: [],
    category: teamOf(i),
    priority: 'normal',
    tags: i % 20 === 0 ? ['vip'] : [],
    language: 'en',
    facts: { order: `20261108${i}` },
    team: teamOf(i),
    policy: directory.policy,
    answersFrom: null,
    places: [{ card: 'ticket', team: teamOf(i) }],
  } as const;
  const quote = { message: `m${i}`, text: opening.description, attachments: [], at };
  const decision = decide(null, { type: 'open', opening, message: `m${i}`, quote, acknowledge: null }, facts);
  if (!decision.accepted) throw new Error('it was not opened');
  const { ticket } = apply(null, decision, facts, `t${i}`, 'salt');
  const status: Ticket['status'] = i % 3 === 0 ? 'in_progress' : 'new';
  return { ...ticket, status, pending: [], relay: false };
}

/** How long it takes, and how long processors are busy with it, the store's own included, ms. */
const timesOf = async (work: () => Promise<unknown>): Promise<{ took: number; busy: number }[]> => {
  const times: { took: number; busy: number }[] = [];
  for (let i = 0; i < TIMES; i += 1) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system: kernel } = process.cpuUsage(before);
    times.push({ took: performance.now() - began, busy: (user + kernel) / 1_000 });
  }
  return times;
};

const folder = mkdtempSync(join(tmpdir(), 'what-if-'));
const embedded = await openEmbedded({ directory: folder, fsync: false });
const store = await openStore(embedded.uri);
try {
  const { directory } = parseShop(shopFile(20, 1), 'bench', 'en');
  const rows = store.connection.collection<{ _id: string }>('tickets');
  for (let i = 0; i < TICKETS; i += LOT)
    await rows.insertMany(
      Array.from({ length: Math.min(LOT, TICKETS - i) }, (_, k) => opened(i + k, directory) as { _id: string }),
    );
  const proposed = {
    ...directory,
    promises: overridden(directory.promises, [{ scope: 'all', limit: 'resolution', ms: 12 * 3_600_000 }], 1),
  };
  const read = async (): Promise<void> => {
    for await (const { tickets } of openTickets(store.tickets.promised))
      if (tickets.some((t) => !OPEN.has(t.status))) return;
  };
  const [bare, whole] = [await timesOf(read), await timesOf(() => whatIf(store.tickets, proposed, NOW))];
  const found = await whatIf(store.tickets, proposed, NOW);
  const shown = (times: readonly { took: number; busy: number }[]): string =>
    times.map(({ took, busy }) => `${rounded(took)} (${rounded(busy)} of processor)`).join(', ');
  out(`${found.open} open tickets: ${found.overdue} would turn overdue, ${found.moved} get another moment`);
  out(`what-if, ms: ${shown(whole)}`);
  out(`only read, ms: ${shown(bare)}`);
} finally {
  await store.close();
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
}
