import { cut } from '../../cards/excerpt.ts';
import type { BacklogItem } from '../../cards/backlog.ts';
import { shown } from '../../cards/standing.ts';
import type { Answer, Outcome } from '../../commands/command.ts';
import type { Actor } from '../domain/actor.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import { groupsOf } from '../text/file.ts';
import { say, text } from '../text/text.ts';
import { directOf } from './account.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';
import { ANSWERS, calmLane, OTHERS, SAYS, type Counts, type Quiet, type QuietStory } from './quiet.ts';
import { customerReader, personReader } from './reader.ts';
import { tellRow } from './relay.ts';
import type { Said } from './run.ts';

/** Messages that are shown at once. */
const PAGE = 10;
const MAX_WORDS = 80;

type Asked = Extract<Outcome, { kind: 'backlog' }>;

const button = (label: 'void_all' | 'look' | 'send_all', what: string) => ({
  label: { key: `backlog.${label}`, params: null } as const,
  invoke: { command: 'backlog', args: { what } },
});

/** What an admin can do about all of it, the first by default. */
const OFFERS = [button('void_all', 'void'), button('look', 'look'), button('send_all', 'send')];

/** What waits at this moment and would go out if the bot were not quiet. */
export async function countBacklog(parts: Pick<Parts, 'store' | 'clock' | 'directory'>, quiet: Quiet): Promise<Counts> {
  const { store, clock } = parts;
  const before = new Date(quiet.since.getTime() - 1);
  const [messages, reminders, notices, answers, ...others] = await Promise.all([
    store.outbox.countInLanes(SAYS, {}),
    store.tickets.countDue(clock.now()),
    noticesOf(parts),
    store.outbox.countInLanes(ANSWERS, { until: before }),
    ...OTHERS.map((lanes) => store.outbox.countInLanes(lanes, {})),
  ]);
  return { messages, reminders, notices, cards: others.reduce((sum, n) => sum + n, answers) };
}

async function noticesOf({ store, directory }: Pick<Parts, 'store' | 'directory'>): Promise<number> {
  const queues = [...directory().subscriptions.keys()].map((id) => store.hookDeliveries.queue(id));
  return (await Promise.all(queues)).reduce((sum, { pending }) => sum + pending, 0);
}

const noticeKey = ({ since }: Quiet, person: string): string => `quiet:${since.getTime()}:${person}`;

const waiting = (quiet: Quiet, counts: Counts) => ({
  sentence: { key: 'backlog.waiting', params: { ...quiet, ...counts } } as const,
  offers: OFFERS,
});

/** Tells admins that the bot is quiet and what waits, each in one card; doing it twice changes nothing. */
export async function tellQuiet(parts: Parts, quiet: Quiet, people: readonly string[]): Promise<void> {
  if (people.length === 0) return;
  const card = waiting(quiet, await countBacklog(parts, quiet));
  for (const id of people) {
    const person = parts.directory().people.get(id);
    const to = person === undefined ? null : directOf(parts, person);
    if (to !== null) await post(parts, { ...card, key: noticeKey(quiet, id), to, person: id, calm: true });
  }
}

/** The cards of all admins say what was decided, by whom and when. */
export async function tellDecided(parts: Parts, story: QuietStory, people: readonly string[]): Promise<void> {
  if (story.decision === null) return;
  const sentence = { key: 'backlog.decided', params: decidedOf(story.decision) } as const;
  for (const id of people) {
    const person = parts.directory().people.get(id);
    const to = person === undefined ? null : directOf(parts, person);
    const instead = noticeKey(story, id);
    if (to !== null)
      await post(parts, { key: `${instead}:over`, instead, to, person: id, sentence, offers: [], calm: true });
  }
}

const decidedOf = ({ what, name, at, counts }: NonNullable<QuietStory['decision']>) => ({
  what,
  by: name,
  at,
  counts,
});

/**
 * Gives up one message to a customer that waits in a restored store; its ticket gets to know by whom. Cut anywhere and done again it is the
 * same: the message, what the ticket is told, then the row. False: it was not to go out any more, for what was under way when the backup
 * was made has gone out since.
 */
export async function voidSay(
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
  row: OutboxRow,
  by: { readonly actor: Actor; readonly since: Date },
): Promise<boolean> {
  const { messages, outbox, inbox } = store;
  const message = row.body.kind === 'say' ? await messages.load(row.body.message) : null;
  const isVoided =
    message?.direction === 'out' && !(await messages.wentOut(message._id)) && (await messages.withdraw(message._id));
  if (message !== null && isVoided && message.ticket !== '') {
    const { _id, ticket, author } = message;
    const intent = { type: 'void', message: _id, written: author.kind === 'person' } as const;
    const key = `voided:${by.since.getTime()}:${_id}`;
    await inbox.add([tellRow(key, { ticket, intent, by: by.actor }, clock.now())]);
  }
  await outbox.done([row._id], clock.now());
  return isVoided;
}

