import { createHash } from 'node:crypto';
import { readRef } from '../../adapters/slack/refs.ts';
import type { Clock } from '../clock.ts';
import { system } from '../domain/actor.ts';
import { addressKey, appKey } from '../domain/address.ts';
import type { Directory } from '../domain/directory.ts';
import type { Ticket } from '../domain/ticket.ts';
import { hookEvent } from '../flow/hook-event.ts';
import { laneOf } from '../flow/lane.ts';
import { tellRow } from '../flow/relay.ts';
import { derivedId, type Ids } from '../ids.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { Store } from '../storage/store.ts';
import type { Surface } from '../storage/surfaces.ts';
import { text, type Reader, type Sentence } from '../text/text.ts';
import type { LinkedChannel, SlackGround } from './doctor/slack.ts';

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

export interface SendDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly ground: SlackGround;
  /** The organisation as it is at the moment. */
  readonly directory: () => Promise<Directory>;
  readonly tell: (sentence: Sentence) => void;
  /** Where Slack sends presses to, for whoever has to check it. */
  readonly callback: string;
  /** Whether the operator has had enough. */
  readonly isStopped: () => boolean;
}

/**
 * Sends one test ticket the whole way: an inbox row like that of any program, its card in the channel, somebody's press there, and then
 * away with it. Says at each step what came, or what to check. True: somebody claimed it, and nothing is left.
 */
export async function sendTest(deps: SendDeps, { address, team }: LinkedChannel): Promise<boolean> {
  const { store, clock, ground, tell } = deps;
  const of = ground.installed.find(({ app }) => app === address.app);
  if (of === undefined || !(await isDelivered(deps, appKey(address)))) {
    tell({ key: 'slack_send.not_running', params: null });
    return false;
  }
  const asked = await ground.examiner.channel(of.token, address.conversation);
  const channel = asked.kind === 'ok' ? `#${asked.name}` : address.conversation;

  const began = clock.monotonic();
  const reader: Reader = { locale: team.locale, timeZone: team.timeZone, now: clock.now() };
  const [firstShop = ''] = (await deps.directory()).shops.keys();
  const row = testRow(deps, reader, { team: team.id, shop: team.shops[0] ?? firstShop });
  const id = derivedId('ticket', row._id);
  await store.inbox.add([row]);
  tell({ key: 'slack_send.began', params: { channel, team: team.name } });
  let claimed = false;
  try {
    const ticket = await until(deps, TICKET_MS, () => store.tickets.load(id));
    if (ticket === null) tell({ key: 'slack_send.no_ticket', params: null });
    else if (await stands(deps, ticket, addressKey(address), { channel, began }))
      claimed = await pressed(deps, id, ticket.number, channel);
  } finally {
    // Never worked: it is not to come up later.
    if ((await store.tickets.load(id)) === null) await store.inbox.done([row._id], clock.now());
    const ticket = await store.tickets.load(id);
    if (ticket !== null) {
      const isClean = await away(deps, row, ticket, text(reader, 'slack_send.closed', null));
      tell(
        isClean
          ? { key: 'slack_send.cleaned', params: { no: ticket.number } }
          : { key: 'slack_send.left', params: { no: ticket.number, channel } },
      );
      claimed &&= isClean;
    }
  }
  return claimed;
}

