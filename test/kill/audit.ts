import { join } from 'node:path';
import type { SandboxMessage } from '../../adapters/sandbox/store.ts';
import { addressKey } from '../../src/domain/address.ts';
import { firstBroken } from '../../src/domain/chain.ts';
import type { SealedEvent } from '../../src/domain/event.ts';
import { OPEN } from '../../src/domain/status.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { openEmbedded } from '../../src/embedded/embedded.ts';
import { slotOf } from '../../src/flow/places.ts';
import { derivedId } from '../../src/ids.ts';
import type { CustomerMessage } from '../../src/storage/messages.ts';
import type { OutboxRow } from '../../src/storage/outbox.ts';
import type { InboxRow } from '../../src/storage/inbox.ts';
import { openStore } from '../../src/storage/store.ts';
import type { Surface } from '../../src/storage/surfaces.ts';
import { APP, causeOf, type Input } from './driver.ts';
import type { Told } from './stories.ts';

interface Kept {
  readonly tickets: readonly Ticket[];
  readonly histories: ReadonlyMap<string, readonly SealedEvent[]>;
  readonly inbox: ReadonlyMap<string, InboxRow>;
  readonly outbox: readonly OutboxRow[];
  readonly messages: ReadonlyMap<string, CustomerMessage>;
  readonly surfaces: readonly Surface[];
  /** What the sandbox shows, by conversation, in its order. */
  readonly chats: ReadonlyMap<string, readonly SandboxMessage[]>;
}

/** Reads a stopped bot's whole store. */
async function readStore(data: string): Promise<Kept> {
  const embedded = await openEmbedded({ directory: join(data, 'store'), fsync: false });
  const store = await openStore(embedded.uri);
  try {
    const all = async <T>(name: string): Promise<T[]> =>
      (await store.connection.collection(name).find({}).toArray()) as unknown[] as T[];
    const tickets = await all<Ticket>('tickets');
    const histories = new Map<string, SealedEvent[]>();
    for (const ticket of tickets) histories.set(ticket._id, await store.tickets.history(ticket));
    const chats = new Map<string, SandboxMessage[]>();
    for (const shown of (await all<SandboxMessage>('sandbox_messages')).toSorted((a, b) => a.place - b.place))
      chats.set(shown.conversation, [...(chats.get(shown.conversation) ?? []), shown]);
    return {
      tickets: tickets.toSorted((a, b) => a.number - b.number),
      histories,
      inbox: new Map((await all<InboxRow>('inbox')).map((row) => [row._id, row])),
      outbox: await all<OutboxRow>('outbox'),
      messages: new Map((await all<CustomerMessage>('messages')).map((message) => [message._id, message])),
      surfaces: await all<Surface>('surfaces'),
      chats,
    };
  } finally {
    await store.close();
    await embedded.stop();
  }
}

/** Everything in a stopped bot's store that is not as the stories left it; empty when nothing was lost and nothing done twice. */
export async function audit(data: string, inputs: readonly Input[], told: readonly Told[]): Promise<string[]> {
  const kept = await readStore(data);
  return [
    ...emptyQueues(kept),
    ...inputsKept(kept, inputs),
    ...chainsWhole(kept),
    ...told.flatMap((story) =>
      storyHolds(kept, story).map((problem) => `${story.customer} (${story.story}): ${problem}`),
    ),
    ...kept.tickets.flatMap((ticket) => cardsFinal(kept, ticket).map((problem) => `T-${ticket.number}: ${problem}`)),
  ];
}

function emptyQueues({ inbox, outbox, tickets }: Kept): string[] {
  return [
    ...[...inbox.values()].filter((r) => r.parked === true).map((r) => `parked: ${r._id}: ${r.error}`),
    ...[...inbox.values()]
      .filter((r) => r.parked !== true && r.doneAt === undefined)
      .map((r) => `not worked: ${r._id}`),
    ...outbox.filter((r) => r.state === 'dead').map((r) => `dead letter: ${r._id}: ${r.error}`),
    ...outbox.filter((r) => r.state === 'pending').map((r) => `not delivered: ${r._id}`),
    ...tickets.filter((t) => t.pending.length > 0).map((t) => `T-${t.number} still holds effects`),
  ];
}

