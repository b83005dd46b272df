import type { OutMessage } from '../../adapters/adapter.ts';
import type { Card } from '../../cards/card.ts';
import { cards } from '../../cards/registry.ts';
import type { Answer } from '../../commands/command.ts';
import { addressKey, appKey, type Address } from '../domain/address.ts';
import { DeliveryError } from '../errors.ts';
import type { OutboxBody, OutboxRow } from '../storage/outbox.ts';
import type { PostView } from '../storage/surfaces.ts';
import { say, type Reader, type Sentence } from '../text/text.ts';
import type { Attempt, Delivery } from './deliver.ts';
import { anomalyNow } from './anomaly-card.ts';
import { handoverNow } from './handover-card.ts';
import type { Parts } from './parts.ts';
import { asMessage, named } from './picture.ts';
import { asLent, takeLent } from './lend.ts';
import { calmLane } from './quiet.ts';
import { groupReader, personReader } from './reader.ts';
import { outboxRow, postId } from './row.ts';

/** Words to colleagues that are not about one ticket's card. */
export interface Post {
  /** What makes it one post: posting twice under a key says it once. Derive it from the cause. */
  readonly key: string;
  /** A group, or somebody's direct chat. */
  readonly to: Address;
  /** Whose language it is in; null: the group's. */
  readonly person: string | null;
  readonly sentence: Sentence;
  /** Buttons below it, the primary one first; none: plain words, unless it is `passing`. */
  readonly offers: NonNullable<Answer['offers']>;
  /** The key of an earlier post to the same address that now shows this instead; nothing is said when that one never went out. */
  readonly instead?: string;
  /** Shown instead of the words. */
  readonly view?: PostView;
  /** It will not stay so: a card even without buttons, for words alone cannot be shown differently later. */
  readonly passing?: true;
  /** It goes out also while the bot is quiet after a restore. */
  readonly calm?: true;
  /** It cannot wait where the platform's limits make others wait. */
  readonly urgent?: true;
}

/** How often a change looks whether what it changes has gone out. */
const BEHIND_MS = 1_000;

/** Says something to a group or to one person, once per key; where no platform of this process reaches the address, nothing. */
export async function post(parts: Pick<Parts, 'store' | 'clock' | 'adapters'>, said: Post): Promise<void> {
  const { key, to, person, sentence, offers, instead, view, passing, calm, urgent } = said;
  if (!parts.adapters.has(appKey(to))) return;
  const body: OutboxBody = {
    kind: 'post',
    person,
    sentence,
    offers,
    instead: instead === undefined ? null : postId(instead),
    ref: null,
    ...(view && { view }),
    ...(passing && { passing }),
  };
  await parts.store.outbox.add([
    outboxRow(
      {
        _id: postId(key),
        lane: calm === true ? calmLane(to) : laneOf(to),
        address: to,
        body,
        ...(urgent === true && { urgent }),
      },
      parts.clock.now(),
    ),
  ]);
}

/** Where posts to an address stand in line. */
export const laneOf = (to: Address): string => `post:${addressKey(to)}`;

/** The row that lets the message of an earlier one, a post or a notice to an admin, show this from now on. */
export function insteadOf(
  { _id, address }: Pick<OutboxRow, '_id' | 'address'>,
  { person, sentence }: Pick<Post, 'person' | 'sentence'>,
  now: Date,
): OutboxRow {
  const body: OutboxBody = { kind: 'post', person, sentence, offers: [], instead: _id, ref: null };
  return outboxRow({ _id: postId(`${_id}:over`), lane: laneOf(address), address, body }, now);
}

type Body = Extract<OutboxBody, { kind: 'post' }>;

/** Posts the words, or changes what an earlier post shows. */
export async function postRow(attempt: Attempt, row: OutboxRow, body: Body): Promise<Delivery> {
  if (body.instead !== null) return change(attempt, row, body, body.instead);
  if (body.ref !== null) return { state: 'done' };
  return sendPost(attempt, row, await inWords(attempt.parts, row.address, body));
}

/** Posts a message that nobody has got yet, and keeps which one it became. */
export async function sendPost(attempt: Attempt, row: OutboxRow, said: OutMessage): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const purpose = row.urgent === true ? 'urgent' : 'new';
  const { calls } = adapter.capabilities(row.address);
  const team = parts.directory().groups.get(addressKey(row.address)) ?? '';
  const to = calls === true ? await attempt.callees.anybody(team, row.address) : undefined;
  if (to?.length === 0) return { state: 'done' };
  const use = { address: row.address, method: 'send', purpose, ...(to !== undefined && { to }) } as const;
  const ms = await budgets.take(use, epoch);
  if (ms > 0) return { state: 'wait', ms };
  const message = { ...said, ...(to !== undefined && { to }) };
  const ref = await adapter.send(row.address, message, row._id);
  await parts.store.outbox.lend(row._id, asLent(parts, ref.grants));
  await parts.store.outbox.posted(row._id, ref.id);
  return { state: 'done' };
}

async function change(attempt: Attempt, row: OutboxRow, body: Body, earlier: string): Promise<Delivery> {
  const { parts, adapter, budgets, epoch } = attempt;
  const { outbox } = parts.store;
  const { update } = adapter.capabilities(row.address);
  const before = await outbox.load(earlier);
  if (before === null || !('ref' in before.body) || update === false) return { state: 'done' };
  if (before.body.ref === null)
    return before.state === 'pending' ? { state: 'wait', ms: BEHIND_MS } : { state: 'done' };
  const ms = await budgets.take({ address: row.address, method: 'update', purpose: 'redraw' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  const lent = 'lent' in before.body ? { _id: earlier, lent: before.body.lent ?? [] } : { _id: earlier };
  const grant = update === 'by-grant' ? await takeLent(parts, lent, 'outbox') : null;
  // Whoever presses what cannot be changed any more reads so.
  if (update === 'by-grant' && grant === null) return { state: 'done' };
  const message = named(await inWords(parts, row.address, body), earlier);
  try {
    await adapter.update(row.address, { id: before.body.ref }, message, row._id, grant ?? undefined);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // Certainly not spent: it is good for the next try.
    if (grant !== null && (error.failure === 'retryable' || error.failure === 'rate-limited'))
      await outbox.lend(earlier, asLent(parts, [grant]));
    // Somebody deleted it, or what was lent was spent already: there is nothing left that could mislead.
    if (error.failure !== 'gone') throw error;
  }
  return { state: 'done' };
}

async function inWords(parts: Parts, address: Address, body: Body): Promise<OutMessage> {
  const { person, sentence, offers, instead, passing, view } = body;
  const reader = person === null ? groupReader(parts, address) : personReader(parts, person);
  const version = instead === null ? 1 : 2;
  const card = view === undefined ? null : await viewed(parts, view, person, reader);
  if (card !== null) return asMessage(card, version);
  // What was posted as a card stays one, so that it can be shown differently.
  if (offers.length > 0 || instead !== null || passing === true)
    return asMessage(cards.notice({ sentence, offers }, reader), version);
  return { type: 'text', text: say(sentence, reader), attachments: [] };
}

/** What a post shows instead of its words, as it is now; null: nothing is left of it. */
async function viewed(parts: Parts, view: PostView, person: string | null, reader: Reader): Promise<Card | null> {
  if (view.kind === 'anomaly') {
    const anomaly = await anomalyNow(parts, view.id, reader);
    return anomaly === null ? null : cards.anomaly(anomaly, reader);
  }
  const handover = person === null ? null : await handoverNow(parts, person, view.ends);
  return handover === null ? null : cards.handover(handover, reader);
}
