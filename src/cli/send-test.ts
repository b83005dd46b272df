import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { system } from '../domain/actor.ts';
import { addressKey, appKey, type Address } from '../domain/address.ts';
import type { Directory } from '../domain/directory.ts';
import type { Ticket } from '../domain/ticket.ts';
import { hookEvent } from '../flow/hook-event.ts';
import { laneOf } from '../flow/lane.ts';
import { liveQuiet } from '../flow/quiet.ts';
import { tellRow } from '../flow/relay.ts';
import { derivedId, systemIds, type Ids } from '../ids.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { Store } from '../storage/store.ts';
import type { Surface } from '../storage/surfaces.ts';
import type { TestedPlatform } from '../text/send-test.ts';
import { text, type Reader, type TerminalSentence } from '../text/text.ts';
import { directoryOf } from './directory.ts';
import { hasStore } from './doctor.ts';
import { linkedOn, type Linked } from './doctor/linked.ts';
import { refusal, withStore } from './store.ts';
import type { CliContext } from './verb.ts';

/** The source and the tag of test tickets. */
const DOCTOR = 'doctor';
const LOOK_MS = 250;
/** A process that delivers moves its lease's beat every two seconds. */
const BEAT_MS = 6_000;
const TICKET_MS = 15_000;
const CARD_MS = 30_000;
/** Minutes in which somebody has to press. */
const PRESS_MINUTES = 3;
const REDRAWN_MS = 15_000;

/** What a test needs of a platform. */
export interface Way {
  /** Whether the installation that the conversation belongs to is one of ours. */
  isConnected(address: Address): boolean;
  /** Whether something can be pressed there; absent: everywhere. */
  canPress?(address: Address): boolean;
  /** What people call a conversation. */
  nameOf(address: Address): Promise<string>;
  /** Where presses come in, for whoever has to check it; null: they need no address. */
  entrance(address: Address): string | null;
  /** Whether a team's people are called there one by one: what is to come later comes only while somebody has to take it; absent: nowhere. */
  calls?(address: Address): boolean;
  /** Whether nothing that stands there can ever be taken away; absent: nowhere. */
  stays?(address: Address): boolean;
  /** Takes away a message of ours by the `ref` with which it was posted; whether it is gone. */
  remove(address: Address, ref: string): Promise<boolean>;
}

interface SendDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly platform: TestedPlatform;
  readonly way: Way;
  /** The organisation as it is at the moment. */
  readonly directory: () => Promise<Directory>;
  readonly tell: (sentence: TerminalSentence) => void;
  /** Whether the operator has had enough. */
  readonly isStopped: () => boolean;
}

/**
 * The last step of a platform's `doctor`: one test ticket into the conversation that was asked for, or the first that is linked. The exit
 * code is 1 unless somebody claimed it and nothing is left. `wayOn` null: the platform is not configured.
 */
export async function sendAsked(
  context: CliContext,
  platform: TestedPlatform,
  wanted: string | null,
  wayOn: (store: Store) => Promise<Way | null>,
): Promise<void> {
  const { config } = context;
  if (!hasStore(config)) throw refusal(config, { key: 'send_test.not_running', params: { platform } });
  const isWell = await withStore(config, async (store) => {
    const way = await wayOn(store);
    return way !== null && (await send(context, { store, platform, way }, wanted));
  });
  if (!isWell) process.exitCode = 1;
}

async function send(
  context: CliContext,
  on: Pick<SendDeps, 'store' | 'platform' | 'way'>,
  wanted: string | null,
): Promise<boolean> {
  const { config, clock, tell } = context;
  const quiet = liveQuiet(on.store);
  await quiet.refresh();
  if (quiet() !== null) throw refusal(config, { key: 'send_test.quiet', params: null });
  const directory = (): Promise<Directory> => directoryOf(on.store, context);
  const all = linkedOn(on.platform, await directory());
  const pressable = all.filter(({ address }) => on.way.canPress?.(address) !== false);
  const linked = chosen(context, on.platform, pressable, wanted);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.once('SIGINT', stop);
  try {
    return await sendTest({ ...on, clock, ids: systemIds, directory, tell, isStopped: () => stopped }, linked);
  } finally {
    process.removeListener('SIGINT', stop);
  }
}

/** The conversation that was asked for, or the first. */
function chosen(
  { config }: Pick<CliContext, 'config'>,
  platform: TestedPlatform,
  linked: readonly Linked[],
  wanted: string | null,
): Linked {
  const [first] = wanted === null ? linked : linked.filter(({ address }) => address.conversation === wanted);
  if (first !== undefined) return first;
  const all = linked.map(({ address }) => address.conversation);
  throw refusal(
    config,
    wanted === null || all.length === 0
      ? { key: 'send_test.none_linked', params: { platform } }
      : { key: 'send_test.other_linked', params: { platform, place: wanted, linked: all } },
  );
}

