import { join } from 'node:path';
import type { Ticket } from '../src/domain/ticket.ts';
import { openEmbedded } from '../src/embedded/embedded.ts';
import { openStore } from '../src/storage/store.ts';
import { teamOf } from './shop.ts';

const LOT = 1_000;

/** Fills a stopped bot's store up to `total` tickets with copies of one it made; the numbers of the copies, still unclaimed. */
export async function seedTickets(data: string, total: number): Promise<number[]> {
  const embedded = await openEmbedded({ directory: join(data, 'store'), fsync: false });
  const store = await openStore(embedded.uri);
  try {
    const tickets = store.connection.collection('tickets');
    const [model] = (await tickets.find({ status: 'new' }).limit(1).toArray()) as unknown[] as Ticket[];
    if (model === undefined) throw new Error('there is no ticket to copy');
    const first = await store.counters.block('tickets', total, 4_800);
    const numbers: number[] = [];
    for (let left = total - (await tickets.countDocuments({})); left > 0; left -= LOT) {
      const copies = Array.from({ length: Math.min(left, LOT) }, (): object => {
        const i = numbers.length;
        numbers.push(first + i);
        return { ...model, _id: `copy-${i}`, number: first + i, team: teamOf(i), relay: false, pending: [] };
      });
      await tickets.insertMany(copies);
    }
    return numbers;
  } finally {
    await store.close();
    await embedded.stop();
  }
}
