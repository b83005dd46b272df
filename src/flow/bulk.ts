import type { Answer, Outcome } from '../../commands/command.ts';
import type { FiguresAsked } from '../../commands/figures-ask.ts';
import { addressKey } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import type { Figure } from '../domain/figure.ts';
import type { Intent } from '../domain/intent.ts';
import { leads } from '../domain/permission.ts';
import type { Refusal } from '../domain/refusal.ts';
import { OPEN } from '../domain/status.ts';
import type { Tally } from '../domain/tally.ts';
import { MAX_CASES } from '../domain/verbs/problem.ts';
import { text, type Sentence } from '../text/text.ts';
import { addressOf } from './account.ts';
import type { FigureReads } from './figures.ts';
import { grant } from './figures-answer.ts';
import { isRefusal, type Filings } from './filing.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';
import { personReader } from './reader.ts';
import { tellRow } from './relay.ts';
import type { Said } from './run.ts';

type Asked = Extract<Outcome, { kind: 'bulk' }>;

/** The ticket that was opened. */
function numberIn({ sentence }: Answer): number {
  if (sentence?.key === 'flow.filed' || sentence?.key === 'filing.already') return sentence.params.no;
  throw new Error('a problem ticket was filed without saying so');
}

/** Tickets that one press changes at the most. */
const MOST = 2_000;
/** Tickets that a problem ticket names. */
const NAMED = 20;

const NOT_ALLOWED: Refusal = { code: 'not_allowed', no: null, needs: 'lead', who: null };
const SURE = { key: 'figures.sure', params: null } as const;

/**
 * Does one thing to many tickets, after a question. Each is told through the inbox under a key of its own, so doing it again after a crash
 * changes nothing, and each decides by itself, by the rights of who asked.
 */