/**
 * Sends one test ticket the whole way: an inbox row like that of any program, its card in the conversation, somebody's press there, and
 * then away with it. Says at each step what came, or what to check. True: somebody claimed it, and nothing is left.
 */
async function sendTest(deps: SendDeps, { address, team }: Linked): Promise<boolean> {
  const { store, clock, platform, way, tell } = deps;
  if (!way.isConnected(address) || !(await isDelivered(deps, appKey(address)))) {
    tell({ key: 'send_test.not_running', params: { platform } });
    return false;
  }
  const place = await way.nameOf(address);

  const began = clock.monotonic();
  const reader: Reader = { locale: team.locale, timeZone: team.timeZone, now: clock.now() };
  const [firstShop = ''] = (await deps.directory()).shops.keys();
  const row = testRow(deps, reader, { team: team.id, shop: team.shops[0] ?? firstShop });
  const id = derivedId('ticket', row._id);
  await store.inbox.add([row]);
  tell({ key: 'send_test.began', params: { place, team: team.name } });
  let claimed = false;
  try {
    const ticket = await until(deps, TICKET_MS, () => store.tickets.load(id));
    if (ticket === null) tell({ key: 'send_test.no_ticket', params: null });
    else if (await stands(deps, ticket, addressKey(address), { place, began }))
      claimed = await pressed(deps, id, ticket.number, { address, place });
  } finally {
    // Never worked: it is not to come up later.
    if ((await store.tickets.load(id)) === null) await store.inbox.done([row._id], clock.now());
    const ticket = await store.tickets.load(id);
    if (ticket !== null) {
      const isClosed = await closed(deps, row, ticket, text(reader, 'send_test.closed', null));
      const { left, stays } = isClosed ? await away(deps, ticket) : { left: [place], stays: [] };
      const about = { platform, no: ticket.number };
      if (left.length > 0) tell({ key: 'send_test.left', params: { ...about, places: left } });
      // That it stays there is nobody's fault.
      else if (stays.length > 0) tell({ key: 'send_test.stays', params: { ...about, places: stays } });
      else tell({ key: 'send_test.cleaned', params: about });
      claimed &&= left.length === 0;
    }
  }
  return claimed;
}

function testRow(
  { clock, ids, platform }: Pick<SendDeps, 'clock' | 'ids' | 'platform'>,
  reader: Reader,
  { team, shop }: { readonly team: string; readonly shop: string },
): InboxRow {
  const id = ids.next();
  const now = clock.now();
  const event = hookEvent(
    DOCTOR,
    id,
    {
      matter: null,
      updates: false,
      deadline: null,
      shop,
      subject: text(reader, 'send_test.subject', null),
      text: text(reader, 'send_test.body', { platform }),
      category: null,
      priority: null,
      tags: [DOCTOR],
      team,
      facts: {},
      customer: null,
      digest: createHash('sha256').update(id).digest('hex'),
    },
    now,
  );
  return {
    _id: `${appKey(event)}\n${event.id}`,
    lane: laneOf(event),
    body: { from: 'platform', event },
    order: now,
    open: true,
    attempts: 0,
    lease: { by: '', until: now },
  };
}

/** Looks again and again until there is something; null: not within that time, or the operator has had enough. */
async function until<T>(
  { clock, isStopped }: Pick<SendDeps, 'clock' | 'isStopped'>,
  ms: number,
  look: () => Promise<T | null>,
): Promise<T | null> {
  const end = clock.monotonic() + ms;
  for (;;) {
    const found = await look();
    if (found !== null || isStopped() || clock.monotonic() >= end) return found;
    await new Promise<void>((resolve) => {
      clock.after(LOOK_MS, resolve);
    });
  }
}

/** Whether some process delivers for this installation now. */
async function isDelivered(deps: SendDeps, app: string): Promise<boolean> {
  const read = () => deps.store.leases.read(`deliver\n${app}`);
  const first = await read();
  if (first === null || first.holder === '') return false;
  return (await until(deps, BEAT_MS, async () => ((await read())?.beat === first.beat ? null : true))) === true;
}

/** Whether its card came to stand there. */
async function stands(
  deps: SendDeps,
  { _id, number: no }: Ticket,
  at: string,
  { place, began }: { readonly place: string; readonly began: number },
): Promise<boolean> {
  const { store, clock, tell } = deps;
  const surface = async (): Promise<Surface | null> => {
    const found = (await store.surfaces.ofTicket(_id)).find(({ address }) => addressKey(address) === at);
    return found === undefined || found.state === 'reserved' || found.state === 'waiting' ? null : found;
  };
  const found = await until(deps, CARD_MS, surface);
  if (found?.state === 'live') {
    tell({ key: 'send_test.stands', params: { no, place, ms: Math.round(clock.monotonic() - began) } });
    return true;
  }
  if (found?.state === 'row') tell({ key: 'send_test.on_board', params: { no, place } });
  else if (deps.isStopped()) tell({ key: 'send_test.stopped', params: null });
  else tell({ key: 'send_test.no_card', params: { platform: deps.platform, no, place } });
  return false;
}

