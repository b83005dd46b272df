import type { Capabilities, InboundMessage, OutMessage } from '../../adapters/adapter.ts';
import { addressKey, type Address } from '../../src/domain/address.ts';
import type { Directory } from '../../src/domain/directory.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import type { Parts } from '../../src/flow/parts.ts';
import type { Store } from '../../src/storage/store.ts';
import { manualClock, type ManualClock } from './clock.ts';
import { aBench, aMessage, type Bench, type Call } from './flow.ts';
import { aDirectory } from './tickets.ts';

const at = (conversation: string): Address => ({ platform: 'sandbox', app: 'demo', conversation });
const A = 'group:aftersales';
const B = 'group:second';

/** The directory of `tickets.ts`; the after-sales team has two groups. */
export function twoGroups(): Directory {
  const directory = aDirectory();
  const teams = [...directory.teams].map(([id, team]) => {
    const groups = id === 'aftersales' ? [at(A), at(B)] : team.groups;
    return [id, { ...team, groups }] as const;
  });
  return {
    ...directory,
    teams: new Map(teams),
    groups: new Map([...directory.groups, [addressKey(at(B)), 'aftersales']]),
  };
}

const route: Parts['route'] = async ({ teams }) => teams.get('aftersales') ?? null;

/** A bench on a platform with threads, where every ticket goes to the after-sales team. */
export const threaded = (
  store: Store,
  more: Partial<Parts> = {},
  can: Partial<Capabilities> = {},
  clock: ManualClock = manualClock(),
): Bench => aBench(store, { directory: twoGroups, store, route, ...more }, [], { threads: true, ...can }, clock);

let written = 0;
/** A new customer writes; their ticket. */
export async function opens(bench: Bench, text = '我要退货', more: Partial<InboundMessage> = {}): Promise<Ticket> {
  written += 1;
  const id = `th${written}`;
  await bench.flow.sink.accept({
    ...aMessage(bench.clock, id, text),
    conversation: { id: `customer:${id}`, kind: 'customer' },
    sender: { id, name: '小美' },
    ...more,
  });
  const [ticket] = await bench.store.tickets.ofCustomer(`sandbox\ndemo\n${id}`, 'tea');
  if (ticket === undefined) throw new Error('no ticket');
  return ticket;
}

/** What the platform calls the card of a ticket in a group. */
export async function refIn(bench: Bench, ticket: Pick<Ticket, '_id'>, group: string): Promise<string> {
  const stands = (await bench.store.surfaces.ofTicket(ticket._id)).filter(
    (s) => s.state === 'live' && s.address.conversation === group,
  );
  const ref = stands[0]?.ref ?? null;
  if (ref === null || stands.length !== 1) throw new Error(`${stands.length} cards stand in ${group}`);
  return ref;
}

/** Somebody of the staff says something below a message in a group, without addressing the bot; what they are told at once. */
export async function talks(
  bench: Bench,
  by: string,
  text: string,
  thread: { readonly group: string; readonly quote: string },
  more: Partial<InboundMessage> = {},
): Promise<OutMessage | null> {
  written += 1;
  const { answer } = await bench.flow.sink.accept({
    ...aMessage(bench.clock, `talk${written}`, text),
    conversation: { id: thread.group, kind: 'group' },
    sender: { id: by, name: by },
    addressed: false,
    inThread: true,
    quote: thread.quote,
    ...more,
  });
  return answer?.message ?? null;
}

/** Somebody of the staff types a line in their direct chat. */
export async function types(bench: Bench, by: string, text: string): Promise<OutMessage | null> {
  written += 1;
  const { answer } = await bench.flow.sink.accept({
    ...aMessage(bench.clock, `line${written}`, text),
    conversation: { id: `direct:${by}`, kind: 'direct' },
    sender: { id: by, name: by },
  });
  return answer?.message ?? null;
}

export const words = (message: OutMessage | null | undefined): string =>
  message?.type === 'card' ? message.card.summary : (message?.text ?? '');

const inThread = ({ thread }: Call): boolean => thread !== undefined;

/** What was put below cards: where, below which message, which words, which files. */
export const below = (bench: Bench) =>
  bench.adapter.calls.filter(inThread).map(({ conversation, thread, message }) => ({
    group: conversation,
    thread,
    text: words(message),
    files: message.type === 'text' ? message.attachments.map((a) => a.id) : [],
  }));

/** Everything stored is as if it had never been, but for the indexes. */
export async function forget(store: Store): Promise<void> {
  await store.leases.freeAll();
  for (const name of ['tickets', 'inbox', 'outbox', 'joins', 'surfaces', 'notes', 'messages', 'budgets'])
    await store.connection.collection(name).deleteMany({});
}