export function createBulk(
  parts: Parts,
  figures: FigureReads,
  filings: Filings,
  wakeInbox: () => void,
): (said: Said, asked: Asked) => Promise<Answer | Refusal> {
  const { store, clock, directory } = parts;

  const tell = async (
    { row, speaker }: Said,
    tickets: readonly string[],
    intent: Intent,
    what: string,
  ): Promise<void> => {
    const by = { kind: 'person', id: speaker.id, name: speaker.name } as const;
    const rows = tickets.map((ticket) => tellRow(`${row._id}:${what}:${ticket}`, { ticket, intent, by }, clock.now()));
    await store.inbox.add(rows);
    wakeInbox();
  };

  /** Tickets behind a number of what the speaker leads, as far as they are open. */
  const found = async (
    speaker: Person,
    figure: Figure,
    asked: Partial<FiguresAsked>,
  ): Promise<readonly Tally[] | Refusal> => {
    const whole = { scope: null, team: null, shop: null, period: null, until: null, ...asked };
    const granted = grant(speaker, whole, directory(), clock.now());
    if (granted === null) return [];
    if ('code' in granted) return granted;
    const tickets: Tally[] = [];
    const upTo = { ...granted.period, to: granted.until };
    for await (const t of figures.each(figure, granted.scope, upTo)) {
      if (t.open && leads(speaker, t.team)) tickets.push(t);
      if (tickets.length >= MOST) break;
    }
    return tickets;
  };

  const question = (sentence: Sentence, command: string, args: Readonly<Record<string, string>>): Answer => ({
    sentence,
    offers: [{ label: SURE, invoke: { command, args: { ...args, sure: 'yes' } } }],
  });

  const chase = async (said: Said, { scope, sure }: Extract<Asked, { what: 'chase' }>): Promise<Answer | Refusal> => {
    const tickets = await found(said.speaker, { is: 'late.open' }, { scope });
    if ('code' in tickets) return tickets;
    if (tickets.length === 0) return { sentence: { key: 'figures.chase_none', params: null } };
    const held = tickets.filter(({ assignee }) => assignee !== null && assignee !== said.speaker.id);
    const loose = tickets.filter(({ assignee }) => assignee === null);
    const params = { count: held.length, loose: loose.length, people: new Set(held.map((t) => t.assignee)).size };
    if (held.length + loose.length === 0)
      return { sentence: { key: 'figures.chase_own', params: { count: tickets.length } } };
    if (!sure) return question({ key: 'figures.chase_sure', params }, 'chase', scope === null ? {} : { of: scope });
    await tell(
      said,
      held.map(({ _id }) => _id),
      { type: 'chase' },
      'chase',
    );
    for (const team of new Set(loose.map((t) => t.team)))
      await ask(said, team, loose.filter((t) => t.team === team).length);
    return { sentence: { key: 'figures.chase_done', params } };
  };

  /** Asks a team in its groups to take what is late and nobody has. */
  const ask = async ({ row }: Said, team: string, count: number): Promise<void> => {
    for (const to of directory().teams.get(team)?.groups ?? [])
      await post(parts, {
        key: `${row._id}:chase:${addressKey(to)}`,
        to,
        person: null,
        sentence: { key: 'figures.chase_group', params: { count } },
        offers: [{ label: { key: 'board.next', params: null }, invoke: { command: 'next', args: {} } }],
      });
  };

  const reassign = async (
    said: Said,
    { person: id, to, sure }: Extract<Asked, { what: 'reassign' }>,
  ): Promise<Answer | Refusal> => {
    const { people, teams } = directory();
    const person = people.get(id);
    const receiver = to.startsWith('person:') ? (people.get(to.slice('person:'.length)) ?? null) : null;
    if (person === undefined || receiver?.id === id) return NOT_ALLOWED;
    const open = await store.tickets.list({ assignee: id, status: [...OPEN], order: 'oldest' }, MOST);
    const mine = open.filter((t) => leads(said.speaker, t.team));
    const from = person.name;
    if (mine.length === 0) return { sentence: { key: 'figures.reassign_none', params: { from } } };
    const count = mine.length;
    const name = receiver?.name ?? teams.get(to.slice('team:'.length))?.name ?? '';
    // Their own team takes them back; another one has them passed on.
    const back = receiver === null && mine.every((t) => to === `team:${t.team}`);
    if (!sure) {
      const sentence: Sentence = back
        ? { key: 'figures.reassign_queue', params: { from, count } }
        : { key: 'figures.reassign_sure', params: { from, to: name, count } };
      return question(sentence, 'reassign', { person: id, to });
    }
    const intent = (team: string): Intent =>
      receiver !== null
        ? { type: 'assign', person: receiver.id, seen: id }
        : to === `team:${team}`
          ? { type: 'cover', person: id }
          : { type: 'transfer', person: null, team: to.slice('team:'.length), note: null, words: '' };
    for (const team of new Set(mine.map((t) => t.team))) {
      const those = mine.filter((t) => t.team === team).map(({ _id }) => _id);
      await tell(said, those, intent(team), 'reassign');
    }
    return { sentence: { key: 'figures.reassign_done', params: { from, to: back ? '' : name, count } } };
  };

  const problem = async (
    said: Said,
    { category, asked, sure }: Extract<Asked, { what: 'problem' }>,
  ): Promise<Answer | Refusal> => {
    const { speaker, row, event } = said;
    const reader = personReader(parts, speaker.id);
    const tickets = await found(speaker, { is: 'cause', category }, asked);
    if ('code' in tickets) return tickets;
    const name = directory().categories.get(category)?.name[reader.locale] ?? category;
    const count = tickets.length;
    const [first] = tickets;
    if (first === undefined) return { sentence: { key: 'figures.problem_none', params: { category: name } } };
    if (!sure) {
      const of = [asked.scope, asked.period !== null && 'key' in asked.period ? asked.period.key : null];
      return question({ key: 'figures.problem_sure', params: { category: name, count } }, 'problem', {
        category,
        of: [...of, asked.until === null ? null : `@${asked.until}`].filter((part) => part !== null).join(' '),
      });
    }
    const numbers = tickets.slice(0, NAMED).map(({ number }) => number);
    const words = text(reader, 'figures.problem_words', { category: name, count, numbers });
    const by = { cause: row._id, speaker, conversation: addressOf(event) };
    const given = { category, shop: first.shop, team: first.team };
    const filed = await filings.file(by, { draft: null, text: words, attachments: [], order: null, given });
    if (isRefusal(filed)) return filed;
    const no = numberIn(filed);
    const tag: Intent = { type: 'tag', add: [`problem:t-${no}`], remove: [] };
    await tell(
      said,
      tickets.map(({ _id }) => _id),
      tag,
      'problem',
    );
    const opened = await store.tickets.byNumber(no);
    const cases = tickets.slice(0, MAX_CASES).map(({ _id, number }) => ({ ticket: _id, number }));
    if (opened !== null) await tell(said, [opened._id], { type: 'group', tickets: cases }, 'group');
    return {
      sentence: { key: 'figures.problem_done', params: { no, count } },
      offers: [
        {
          label: { key: 'command.form_submit', params: { verb: 'show' } },
          invoke: { command: 'show', args: { ticket: String(no) } },
        },
      ],
    };
  };

  return async (said, asked) => {
    switch (asked.what) {
      case 'chase':
        return chase(said, asked);
      case 'reassign':
        return reassign(said, asked);
      case 'problem':
        return problem(said, asked);
    }
  };
}