function testRow(
  { clock, ids }: Pick<SendDeps, 'clock' | 'ids'>,
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
      shop,
      subject: text(reader, 'slack_send.subject', null),
      text: text(reader, 'slack_send.body', null),
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

/** Whether its card came to stand in the channel. */
async function stands(
  deps: SendDeps,
  { _id, number: no }: Ticket,
  at: string,
  { channel, began }: { readonly channel: string; readonly began: number },
): Promise<boolean> {
  const { store, clock, tell } = deps;
  const surface = async (): Promise<Surface | null> => {
    const found = (await store.surfaces.ofTicket(_id)).find(({ address }) => addressKey(address) === at);
    return found === undefined || found.state === 'reserved' || found.state === 'waiting' ? null : found;
  };
  const found = await until(deps, CARD_MS, surface);
  if (found?.state === 'live') {
    tell({ key: 'slack_send.stands', params: { no, channel, ms: Math.round(clock.monotonic() - began) } });
    return true;
  }
  if (found?.state === 'row') tell({ key: 'slack_send.on_board', params: { no, channel } });
  else if (deps.isStopped()) tell({ key: 'slack_send.stopped', params: null });
  else tell({ key: 'slack_send.no_card', params: { no, channel } });
  return false;
}

/** Whether somebody claimed it. */
async function pressed(deps: SendDeps, id: string, no: number, channel: string): Promise<boolean> {
  const { store, ground, tell } = deps;
  tell({ key: 'slack_send.press', params: { channel, minutes: PRESS_MINUTES } });
  const strangers = new Set<string>();
  const presses = async (): Promise<readonly InboxRow[]> =>
    (await store.inbox.pressesFor(no)).filter(
      ({ body }) => body.from === 'platform' && body.event.platform === 'slack' && body.event.kind === 'invoke',
    );
  const taken = await until(deps, PRESS_MINUTES * 60_000, async () => {
    const rows = await presses();
    const ticket = await store.tickets.load(id);
    if (ticket !== null && ticket.assignee !== null) return { by: ticket.assignee, at: ticket.claimedAt };
    for (const { body, doneAt } of rows) {
      if (body.from !== 'platform' || doneAt === undefined || strangers.has(body.event.sender.id)) continue;
      strangers.add(body.event.sender.id);
      tell({ key: 'slack_send.stranger', params: { name: body.event.sender.name } });
    }
    return null;
  });
  if (taken !== null) {
    const cause = (await store.tickets.load(id))?.history.tail.find(({ type }) => type === 'claimed')?.cause;
    const press = (await presses()).find((row) => row._id === cause);
    const ms = press === undefined || taken.at === null ? null : taken.at.getTime() - press.order.getTime();
    const name = (await deps.directory()).people.get(taken.by)?.name ?? taken.by;
    tell({ key: 'slack_send.claimed', params: { name, ms } });
    return true;
  }
  if (deps.isStopped()) tell({ key: 'slack_send.stopped', params: null });
  else if (strangers.size > 0) tell({ key: 'slack_send.unclaimed', params: null });
  else
    tell({
      key: 'slack_send.no_press',
      params: { socket: ground.settings.appToken !== null, url: deps.callback },
    });
  return false;
}

/** Closes the ticket, waits until its cards say so, and deletes them; whether nothing is left in Slack. */
async function away(deps: SendDeps, row: InboxRow, { _id: id }: Ticket, reason: string): Promise<boolean> {
  const { store, clock, ground } = deps;
  const patient = { clock, isStopped: () => false };
  const by = system(DOCTOR);
  await store.inbox.add([
    tellRow(`${row._id}\nclose`, { ticket: id, intent: { type: 'close', reason }, by }, clock.now()),
  ]);
  // A card that is deleted before its last change has gone out would be posted anew.
  const rests = await until(patient, REDRAWN_MS, async () => {
    const ticket = await store.tickets.load(id);
    if (ticket?.status !== 'closed' || ticket.pending.length > 0) return null;
    const waiting = (await store.outbox.about(id, [])).some(
      ({ state, address }) => state === 'pending' && address.platform === 'slack',
    );
    return waiting ? null : true;
  });
  if (rests === null) return false;
  let isClean = true;
  for (const surface of await store.surfaces.ofTicket(id)) {
    const { _id, address, state, ref } = surface;
    const where = ref === null ? null : readRef(ref);
    if (address.platform !== 'slack' || state !== 'live' || where === null) continue;
    const token = ground.installed.find(({ app }) => app === address.app)?.token;
    if (token !== undefined && (await ground.examiner.remove(token, where))) await store.surfaces.gone(_id);
    else isClean = false;
  }
  return isClean;
}
