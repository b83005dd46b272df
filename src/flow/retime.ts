import * as z from 'zod';
import { system } from '../domain/actor.ts';
import { OPEN, STATUSES } from '../domain/status.ts';
import { retimed } from '../domain/retiming.ts';
import type { TimedRow, WalkedTo } from '../storage/ticket-pages.ts';
import { openTickets } from './open-tickets.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';

/** Tickets that are changed at once. */
const AT_ONCE = 100;

/** How far the walk over the open tickets has come that brings them under these promises; null: to its end. */
const walk = z.object({
  version: z.number(),
  at: z
    .object({
      status: z.enum(STATUSES).refine((status) => OPEN.has(status)),
      openedAt: z.date(),
      seen: z.array(z.number()),
    })
    .nullable(),
  /** It has begun and not ended. */
  open: z.boolean(),
});
type Walk = z.output<typeof walk>;

/** The document in `settings`. */
const NAME = 'retime';

/**
 * Brings every open ticket under the promises and calendars in force, once whenever they are others: those it changes anything for, many at
 * once. It may be cut anywhere and goes on where it was; two processes may do it at once. How many tickets it changed.
 */
export function createRetime(
  parts: Pick<Parts, 'store' | 'clock' | 'live' | 'directory' | 'quiet'>,
  perform: Perform,
): () => Promise<number> {
  const { store, clock, live, directory, quiet } = parts;
  const { settings, tickets } = store;

  const one = async (ticket: TimedRow, version: number): Promise<number> => {
    // The cause names the version: a ticket is brought under it once.
    const who = { actor: system('retime'), cause: `retime:${ticket._id}:${version}` };
    const { outcome } = await perform(ticket._id, { type: 'retime' }, who);
    return outcome === 'done' ? 1 : 0;
  };

  const page = async (found: readonly TimedRow[], version: number): Promise<number> => {
    const wanted = found.filter((t) => retimed(t, clock.now(), directory()) !== null);
    let changed = 0;
    for (let i = 0; i < wanted.length; i += AT_ONCE) {
      const done = await Promise.all(wanted.slice(i, i + AT_ONCE).map((t) => one(t, version)));
      changed += done.reduce((sum, n) => sum + n, 0);
    }
    return changed;
  };

  return async () => {
    if (quiet() !== null) return 0;
    await live.refresh();
    // By an older file nothing is judged: the process with the newer one does it.
    if (live.outdated()) return 0;
    const { version } = directory().promises;
    const stored = await settings.load(NAME);
    const known = stored === null ? null : walk.parse(stored.value);
    if (known?.version === version && !known.open) return 0;
    let edition = stored?.version ?? 0;
    const keep = async (at: WalkedTo | null, open: boolean): Promise<boolean> => {
      const kept: Walk = { version, open, at: at === null ? null : { ...at, seen: [...at.seen] } };
      const isOurs = await settings.replace(NAME, edition, kept, clock.now());
      edition += 1;
      return isOurs;
    };
    const from = known?.version === version ? known.at : null;
    let changed = 0;
    for await (const { tickets: found, at } of openTickets(tickets.timed, from)) {
      changed += await page(found, version);
      // Somebody else is at it, or the promises changed meanwhile: whoever comes next begins where that leads.
      if (!(await keep(at, at !== null)) || directory().promises.version !== version) return changed;
    }
    return changed;
  };
}