/** What was acknowledged is stored, and stands once in the chat where it was written. */
function inputsKept({ inbox, chats }: Kept, inputs: readonly Input[]): string[] {
  return inputs.flatMap((input) => {
    if (!inbox.has(causeOf(input))) return [`lost: ${input.clientId} of ${input.user}`];
    if (input.kind === 'action') return [];
    const id = derivedId('sandbox-message', input.user, input.clientId);
    const times = (chats.get(input.conversation) ?? []).filter((m) => m._id === id && m.text === input.text).length;
    return times === 1 ? [] : [`message ${input.clientId} of ${input.user} stands ${times} times in its chat`];
  });
}

function chainsWhole({ tickets, histories }: Kept): string[] {
  return tickets.flatMap((ticket) => {
    const events = histories.get(ticket._id) ?? [];
    const gap = events.find((event, i) => event.seq !== i + 1);
    const broken = firstBroken(events);
    const last = events.at(-1);
    return [
      ...(gap === undefined ? [] : [`T-${ticket.number}: a gap before event ${gap.seq}`]),
      ...(broken === null ? [] : [`T-${ticket.number}: the chain breaks at event ${broken}`]),
      ...(last?.seq === ticket.history.seq && last.hash === ticket.history.head
        ? []
        : [`T-${ticket.number}: the head is not the last event`]),
    ];
  });
}

function storyHolds(kept: Kept, told: Told): string[] {
  const tickets = kept.tickets.filter((t) => t.customer.account?.endsWith(`\n${told.customer}`) === true);
  const events = tickets.flatMap((t) => (kept.histories.get(t._id) ?? []).map((event) => ({ ticket: t, event })));
  const chat = kept.chats.get(`c-${told.customer}`) ?? [];
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };

  /** How often an input took effect: runs of its events. */
  const effects = (input: Input): number => {
    const own = events.filter(({ event }) => event.cause === causeOf(input));
    return own.filter(({ ticket, event }) => !own.some((o) => o.ticket === ticket && o.event.seq === event.seq - 1))
      .length;
  };
  for (const input of told.effective)
    expect(effects(input) === 1, `${input.clientId} ${input.text} took effect ${effects(input)} times`);
  for (const race of told.races) {
    const winners = race.map(effects);
    expect(winners.reduce((a, b) => a + b, 0) === 1, `one of ${winners.length} wins, not ${winners.join('+')}`);
  }
  const statuses = tickets.map((t) => t.status);
  if (told.ends !== null)
    expect(
      JSON.stringify(statuses) === JSON.stringify(told.ends),
      `ends ${statuses.join()} instead of ${told.ends.join()}`,
    );

  for (const input of told.effective.filter((i) => i.conversation === `c-${told.customer}`)) {
    const id = derivedId('message', causeOf(input));
    const naming = events.filter(({ event }) => event.data['message'] === id && event.type !== 'reopened');
    const first = naming.find(({ event }) => event.cause === causeOf(input));
    // A split that opens a ticket names there what it takes along; undone, the message is back where it was.
    const holds = ({ event }: (typeof events)[number], type: string): boolean =>
      event.type === type && Array.isArray(event.data['messages']) && event.data['messages'].includes(id);
    const gone = events.filter((e) => holds(e, 'split_off'));
    const isBack = events.filter((e) => holds(e, 'taken_in')).length === gone.length;
    expect(naming.length === 1 + gone.length, `message ${input.clientId} is named by ${naming.length} events`);
    const holder = isBack
      ? first?.ticket._id
      : (gone.at(-1)?.event.data['target'] as { ticket: string } | undefined)?.ticket;
    expect(
      kept.messages.get(id)?.ticket === holder,
      `message ${input.clientId} is stored with another ticket than the one that names it`,
    );
  }
  problems.push(
    ...customerHeard(
      kept,
      told,
      tickets,
      events.map(({ event }) => event),
      chat,
    ),
  );
  return problems;
}

