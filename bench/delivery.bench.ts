import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Adapter, OutMessage } from '../adapters/adapter.ts';
import type { OutboxRow } from '../src/storage/outbox.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { systemClock } from '../src/clock.ts';
import { createDeliverer } from '../src/flow/deliver.ts';
import { slotOf } from '../src/flow/places.ts';
import { openVirtual } from './virtual.ts';
import { shopFile, teamOf } from './shop.ts';

// The delivery worker alone, against a platform that answers at once: `npm run bench -- delivery [rows] [depth]`.

const ROWS = Number(process.argv[2] ?? 10_000);
const DEPTH = Number(process.argv[3] ?? 1_000_000);
const LOT = 1_000;
const APP = 'sandbox\nsandbox';

/** Takes everything at once and remembers how much. */
function instant(calls: { count: number }): Adapter {
  const take = async (_message: OutMessage): Promise<void> => {
    calls.count += 1;
  };
  return {
    platform: 'sandbox',
    app: 'sandbox',
    capabilities: () => ({
      update: true,
      idempotentSend: true,
      privateInGroup: true,
      buttons: true,
      forms: true,
      images: true,
      maxText: 4_000,
    }),
    limits: [
      { name: 'app', per: 'app', method: 'any', count: 1_000_000, windowMs: 60_000, source: 'none: it is instant' },
    ],
    subjects: () => ({ member: null, robot: null }),
    routes: null,
    start: async () => undefined,
    stop: async () => undefined,
    send: async (_address, message, key) => {
      await take(message);
      return { id: key };
    },
    update: async (_address, ref, message) => {
      await take(message);
      return ref;
    },
    reply: async (_grant, message) => take(message),
    lookUp: async () => null,
    health: () => ({ ok: true, detail: 'ok' }),
  };
}

const data = mkdtempSync(join(tmpdir(), 'gongdan-delivery-'));
const v = await openVirtual(shopFile(4, 1), [], []);
try {
  await v.accept({
    kind: 'message',
    platform: 'sandbox',
    app: 'sandbox',
    id: 'first',
    conversation: { id: 'c-k0', kind: 'customer' },
    sender: { id: 'k0', name: 'k0' },
    receivedAt: v.clock.now(),
    text: 'presale: parcel 1 has not moved',
    attachments: [],
    addressed: true,
  });
  await v.flow.settle();
  await v.flow.stop();
  const db = v.store.connection.db;
  if (db === undefined) throw new Error('no database');
  const [model] = await v.store.tickets.unclaimedFrom(new Date(0), 1);
  if (model === undefined) throw new Error('no ticket');

  const rowOf = (ticket: string, number: number, notBefore: Date): OutboxRow => {
    const team = teamOf(number);
    const address = { platform: 'sandbox', app: 'sandbox', conversation: `g-${team}` };
    const place = { card: 'ticket', team } as const;
    const lane = slotOf(place, ticket, address);
    return {
      _id: `row-${ticket}`,
      app: APP,
      lane,
      address,
      body: { kind: 'draw', ticket, place },
      state: 'pending',
      order: notBefore,
      notBefore,
      attempts: 0,
    };
  };
  const insert = async (name: string, count: number, make: (i: number) => object): Promise<void> => {
    for (let from = 0; from < count; from += LOT)
      await db
        .collection(name)
        .insertMany(Array.from({ length: Math.min(LOT, count - from) }, (_, i) => make(from + i)));
  };
  const calls = { count: 0 };
  const day = (): number => systemClock.now().getTime() - 86_400_000;
  const seed = async (first: number): Promise<void> => {
    const from = day();
    await insert('tickets', ROWS, (i): object => {
      const n = first + i;
      const words = `presale: parcel ${n} has not moved for three days, please look into it`;
      const quotes = model.quotes.map((quote) => ({ ...quote, text: words }));
      const ticket: Ticket = { ...model, number: 10_000 + n, team: teamOf(n), subject: words, quotes, pending: [] };
      return { ...ticket, _id: `copy-${n}`, relay: false };
    });
    await insert('outbox', ROWS, (i) => rowOf(`copy-${first + i}`, first + i, new Date(from + i)));
  };
  const run = async (what: string): Promise<void> => {
    const deliverer = createDeliverer({ ...v.parts, clock: systemClock }, APP, instant(calls));
    const before = calls.count;
    const began = performance.now();
    const cpu = process.cpuUsage();
    while (calls.count - before < ROWS) await deliverer.step();
    const took = performance.now() - began;
    const used = process.cpuUsage(cpu);
    await deliverer.stop();
    process.stdout.write(
      `${what.padEnd(44)}${Math.round((ROWS / took) * 1_000)
        .toLocaleString('en')
        .padStart(8)} rows/s, ${((used.user + used.system) / 1_000 / ROWS).toFixed(2)} ms of CPU each\n`,
    );
  };
  // What the store alone takes for as many rows in lots of 200: reading ticket and surface, two writes of the surface, one of the row.
  const text = JSON.stringify({ card: 'x'.repeat(3_000) });
  await insert('bare', ROWS, (i) => ({ _id: `bare-${i}`, state: 'pending' }));
  const from = performance.now();
  for (let i = 0; i < ROWS; i += 200) {
    const ids: string[] = Array.from({ length: Math.min(200, ROWS - i) }, (_, j) => `bare-${i + j}`);
    const bare = db.collection<{ _id: string }>('bare');
    const posted = db.collection<{ _id: string }>('bare_posted');
    await Promise.all([bare.find({ _id: { $in: ids } }).toArray(), posted.find({ _id: { $in: ids } }).toArray()]);
    await posted.insertMany(ids.map((_id) => ({ _id, frozen: text })));
    const shown = { $set: { frozen: null, shown: 1 } };
    await posted.bulkWrite(ids.map((_id) => ({ updateOne: { filter: { _id }, update: shown } })));
    await bare.updateMany({ _id: { $in: ids } }, { $set: { state: 'done' } });
  }
  const bareRate = Math.round((ROWS / (performance.now() - from)) * 1_000);
  process.stdout.write(
    `${'baseline: the store alone'.padEnd(44)}${bareRate.toLocaleString('en').padStart(8)} rows/s\n`,
  );
  await seed(0);
  await run('post a card, nothing else waits');
  await db.collection('tickets').updateMany({}, { $inc: { cardVersion: 1 } });
  const changed = day();
  await insert('outbox', ROWS, (i) => ({ ...rowOf(`copy-${i}`, i, new Date(changed + i)), _id: `again-${i}` }));
  await run('redraw a card');
  const filled = performance.now();
  await insert('outbox', DEPTH, (i) => rowOf(`deep-${i}`, i, new Date(systemClock.now().getTime() + i)));
  process.stdout.write(
    `${DEPTH.toLocaleString('en')} more rows put in in ${((performance.now() - filled) / 1_000).toFixed(0)} s\n`,
  );
  await seed(ROWS);
  await run(`post a card, ${DEPTH.toLocaleString('en')} rows behind it`);
} finally {
  await v.stop();
  rmSync(data, { recursive: true, force: true });
}
