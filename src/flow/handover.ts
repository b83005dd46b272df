import type { Answer, HandedOver, TicketRow } from '../../commands/command.ts';
import { system } from '../domain/actor.ts';
import type { Person } from '../domain/directory.ts';
import { closingOf, standingAt, type DutyRecord } from '../domain/duty.ts';
import { ASKED_MS, backAfter, dueBefore, isKept, nextShift } from '../domain/handover.ts';
import type { Intent } from '../domain/intent.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Ticket } from '../domain/ticket.ts';
import { undoTarget } from '../domain/verbs/undo.ts';
import { derivedId } from '../ids.ts';
import { say, type Sentence } from '../text/text.ts';
import { directOf } from './account.ts';
import { handoverNow, namesOf, standingIn, ticketsOf } from './handover-card.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { post } from './post.ts';
import { groupReader, personReader } from './reader.ts';
import { postId } from './row.ts';
import type { Said } from './run.ts';
import { talkOf } from './talk.ts';
import { putNote } from './thread.ts';
import { performUndo } from './undo.ts';

/** Of what the customer wrote, what is left with a ticket that nobody handed over. */
const LAST_WORDS = 3;
/** What was handed over can be taken back together as long as its numbers fit into a button. */
const MOST_BACK = 30;

export interface Handover {
  /** Asks everybody whose shift ends soon, and settles what nobody has answered when it has ended; how many people. */
  sweep(): Promise<number>;
  /** Does what somebody said, or shows them what there is to say. */
  answer(said: Said, asked: HandedOver): Promise<Answer>;
}

const refusalSentence = (refusal: Refusal): Sentence =>
  ({ key: `refusal.${refusal.code}`, params: refusal }) as Sentence;

const keyOf = (person: string, ends: Date): string => `handover:${person}:${ends.getTime()}`;

/** When somebody goes home: as they said when they came, else by their calendar. */
function endOf(parts: Pick<Parts, 'directory' | 'clock'>, person: Person, record: DutyRecord | undefined): Date {
  const now = parts.clock.now();
  return standingAt(record, now).state !== 'off' && record !== undefined
    ? record.ends
    : closingOf(person, parts.directory(), now);
}

/** Which state a card shows: rises with every change of what is on it, so no state comes twice. */
const stateOf = (tickets: readonly TicketRow[]): string =>
  derivedId('handover', ...tickets.map((t) => `${t._id}:${t.version}`).toSorted());