/** Whether somebody claimed it. */
async function pressed(
  deps: SendDeps,
  id: string,
  no: number,
  { address, place }: { readonly address: Address; readonly place: string },
): Promise<boolean> {
  const { store, platform, way, tell } = deps;
  tell({ key: 'send_test.press', params: { place, minutes: PRESS_MINUTES } });
  const strangers = new Set<string>();
  const presses = async (): Promise<readonly InboxRow[]> =>
    (await store.inbox.pressesFor(no)).filter(
      ({ body }) => body.from === 'platform' && body.event.platform === platform && body.event.kind === 'invoke',
    );
  const taken = await until(deps, PRESS_MINUTES * 60_000, async () => {
    const rows = await presses();
    const ticket = await store.tickets.load(id);
    if (ticket !== null && ticket.assignee !== null) return { by: ticket.assignee, at: ticket.claimedAt };
    for (const { body, doneAt } of rows) {
      if (body.from !== 'platform' || doneAt === undefined || strangers.has(body.event.sender.id)) continue;
      strangers.add(body.event.sender.id);
      tell({ key: 'send_test.stranger', params: { name: body.event.sender.name } });
    }
    return null;
  });
  if (taken !== null) {
    const cause = (await store.tickets.load(id))?.history.tail.find(({ type }) => type === 'claimed')?.cause;
    const press = (await presses()).find((row) => row._id === cause);
    const ms = press === undefined || taken.at === null ? null : taken.at.getTime() - press.order.getTime();
    const name = (await deps.directory()).people.get(taken.by)?.name ?? taken.by;
    tell({ key: 'send_test.claimed', params: { name, ms } });
    return true;
  }
  if (deps.isStopped()) tell({ key: 'send_test.stopped', params: null });
  else if (strangers.size > 0) tell({ key: 'send_test.unclaimed', params: null });
  else tell({ key: 'send_test.no_press', params: { platform, url: way.entrance(address) } });
  return false;
}

/** Closes the ticket and waits until its cards say so: one that is deleted before its last change has gone out would be posted anew. */
async function closed(deps: SendDeps, row: InboxRow, { _id: id }: Ticket, reason: string): Promise<boolean> {
  const { store, clock, platform, way } = deps;
  const by = system(DOCTOR);
  await store.inbox.add([
    tellRow(`${row._id}\nclose`, { ticket: id, intent: { type: 'close', reason }, by }, clock.now()),
  ]);
  const rests = await until({ clock, isStopped: () => false }, REDRAWN_MS, async () => {
    const ticket = await store.tickets.load(id);
    if (ticket?.status !== 'closed' || ticket.pending.length > 0) return null;
    const standing = new Set(
      (await store.surfaces.ofTicket(id))
        .filter(({ state }) => state === 'live' || state === 'reserved')
        .map(({ address }) => addressKey(address)),
    );
    // Nobody has to take it any more: who was to be called later is not.
    const isAwaited = ({ address, notBefore }: { readonly address: Address; readonly notBefore: Date }): boolean =>
      way.calls?.(address) !== true || notBefore <= clock.now() || standing.has(addressKey(address));
    const waiting = (await store.outbox.about(id, [])).some(
      (row) => row.state === 'pending' && row.address.platform === platform && isAwaited(row),
    );
    return waiting ? null : true;
  });
  return rests !== null;
}

/** Deletes its cards. `left`: where that failed; `stays`: where it cannot be done. */
async function away(
  { store, platform, way }: SendDeps,
  { _id: id }: Ticket,
): Promise<{ readonly left: readonly string[]; readonly stays: readonly string[] }> {
  const left: string[] = [];
  const stays: string[] = [];
  for (const { _id, address, state, ref } of await store.surfaces.ofTicket(id)) {
    // What cannot be changed gave its place to a newer one, and stands there all the same.
    if (address.platform !== platform || ref === null || (state !== 'live' && state !== 'gone')) continue;
    if (way.stays?.(address) === true) {
      if (state === 'live') stays.push(await way.nameOf(address));
      continue;
    }
    const isAway = await way.remove(address, ref);
    if (state === 'gone') continue;
    if (isAway) await store.surfaces.gone(_id);
    else left.push(await way.nameOf(address));
  }
  return { left, stays };
}
