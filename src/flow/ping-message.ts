import type { Grant, OutMessage } from '../../adapters/adapter.ts';
import { cards } from '../../cards/registry.ts';
import type { Card } from '../../cards/card.ts';
import { DeliveryError } from '../errors.ts';
import { derivedId } from '../ids.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import { pingKey, type Pinged } from '../storage/pings.ts';
import type { Attempt, Delivery } from './deliver.ts';
import { asLent, takeLent } from './lend.ts';
import type { Parts } from './parts.ts';
import { asMessage, named } from './picture.ts';
import { isOutside, type Found } from './ping-lines.ts';
import { personReader } from './reader.ts';

/** Another process writes the same just now. */
export const BEHIND: Delivery = { state: 'wait', ms: 1_000 };
const DONE: Delivery = { state: 'done' };

/** Says what is new together with what is still so of what was said before, whose message is then taken back. */
export async function begin(attempt: Attempt, row: OutboxRow, mine: Pinged, found: Found): Promise<Delivery> {
  const { parts, budgets, epoch } = attempt;
  const fresh = found.items.filter((item) => item.fresh);
  const purpose = fresh.some(({ urgent }) => urgent) ? 'urgent' : 'new';
  const ms = await budgets.take({ address: row.address, method: 'send', purpose }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  // What was said before is not what was held in the night.
  const items = found.items.map((item) => (item.fresh ? { ...item, fresh: false } : { ...item, heldFrom: null }));
  const card = cardOf(parts, row, mine, { ...found, items });
  const frozen = await parts.store.pings.save({
    ...mine,
    number: mine.number + 1,
    row: row._id,
    items,
    frozen: asMessage(card, mine.rev + 1),
    shown: digest(card),
    ref: null,
    before: mine.ref === null ? mine.before : { number: mine.number, ref: mine.ref },
    at: parts.clock.now(),
  });
  if (frozen?.frozen == null) return BEHIND;
  const sent = await send(attempt, row, frozen, frozen.frozen);
  const passed = 'state' in sent ? sent : await retire(attempt, row, sent);
  return 'state' in passed ? passed : DONE;
}

/** Goes on with what an earlier process, or an earlier try, has begun: exactly what was frozen, then the message it takes the place of. */
export async function finish(attempt: Attempt, row: OutboxRow, mine: Pinged): Promise<Pinged | Delivery> {
  const { budgets, epoch, adapter } = attempt;
  if (mine.frozen === null) return retire(attempt, row, mine);
  const purpose = mine.items.some(({ urgent }) => urgent) ? 'urgent' : 'new';
  const ms = await budgets.take({ address: row.address, method: 'send', purpose }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  adapter.doubt(pingKey(mine));
  const sent = await send(attempt, row, mine, mine.frozen);
  return 'state' in sent ? sent : retire(attempt, row, sent);
}

async function send(
  { parts, adapter }: Attempt,
  row: OutboxRow,
  mine: Pinged,
  message: OutMessage,
): Promise<Pinged | Delivery> {
  const { pings } = parts.store;
  const ref = await adapter.send(row.address, message, pingKey(mine)).catch(async (error: unknown) => {
    // What is frozen will never be taken: the next message says what is so then.
    if (error instanceof DeliveryError && (error.failure === 'permanent' || error.failure === 'gone'))
      await pings.save({ ...mine, frozen: null, items: [], more: false });
    throw error;
  });
  await pings.lend(pingKey(mine), asLent(parts, ref.grants));
  const stands = isOutside(row.address) ? { ref: null, items: [], more: false } : { ref: ref.id };
  return (await pings.save({ ...mine, ...stands, frozen: null })) ?? BEHIND;
}

/** The message before it is taken back, or says that there is a newer one, as far as the platform allows. */
async function retire(attempt: Attempt, row: OutboxRow, mine: Pinged): Promise<Pinged | Delivery> {
  const { parts, adapter } = attempt;
  const { before } = mine;
  // Nothing has taken its place where the message after it could not be sent.
  if (before === null || mine.ref === null) return mine;
  const old = { ...mine, number: before.number, ref: before.ref };
  const card = cards.passedPing(personReader(parts, mine.person));
  const changed = adapter.withdraws ? await withdrawn(attempt, row, old) : await shown(attempt, row, old, card);
  if (changed.state === 'wait') return changed;
  await parts.store.pings.forget(mine._id, mine.number);
  return (await parts.store.pings.save({ ...mine, before: null })) ?? BEHIND;
}

/** Brings the message that stands to what is so; one of which nothing is left is taken back, or one quiet line. */
export async function redraw(attempt: Attempt, row: OutboxRow, mine: Pinged, found: Found): Promise<Delivery> {
  const { parts, adapter } = attempt;
  const isOver = found.lines.length === 0;
  const card = cardOf(parts, row, mine, found);
  const next = { ...mine, items: found.items, more: mine.more && !isOver, shown: digest(card) };
  if (mine.ref !== null && next.shown !== mine.shown) {
    const changed =
      isOver && adapter.withdraws ? await withdrawn(attempt, row, mine) : await shown(attempt, row, mine, card);
    if (changed.state === 'wait') return changed;
    if (changed.state === 'gone') Object.assign(next, { ref: null });
  }
  const isSame = next.items.length === mine.items.length && next.shown === mine.shown && mine.rev > 0;
  if (isSame || (mine.rev === 0 && isOver)) return DONE;
  return (await parts.store.pings.save({ ...next, ...(isOver && { ref: null }) })) === null ? BEHIND : DONE;
}

/** What became of a change: `gone`: there is no message any more. */
type Changed = Delivery | { readonly state: 'gone' };

async function withdrawn({ adapter }: Attempt, row: OutboxRow, { ref }: Pick<Pinged, 'ref'>): Promise<Changed> {
  try {
    await adapter.withdraw(row.address, { id: ref ?? '' });
  } catch (error) {
    // Too old for that, or gone already.
    if (!(error instanceof DeliveryError)) throw error;
  }
  return DONE;
}

/** Changes a message that stands; one that cannot be changed stays as it is. */
async function shown(attempt: Attempt, row: OutboxRow, mine: Pinged, card: Card): Promise<Changed> {
  const { parts, adapter, budgets, epoch } = attempt;
  const { update } = adapter.capabilities(row.address);
  if (update === false || mine.ref === null) return DONE;
  const ms = await budgets.take({ address: row.address, method: 'update', purpose: 'redraw' }, epoch);
  if (ms > 0) return { state: 'wait', ms };
  const key = pingKey(mine);
  const grant = update === 'by-grant' ? await lentFor(parts, mine) : null;
  // Whoever presses what cannot be changed any more reads so.
  if (update === 'by-grant' && grant === null) return DONE;
  try {
    const message = named(asMessage(card, mine.rev + 1), key);
    await adapter.update(row.address, { id: mine.ref }, message, `${key}:${mine.rev}`, grant ?? undefined);
    return DONE;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // Certainly not spent: it is good for the next try.
    if (grant !== null && (error.failure === 'retryable' || error.failure === 'rate-limited'))
      await parts.store.pings.lend(key, asLent(parts, [grant]));
    if (error.failure !== 'gone') throw error;
    return { state: 'gone' };
  }
}

const lentFor = (parts: Parts, mine: Pinged): Promise<Grant | null> =>
  takeLent(parts, { _id: pingKey(mine), lent: mine.lent.filter(({ number }) => number === mine.number) }, 'pings');

/** `mine`: as it was before `found`, which is what is left of it. */
function cardOf(parts: Parts, { address }: OutboxRow, mine: Pinged, { items, lines }: Found): Card {
  const held = items.flatMap(({ heldFrom }) => heldFrom ?? []).map((at) => at.getTime());
  return cards.ping(
    {
      lines,
      told: mine.items.map(({ number }) => number),
      more: mine.more,
      since: held.length === 0 ? null : new Date(Math.min(...held)),
      person: mine.person,
      directory: parts.directory(),
      outside: isOutside(address),
    },
    personReader(parts, mine.person),
  );
}

const digest = (card: Card): string => derivedId('ping', JSON.stringify(card));
