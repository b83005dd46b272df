import { performance } from 'node:perf_hooks';
import type { OutboxRow } from '../src/storage/outbox.ts';
import type { Ticket } from '../src/domain/ticket.ts';
import { systemClock } from '../src/clock.ts';
import { createDeliverer } from '../src/flow/deliver.ts';
import { platformIdOf } from '../src/flow/draw.ts';
import { ticketCard } from '../src/flow/picture.ts';
import { slotOf } from '../src/flow/places.ts';
import { doubleAdapter } from '../test/support/flow.ts';
import { limitOf } from '../test/support/limits.ts';
import { openVirtual } from './virtual.ts';
import { shopFile, teamOf } from './shop.ts';

// The delivery worker alone, against a platform that answers at once: `npm run bench -- delivery [rows] [depth]`. Beside each figure stands
// what the store alone takes for as many rows.

const ROWS = Number(process.argv[2] ?? 10_000);
const DEPTH = Number(process.argv[3] ?? 1_000_000);
const LOT = 1_000;
const APP = 'sandbox\nsandbox';
/** Nobody delivers for it: its rows are the baseline's. */
const BARE = 'sandbox\nbare';
/** How many documents the baseline reads and writes at once, as the storage does where many come together. */
const AT_ONCE = 200;

const rounded = (n: number): string => Math.round(n).toLocaleString('en');

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
  const { db } = v.store.connection;
  if (db === undefined) throw new Error('no database');
  const [model] = await v.store.tickets.unclaimedFrom(new Date(0), 1);
  if (model === undefined) throw new Error('no ticket');
  const posted = (await v.store.surfaces.ofTicket(model._id)).find((s) => s.state === 'live');
  if (posted === undefined) throw new Error('no card');

  const rowOf = (app: string, ticket: string, number: number, notBefore: Date): OutboxRow => {
    const team = teamOf(number);
    const address = { platform: 'sandbox', app: 'sandbox', conversation: `g-${team}` };
    const place = { card: 'ticket', team } as const;
    return {
      _id: `row-${ticket}`,
      app,
      lane: slotOf(place, ticket, address),
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
  const day = (): number => systemClock.now().getTime() - 86_400_000;
  let tickets = 0;

  /** New tickets, each with a row that posts its card: these rows. */
  const toPost = async (app: string, name: string): Promise<readonly OutboxRow[]> => {
    const first = tickets;
    tickets += ROWS;
    await insert('tickets', ROWS, (i): object => {
      const n = first + i;
      const words = `presale: parcel ${n} has not moved for three days, please look into it`;
      const quotes = model.quotes.map((quote) => ({ ...quote, text: words }));
      const ticket: Ticket = { ...model, number: 10_000 + n, team: teamOf(n), subject: words, quotes, pending: [] };
      return { ...ticket, _id: `${name}-${i}`, relay: false };
    });
    const from = day();
    const rows = Array.from({ length: ROWS }, (_, i) => rowOf(app, `${name}-${i}`, first + i, new Date(from + i)));
    await insert('outbox', ROWS, (i) => ({ ...rows[i] }));
    return rows;
  };
  /** All tickets have changed: for each of these rows one that redraws its card. */
  const toRedraw = async (rows: readonly OutboxRow[]): Promise<void> => {
    await db.collection('tickets').updateMany({}, { $inc: { cardVersion: 1 } });
    const from = day();
    await insert('outbox', rows.length, (i) => {
      const moment = new Date(from + i);
      return { ...rows[i], _id: `again-${rows[i]?._id}`, order: moment, notBefore: moment };
    });
  };

  /** What the store alone takes: the driver reads and writes the documents of as many cards as delivery does. Rows per second. */
  const alone = async (posts: boolean): Promise<number> => {
    const frozen = JSON.stringify(ticketCard(v.parts, model, posted.place, posted.address));
    const outbox = db.collection<OutboxRow>('outbox');
    const surfaces = db.collection<{ _id: string }>('surfaces');
    const due = { state: 'pending', app: BARE, notBefore: { $lte: systemClock.now() } } as const;
    const oldest = { sort: { notBefore: 1, order: 1 }, limit: AT_ONCE } as const;
    const newest = { sort: { slot: 1, generation: -1 } } as const;
    const from = performance.now();
    for (;;) {
      const [rows] = await Promise.all([
        outbox.find(due, oldest).toArray(),
        outbox.find({ ...due, urgent: true }, oldest).toArray(),
      ]);
      if (rows.length === 0) break;
      const cards = rows.flatMap(({ lane, address, body }) =>
        body.kind === 'draw' ? [{ _id: `${lane}:1`, slot: lane, ticket: body.ticket, place: body.place, address }] : [],
      );
      await Promise.all([
        db
          .collection<{ _id: string }>('tickets')
          .find({ _id: { $in: cards.map(({ ticket }) => ticket) } })
          .toArray(),
        surfaces.find({ slot: { $in: cards.map(({ slot }) => slot) } }, newest).toArray(),
      ]);
      if (posts) {
        const none = { state: 'reserved', ref: null, platformId: null, shown: 0, frozen };
        await surfaces.insertMany(
          cards.map((card) => ({ ...posted, ...card, ...none })),
          { ordered: false },
        );
      }
      const shown = cards.map(({ _id, address }) => {
        const stands = { state: 'live', ref: _id, platformId: platformIdOf({ address }, { id: _id }), frozen: null };
        return {
          updateOne: { filter: { _id }, update: { $set: { ...stands, shown: model.cardVersion + (posts ? 0 : 1) } } },
        };
      });
      await surfaces.bulkWrite(shown, { ordered: false });
      const done = { $set: { state: 'done', doneAt: systemClock.now() } } as const;
      await outbox.updateMany({ _id: { $in: rows.map(({ _id }) => _id) } }, done);
    }
    return (ROWS / (performance.now() - from)) * 1_000;
  };

  const everything = limitOf({ count: 1_000_000, windowMs: 60_000, source: 'none: it is instant' });
  const platform = { ...doubleAdapter(systemClock, [everything]), app: 'sandbox' };
  const run = async (what: string, baseline: number): Promise<void> => {
    const deliverer = createDeliverer({ ...v.parts, clock: systemClock }, APP, platform);
    const began = performance.now();
    const cpu = process.cpuUsage();
    for (let taken = 0; taken < ROWS; taken += platform.calls.splice(0).length) await deliverer.step();
    const took = performance.now() - began;
    const used = process.cpuUsage(cpu);
    await deliverer.stop();
    const each = `${((used.user + used.system) / 1_000 / ROWS).toFixed(2)} ms of CPU each`;
    const figure = rounded((ROWS / took) * 1_000).padStart(8);
    process.stdout.write(`${what.padEnd(44)}${figure} rows/s, ${each}; the store alone ${rounded(baseline)} rows/s\n`);
  };

  const bare = await toPost(BARE, 'bare');
  const posting = await alone(true);
  const rows = await toPost(APP, 'copy');
  await run('post a card, nothing else waits', posting);

  await toRedraw(bare);
  const redrawing = await alone(false);
  await toRedraw(rows);
  await run('redraw a card', redrawing);

  const filled = performance.now();
  await insert('outbox', DEPTH, (i) => rowOf(APP, `deep-${i}`, i, new Date(systemClock.now().getTime() + i)));
  const took = ((performance.now() - filled) / 1_000).toFixed(0);
  process.stdout.write(`${DEPTH.toLocaleString('en')} more rows put in in ${took} s\n`);
  await toPost(BARE, 'bare-behind');
  const behind = await alone(true);
  await toPost(APP, 'behind');
  await run(`post a card, ${DEPTH.toLocaleString('en')} rows behind it`, behind);
} finally {
  await v.stop();
}