/** What the customer read follows from the histories, each sentence once. */
function customerHeard(
  kept: Kept,
  told: Told,
  tickets: readonly Ticket[],
  events: readonly SealedEvent[],
  chat: readonly SandboxMessage[],
): string[] {
  const heard = chat.filter((m) => m.from === 'bot').map((m) => m.text ?? '');
  const times = (test: (text: string) => boolean): number => heard.filter(test).length;
  const problems: string[] = [];
  const count = (name: string, found: number, wanted: number): void => {
    if (found !== wanted) problems.push(`${name} heard ${found} times instead of ${wanted}`);
  };
  const sent = (id: unknown): boolean => kept.messages.get(String(id))?.state === 'sent';

  for (const t of tickets) {
    // What a split opens was acknowledged where it was said.
    const opened = kept.histories.get(t._id)?.[0]?.data;
    const wanted = opened?.['splitFrom'] === undefined ? 1 : 0;
    count(
      `acknowledgement of T-${t.number}`,
      times((s) => s.startsWith(`已收到，单号 T-${t.number}。`)),
      wanted,
    );
  }
  let withdrawn = 0;
  for (const { text, sure } of told.replies) {
    const found = times((s) => s === text);
    if (sure || found > 1) count(`reply ${text}`, found, 1);
    else withdrawn += 1 - found;
  }
  const undone = events.filter((e) => e.type === 'undone' && e.data['verb'] === 'replied').length;
  count('withdrawn replies', withdrawn, undone);
  const notices = events.filter((e) => e.type === 'resolved');
  const corrections = events.filter((e) => e.type === 'undone' && typeof e.data['correction'] === 'string');
  const undoneResolved = events.filter((e) => e.type === 'undone' && e.data['verb'] === 'resolved').length;
  count(
    'resolved notices',
    times((s) => s.includes('已经处理好了')),
    notices.length - undoneResolved + corrections.length,
  );
  count(
    'corrections',
    times((s) => s.includes('误发了')),
    corrections.length,
  );
  for (const e of corrections) if (!sent(e.data['correction'])) problems.push('a correction was not sent');
  count('messages of the bot', heard.length, new Set(heard).size + repeatable(heard));
  return problems;
}

/** Notices that may rightly be heard again because the ticket was resolved again. */
const repeatable = (heard: readonly string[]): number => {
  const notices = heard.filter((s) => s.includes('已经处理好了') || s.includes('误发了'));
  return notices.length - new Set(notices).size;
};

/** In each place of a ticket stands one card, at the ticket's final version. */
function cardsFinal(kept: Kept, ticket: Ticket): string[] {
  const problems: string[] = [];
  if (OPEN.has(ticket.status) && ticket.places.length === 0) problems.push('is open and has no place');
  for (const place of ticket.places) {
    const conversation = place.card === 'ticket' ? `g-${place.team}` : `d-${place.person}`;
    const address = { ...APP, conversation };
    const live = kept.surfaces.filter((s) => s.slot === slotOf(place, ticket._id, address) && s.state !== 'gone');
    const [surface] = live;
    if (live.length !== 1 || surface === undefined || surface.state !== 'live') {
      problems.push(`${live.length} live surfaces in ${conversation}: ${live.map((s) => s.state).join()}`);
      continue;
    }
    if (surface.shown !== ticket.cardVersion)
      problems.push(`the card in ${addressKey(address)} is at ${surface.shown} of ${ticket.cardVersion}`);
    const cards = (kept.chats.get(conversation) ?? []).filter(
      (m) => m.sent && m.card?.kind === place.card && m.card.title.startsWith(`T-${ticket.number} `),
    );
    if (cards.length !== 1) problems.push(`${cards.length} cards in ${conversation}`);
    if (cards[0]?.version !== ticket.cardVersion)
      problems.push(`${conversation} shows version ${cards[0]?.version} of ${ticket.cardVersion}`);
  }
  return problems;
}