/** The end of shifts: who goes home is asked what becomes of their tickets, and nothing stays behind that cannot wait. */
export function createHandover(parts: Parts, perform: Perform): Handover {
  const { store, clock, roster } = parts;

  /** Posts the card, or brings the one that stands to what is so now; `first`: it may be posted. */
  const show = async (person: Person, ends: Date, first: boolean): Promise<void> => {
    const to = directOf(parts, person);
    if (to === null || clock.now() >= ends) return;
    const tickets = await ticketsOf(parts, person.id);
    const key = keyOf(person.id, ends);
    const stands = await store.outbox.load(postId(key));
    if (stands === null && (!first || tickets.every((t) => isKept(t, clock.now())))) return;
    const state = stateOf(tickets);
    const sentence = { key: 'handover.title', params: { count: tickets.length, ends } } as const;
    const common = { to, person: person.id, sentence, offers: [], passing: true } as const;
    const view = { kind: 'handover', ends, state } as const;
    if (stands === null) await post(parts, { ...common, key, view });
    else if (stands.body.kind === 'post' && stands.body.view?.state !== state)
      await post(parts, { ...common, key: `${key}:${state}`, instead: key, view });
  };

  /** A shift has ended: what cannot wait until they are back goes to their teams. Done again it is the same. */
  const settle = async (person: Person, { ends }: DutyRecord): Promise<void> => {
    const directory = parts.directory();
    const back = backAfter(person, directory, ends);
    const key = keyOf(person.id, ends);
    const moved: number[] = [];
    let stay = 0;
    // All of them, however many: what is forgotten here nobody looks at.
    for (const id of await store.tickets.openWith(person.id)) {
      const ticket = await store.tickets.load(id);
      if (ticket === null) continue;
      const gone = dueBefore(ticket, back) !== null && (await leave(person, ticket, { key, back }));
      if (gone) moved.push(ticket.number);
      else stay += 1;
    }
    // Whoever came again meanwhile has said so later than this.
    await roster.keep({ _id: person.id, state: 'off', since: ends, until: ends, ends, by: person.id });
    const to = directOf(parts, person);
    if (to === null || (await store.outbox.load(postId(key))) === null) return;
    const sentence = { key: 'handover.over', params: { moved, stay, ends, back } } as const;
    await post(parts, { key: `${key}:over`, instead: key, to, person: person.id, sentence, offers: [] });
  };

  /** Whether a ticket went to the queue, with what the customer said last. */
  const leave = async (person: Person, ticket: Ticket, by: { key: string; back: Date }): Promise<boolean> => {
    const actor = system('handover');
    const cause = `${by.key}:${ticket._id}`;
    const note = derivedId(cause, 'note');
    const lines = ticket.quotes
      .filter((q) => q.text.trim() !== '')
      .slice(-LAST_WORDS)
      .map(({ at, text }) => ({ at, text: text.trim() }));
    const [group] = parts.directory().teams.get(ticket.team)?.groups ?? [];
    const reader = group === undefined ? personReader(parts, person.id) : groupReader(parts, group);
    const noteText = say({ key: 'handover.last_words', params: { lines } }, reader);
    await store.notes.add({ _id: note, ticket: ticket._id, author: actor, noteText, attachments: [], at: clock.now() });
    const intent: Intent = { type: 'cover', person: person.id, dueBefore: by.back, note };
    const result = await perform(ticket._id, intent, { actor, cause });
    if (result.ticket !== null && result.ticket.assignee !== person.id) {
      await putNote(parts, result.ticket, note, null);
      return true;
    }
    return false;
  };

  /** The tickets that are meant, as they are now; those with an answer already only when they are named. */
  const meant = async (person: string, { numbers }: HandedOver): Promise<readonly TicketRow[]> => {
    if (numbers !== null) return store.tickets.byNumbers(numbers);
    return (await ticketsOf(parts, person)).filter((t) => !isKept(t, clock.now()));
  };

  const act = async (said: Said, asked: HandedOver): Promise<Answer> => {
    const { speaker, row } = said;
    const ends = endOf(parts, speaker, (await roster.read()).get(speaker.id));
    const back = backAfter(speaker, parts.directory(), ends);
    const done: Ticket[] = [];
    const refusals: Refusal[] = [];
    for (const { _id, number } of await meant(speaker.id, asked)) {
      const cause = `${row._id}:${_id}`;
      const note = asked.note === null ? null : derivedId(cause, 'note');
      const at = clock.now();
      if (note !== null && asked.note !== null)
        await store.notes.add({
          _id: note,
          ticket: _id,
          author: said.actor,
          noteText: asked.note,
          attachments: [],
          at,
        });
      const intent: Intent =
        asked.what === 'keep' ? { type: 'keep', until: back } : { type: 'hand_over', person: asked.person, note, ends };
      const { refusal, ticket } = await perform(_id, intent, { actor: said.actor, cause });
      if (refusal !== null) refusals.push(refusal);
      else if (ticket !== null) {
        done.push(ticket);
        if (note !== null) await putNote(parts, ticket, note, talkOf(said.event));
      } else refusals.push({ code: 'not_found', no: `T-${number}` });
    }
    await show(speaker, ends, false);
    return outcome(said, asked, { done, refusals, ends, back });
  };

  const outcome = async (
    { speaker }: Said,
    asked: HandedOver,
    { done, refusals, ends, back }: { done: readonly Ticket[]; refusals: readonly Refusal[]; ends: Date; back: Date },
  ): Promise<Answer> => {
    const [refusal] = refusals;
    const why = refusal === undefined ? null : refusedAs(speaker, refusal, refusals.length - 1);
    const numbers = done.map((t) => t.number);
    if (numbers.length === 0) {
      const [named] = asked.numbers ?? [];
      const none: Sentence =
        named === undefined
          ? { key: 'handover.nothing', params: null }
          : refusalSentence({ code: 'not_found', no: `T-${named}` });
      return { sentence: why ?? none };
    }
    const sentence = await doneAs(speaker, asked, { done, numbers, ends, back });
    const offers =
      asked.what === 'keep' || numbers.length > MOST_BACK
        ? []
        : [
            {
              label: { key: 'handover.undo_all', params: null } as const,
              invoke: { command: 'handover', args: { back: numbers.join('.') } },
            },
          ];
    return why === null ? { sentence, offers } : { first: sentence, sentence: why, offers };
  };

  const refusedAs = (speaker: Person, refusal: Refusal, more: number): Sentence =>
    more === 0
      ? refusalSentence(refusal)
      : {
          key: 'handover.refused_more',
          params: { first: say(refusalSentence(refusal), personReader(parts, speaker.id)), count: more },
        };

  const doneAs = async (
    speaker: Person,
    { what, person }: HandedOver,
    { done, numbers, ends, back }: { done: readonly Ticket[]; numbers: readonly number[]; ends: Date; back: Date },
  ): Promise<Sentence> => {
    if (what === 'keep') return { key: 'handover.done_keep', params: { numbers, back } };
    const { people, teams } = parts.directory();
    if (person !== null)
      return { key: 'handover.done_to', params: { numbers, who: people.get(person)?.name ?? person } };
    const names = [...new Set(done.map((t) => t.team))].map((id) => teams.get(id)?.name ?? id);
    const stands = standingIn(await roster.read(), clock.now());
    const next = nextShift(speaker, parts.directory(), ends, stands);
    return { key: 'handover.done_next', params: { numbers, teams: names, ...namesOf(next) } };
  };

  /** What was handed over comes back, as far as nobody has taken it up. */
  const takeBack = async (said: Said, { numbers }: HandedOver): Promise<Answer> => {
    const { speaker, row, actor } = said;
    const back: number[] = [];
    const refusals: Refusal[] = [];
    for (const ticket of await store.tickets.byNumbers(numbers ?? [])) {
      const cause = `${row._id}:${ticket._id}`;
      const isKnown = ticket.history.causes.some((c) => c.cause === cause);
      const target = undoTarget(ticket, null, speaker.id);
      if (!isKnown && target?.type !== 'handed_over') continue;
      const seq = target?.seq ?? null;
      const intent = { type: 'undo', seq, notice: 'none', sure: false, correction: '' } as const;
      const { refusal } = await performUndo(parts, perform, ticket, intent, { actor, cause }, null);
      if (refusal === null) back.push(ticket.number);
      else refusals.push(refusal);
    }
    const ends = endOf(parts, speaker, (await roster.read()).get(speaker.id));
    await show(speaker, ends, false);
    const [refusal = { code: 'undo_nothing' } as const] = refusals;
    const why = refusedAs(speaker, refusal, Math.max(0, refusals.length - 1));
    if (back.length === 0) return { sentence: why };
    const sentence = { key: 'handover.done_back', params: { numbers: back } } as const;
    return refusals.length === 0 ? { sentence } : { first: sentence, sentence: why };
  };

  return {
    async sweep() {
      // Nothing that went by while the store was away is decided before an admin has spoken.
      if (parts.quiet() !== null) return 0;
      const { people } = parts.directory();
      const now = clock.now();
      let met = 0;
      const failed: unknown[] = [];
      for (const record of (await roster.read()).values()) {
        const person = people.get(record._id);
        if (person === undefined) continue;
        const isOver = now >= record.ends;
        if (isOver && record.state === 'off' && record.since >= record.ends) continue;
        const isNear = record.ends.getTime() - now.getTime() <= ASKED_MS && standingAt(record, now).state === 'on';
        if (!isOver && !isNear) continue;
        met += 1;
        try {
          await (isOver ? settle(person, record) : show(person, record.ends, true));
        } catch (error) {
          // What goes wrong with one person's tickets is no reason to forget the others.
          failed.push(error);
        }
      }
      if (failed.length > 0) throw failed[0];
      return met;
    },

    async answer(said, asked) {
      if (asked.what === 'back') return takeBack(said, asked);
      if (asked.what !== null) return act(said, asked);
      const { speaker } = said;
      const ends = endOf(parts, speaker, (await roster.read()).get(speaker.id));
      const handover = await handoverNow(parts, speaker.id, ends);
      return handover === null || handover.tickets.length + handover.kept === 0
        ? { sentence: { key: 'handover.nothing', params: null } }
        : { view: { view: 'handover', handover } };
    },
  };
}
