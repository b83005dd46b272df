import type { Sandbox } from '../adapters/sandbox/sandbox.ts';
import type { ShiftableClock } from './clock.ts';
import { recordOf } from './domain/duty.ts';
import { STATUSES } from './domain/status.ts';
import type { Flow } from './flow/flow.ts';
import { NO_POLICY, POLICY } from './flow/policy-document.ts';
import type { DemoTicket } from './shop/demo.ts';
import type { Shop } from './shop/shop.ts';
import type { Store } from './storage/store.ts';

interface Seeding {
  readonly store: Store;
  readonly clock: ShiftableClock;
  readonly flow: Flow;
  readonly sandbox: Sandbox;
  readonly shop: Shop;
  readonly past: readonly DemoTicket[];
}

/** Longer than any hold of the demo shop, shorter than the time between two of its steps. */
const HOLD_MS = 11_000;

/** One thing that happened, in the order of its moment over all tickets. */
interface Happening {
  readonly atMs: number;
  readonly run: () => Promise<void>;
}

/**
 * Lets the demo shop's past happen once, through the ordinary flow and at its moments, by setting the clock back. A store that has
 * tickets already is left alone; a seeding that was cut is taken up where it stopped, because every step has an id of its own.
 */
export async function seedDemo(seeding: Seeding): Promise<void> {
  const { store, clock, flow, sandbox, shop, past } = seeding;
  const done = await store.settings.read('demo-seeded');
  if (done !== null) return;
  // The start is kept first, so that a seeding that goes on after a crash dates its steps as before.
  const began = clock.now().getTime();
  await store.settings.import('demo-began', 'once', began, clock.now());
  const start = Number((await store.settings.read('demo-began')) ?? began);
  const happenings = past.flatMap((ticket, i) =>
    ticket.steps.map((step, j): Happening => ({
      atMs: start - step.agoMs,
      run: () =>
        'says' in step
          ? says(sandbox, flow, ticket, step.says, `demo-${i}-${j}`)
          : does(seeding, ticket, { by: step.by, line: step.does }, `demo-${i}-${j}`),
    })),
  );
  // The demo is a shop at work, whatever the hour.
  for (const person of shop.directory.people.values()) {
    const said = { at: clock.now(), by: person.id, awayMs: 0, directory: shop.directory };
    await store.duty.keep(recordOf(person, 'on', said));
  }
  try {
    for (const happening of happenings.toSorted((a, b) => a.atMs - b.atMs)) {
      clock.shift(happening.atMs - began);
      await happening.run();
      await flow.settle();
      // Replies and notices are held for a moment before they go out.
      clock.shift(happening.atMs - began + HOLD_MS);
      await flow.settle();
    }
  } finally {
    clock.shift(0);
  }
  await store.settings.import('demo-seeded', shop.hash, began, clock.now());
}

/** Forgets what happened in the demo and lets its past happen again, dated from now. Nothing may be at work meanwhile. */
export async function reseedDemo(seeding: Seeding, live: { changed(): Promise<void> }): Promise<void> {
  const { store, clock } = seeding;
  await store.forget();
  for (const name of ['demo-began', 'demo-seeded', 'quiet']) await store.settings.drop(name);
  // Its version counts on: whoever follows it sees that nothing is set any more.
  const policy = await store.settings.load(POLICY);
  if (policy !== null) await store.settings.replace(POLICY, policy.version, NO_POLICY, clock.now());
  await live.changed();
  await seedDemo(seeding);
}

async function says(sandbox: Sandbox, flow: Flow, ticket: DemoTicket, text: string, clientId: string): Promise<void> {
  const { customer: user, conversation } = ticket;
  await sandbox.inbound.message(flow.sink, { conversation, user, text, clientId });
}

/** A colleague types the verb in their direct chat, with the number of the customer's newest ticket. */
async function does(
  { sandbox, flow, store, shop }: Seeding,
  ticket: DemoTicket,
  act: { by: string; line: string },
  clientId: string,
): Promise<void> {
  // In any status: a seeding that is taken up again says steps that are done already, which their ids make harmless.
  const all = await store.tickets.list({ status: STATUSES, order: 'newest' }, 1_000);
  const subject = all.find((t) => t.links.some((l) => l.address.conversation === ticket.conversation));
  const direct = shop.directory.people.get(act.by)?.direct[0]?.conversation;
  const user = shop.sandbox?.conversations.find((c) => c.id === direct)?.members[0];
  if (subject === undefined || direct === undefined || user === undefined) {
    throw new Error(`the demo's past does not fit: ${act.by} has no ticket of ${ticket.customer} to ${act.line}`);
  }
  const [verb = '', ...rest] = act.line.split(' ');
  const text = [verb, String(subject.number), ...rest].join(' ');
  await sandbox.inbound.message(flow.sink, { conversation: direct, user, text, clientId });
}