/** Answers admins who ask what waits after a restore, and takes their decision: the first one counts. */
export function createBacklog(parts: Parts): (said: Said, asked: Asked) => Promise<Answer> {
  const { store, clock, quiet } = parts;

  /** The messages after a row, oldest first, as this admin may read them. */
  const page = async (person: string, story: QuietStory, after: string | null): Promise<Answer> => {
    const last = after === null ? null : await store.outbox.load(after);
    const rows = await store.outbox.oldestInLanes(SAYS, last, PAGE);
    const counts = await countBacklog(parts, story);
    const end = rows.at(-1);
    const more = end === undefined ? 0 : await store.outbox.countBehind(SAYS, end);
    const items = await Promise.all(rows.map((row) => itemOf(person, row)));
    return { view: { view: 'backlog', backlog: { items, more, counts } } };
  };

  const itemOf = async (person: string, row: OutboxRow): Promise<BacklogItem> => {
    const message = row.body.kind === 'say' ? await store.messages.load(row.body.message) : null;
    const ticket = message === null ? null : await store.tickets.load(message.ticket);
    const facts = ticket ?? { facts: {} };
    const { language } = message ?? {};
    const customer = customerReader(parts, ticket ?? (language === undefined ? null : { language, team: '' }));
    const body = message?.body ?? { text: '', attachments: [] };
    const written = 'text' in body ? body.text : say(body.sentence, customer);
    const files = 'text' in body && body.attachments.length > 0 ? { files: groupsOf(body.attachments) } : null;
    const words =
      written.trim() === '' && files !== null ? text(personReader(parts, person), 'file.title', files) : written;
    return {
      row: row._id,
      who: shown(facts, ticket?.customer.name ?? '', 'group'),
      no: ticket?.number ?? null,
      words: cut(shown(facts, words, 'group').replaceAll(/\s+/gu, ' ').trim(), MAX_WORDS),
      at: message?.at ?? row.order,
    };
  };

  /** The admin's own card shows what waits by now. */
  const refresh = async ({ speaker, row }: Said, story: QuietStory): Promise<Counts> => {
    const counts = await countBacklog(parts, story);
    const to = directOf(parts, speaker);
    const instead = noticeKey(story, speaker.id);
    const key = `${instead}:${row._id}`;
    if (to !== null) await post(parts, { ...waiting(story, counts), key, instead, to, person: speaker.id, calm: true });
    return counts;
  };

  const one = async (said: Said, story: QuietStory, id: string, what: 'void' | 'send'): Promise<Answer> => {
    const row = await store.outbox.load(id);
    const waits = row !== null && row.state === 'pending' && row.lane >= SAYS.from && row.lane < SAYS.to;
    const who = row === null ? '' : (await itemOf(said.speaker.id, row)).who;
    const by = { actor: said.actor, since: story.since };
    const isOurs =
      waits &&
      (what === 'void'
        ? await voidSay(parts, row, by)
        : await store.outbox.moveTo(row._id, calmLane(row.address), clock.now()));
    await refresh(said, story);
    const first = isOurs
      ? ({ key: what === 'void' ? 'backlog.item_void' : 'backlog.item_send', params: { who } } as const)
      : ({ key: 'backlog.item_over', params: null } as const);
    return { first, ...(await page(said.speaker.id, story, null)) };
  };

  const decide = async (said: Said, what: 'void' | 'send', counts: Counts): Promise<QuietStory | null> => {
    const { speaker, row } = said;
    const at = clock.now();
    const decision = { what, person: speaker.id, name: speaker.name, cause: row._id, at, counts };
    const state = what === 'void' ? 'voiding' : 'telling';
    return quiet.change((story) => (story.decision === null ? { ...story, state, decision } : null), at);
  };

  const outcomeFor = ({ row }: Said, { decision }: QuietStory): Answer | null => {
    if (decision === null) return null;
    // Worked again after a crash it is the same decision; else somebody was faster.
    if (decision.cause === row._id) return { sentence: { key: 'backlog.done', params: decision } };
    return { sentence: { key: 'backlog.decided', params: decidedOf(decision) } };
  };

  return async (said, { what, row, sure }) => {
    await quiet.refresh();
    const story = quiet.story();
    if (story === null) return { sentence: { key: 'backlog.nothing', params: null } };
    const over = outcomeFor(said, story);
    if (over !== null) return over;
    if (what === 'look') {
      await refresh(said, story);
      return page(said.speaker.id, story, row);
    }
    if (what !== null && row !== null) return one(said, story, row, what);
    if (what === null) return waiting(story, await refresh(said, story));
    if (what === 'send' && !sure) {
      const counts = await refresh(said, story);
      const sentence = { key: 'backlog.sure', params: { ...counts, backupMadeAt: story.backupMadeAt } } as const;
      const send = { command: 'backlog', args: { what: 'send', sure: 'yes' } };
      const yes = { label: { key: 'backlog.send_sure', params: null }, invoke: send } as const;
      return { sentence, offers: [button('look', 'look'), yes] };
    }
    const decided = await decide(said, what, await countBacklog(parts, story));
    return (
      (decided === null ? null : outcomeFor(said, decided)) ?? { sentence: { key: 'backlog.nothing', params: null } }
    );
  };
}
