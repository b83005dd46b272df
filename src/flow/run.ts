import type { InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import type { Form } from '../../cards/card.ts';
import { shown } from '../../cards/standing.ts';
import type { Answer, Command, CommandContext, DraftMessage, Outcome as Ran } from '../../commands/command.ts';
import { execute, formOnPress } from '../../commands/execute.ts';
import { formFor } from '../../commands/form.ts';
import type { Given } from '../../commands/params.ts';
import type { Person } from '../domain/directory.ts';
import type { Intent } from '../domain/intent.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Refusal } from '../domain/refusal.ts';
import { membersOnDuty } from '../domain/duty.ts';
import { system, type Actor } from '../domain/actor.ts';
import type { Ticket } from '../domain/ticket.ts';
import { customerAddress } from '../domain/verbs/shared.ts';
import { derivedId } from '../ids.ts';
import type { InboxRow } from '../storage/inbox.ts';
import type { CustomerMessage } from '../storage/messages.ts';
import type { Sentence } from '../text/text.ts';
import { addressOf, namedIn } from './account.ts';
import { acknowledgeAll } from './acknowledge.ts';
import { aDraft, ownDraft } from './drafts.ts';
import { createBacklog } from './backlog.ts';
import { createBulk } from './bulk.ts';
import { createFigureAnswers } from './figures-answer.ts';
import { createFigures } from './figures.ts';
import { createDuty } from './duty.ts';
import { decideJoin } from './admission.ts';
import { redeem } from './redeem.ts';
import { link } from './link.ts';
import { isRefusal, type Filer, type Filings } from './filing.ts';
import { resendAll } from './letters.ts';
import type { Handover } from './handover.ts';
import { createNext } from './next.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';
import type { Perform, Performed } from './perform.ts';
import { refreshPressed } from './refresh.ts';
import { factsFor } from './roster.ts';
import { createPolicies } from './policies.ts';
import { planSplit } from './split.ts';
import { talkOf } from './talk.ts';
import { putNote } from './thread.ts';
import { HELD_VERBS, performUndo, UNDOABLE_VERBS } from './undo.ts';

/** A command as somebody said it, its subject found. */
export interface Said {
  readonly row: InboxRow;
  readonly event: InboundMessage | InboundInvoke | InboundForm;
  readonly speaker: Person;
  /** Who a change is written down to. */
  readonly actor: Actor;
  readonly command: Command;
  readonly given: Given;
  readonly ticket: Ticket | null;
}

export interface Told {
  readonly answer: Answer | null;
  readonly form: Form | null;
  readonly outcome?: Outcome;
}

export interface Run {
  (said: Said): Promise<Told>;
  /** The form the command would open for what was given; null when nothing is missing. */
  form(said: Said): Promise<Form | null>;
}

/** Most colleagues that a refusal names. */
const NAMED = 5;

/** What somebody does only while at work. */
const AT_WORK: ReadonlySet<Intent['type']> = new Set(['claim', 'reply', 'reply_elsewhere']);

const NEW = { key: 'command.form_submit', params: { verb: 'new' } } as const;

const filerOf = ({ row, speaker, event }: Said): Filer => ({
  cause: row._id,
  speaker,
  conversation: addressOf(event),
});

const tell = (answer: Answer | null): Told => ({ answer, form: null });
const no = (answer: Answer, refusal: Refusal): Told => ({
  ...tell(answer),
  outcome: { outcome: 'refused', refusal },
});
const asking = (form: Form | null): Told => {
  const open = form?.fields.filter((f) => f.error !== undefined || (f.required && (f.value ?? '') === '')) ?? [];
  const fields = open.map(({ name, error = null }) => ({ field: name, message: error }));
  return { answer: null, form, ...(form !== null && { outcome: { outcome: 'incomplete', fields } }) };
};
const refusalSentence = (refusal: Refusal): Sentence =>
  ({ key: `refusal.${refusal.code}`, params: refusal }) as Sentence;

/** Runs one command for one person: rights, values, then its intent or its answer. */
export function createRun(
  parts: Parts,
  perform: Perform,
  filings: Filings,
  numbers: Numbers,
  handover: Handover,
  wakeInbox: () => void,
): Run {
  const { store } = parts;
  const duty = createDuty(parts, wakeInbox);
  const next = createNext(parts, perform);
  const backlog = createBacklog(parts);
  const policy = createPolicies(parts);
  const figures = createFigures(parts.store, parts.clock);
  const figureAnswers = createFigureAnswers(parts, figures);
  const bulk = createBulk(parts, figures, filings, wakeInbox);

  const contextOf = (said: Said): CommandContext => ({
    speaker: said.speaker,
    directory: parts.directory(),
    now: parts.clock.now(),
    conversation: addressOf(said.event),
    ticket: said.ticket,
    tickets: store.tickets,
    cause: said.row._id,
    from: said.given.from,
    draft: (id) => ownDraft(parts, said.speaker, id),
    attachments: said.event.kind === 'message' ? said.event.attachments : [],
    named: namedIn(parts, said.event),
  });

  const run = async (said: Said): Promise<Told> =>
    finish(said, await execute(said.command, said.given, contextOf(said)));

  const finish = async (said: Said, outcome: Ran): Promise<Told> => {
    switch (outcome.kind) {
      case 'answer':
        // Where a card changes only by a press, one that only asks brings it up to date as well.
        await refresh(said);
        return tell(outcome.answer);
      case 'form':
        return asking(outcome.form);
      case 'refused':
        await refresh(said);
        return no(await wayOut(said, outcome.refusal), outcome.refusal);
      case 'duty':
        return tell(await duty.change(said.speaker, outcome, said.row));
      case 'handover':
        return tell(await handover.answer(said, outcome));
      case 'next': {
        const taken = await next.take(said);
        return 'answer' in taken ? tell(taken.answer) : followed(said, taken.outcome, taken.result);
      }
      case 'acknowledge':
        return tell(await acknowledgeAll(parts, perform, said));
      case 'resend':
        return tell({
          sentence: { key: 'letters.resent', params: { count: await resendAll(store, parts.clock.now()) } },
        });
      case 'backlog':
        return tell(await backlog(said, outcome));
      case 'policy':
        return policies(said, outcome);
      case 'link':
        return tell(await link(parts, said, outcome));
      case 'code':
        return tell(await redeem(parts, said.event, said.row._id, outcome));
      case 'join':
        return tell(await decideJoin(parts, said, outcome));
      case 'split':
        return said.ticket === null ? tell(null) : finish(said, await split(said, said.ticket, outcome.to));
      case 'file':
        return filed(said, await filings.file(filerOf(said), outcome.filing));
      case 'preview':
        return filed(said, await filings.preview(filerOf(said), outcome.text, outcome.attachments));
      case 'draft': {
        if (outcome.step === 'drop') return filed(said, await filings.drop(filerOf(said), outcome.draft));
        const values = await filings.values(filerOf(said), outcome.draft);
        if (isRefusal(values)) return filed(said, values);
        return asking(formFor(said.command, contextOf(said), { values }));
      }
      case 'figures':
        return filed(said, await figureAnswers(said, outcome.asked));
      case 'bulk':
        return filed(said, await bulk(said, outcome));
      case 'intent':
        return said.ticket === null ? tell(null) : performed(said, said.ticket, outcome);
    }
  };

  const filed = async (said: Said, answer: Answer | Refusal): Promise<Told> =>
    isRefusal(answer) ? no(await wayOut(said, answer), answer) : tell(answer);

  const policies = async (said: Said, asked: Extract<Ran, { kind: 'policy' }>): Promise<Told> => {
    const answer = await policy(said, asked);
    return 'code' in answer ? no(await wayOut(said, answer), answer) : tell(answer);
  };

  const split = async (said: Said, ticket: Ticket, to: string | null): Promise<Ran> => {
    const cause = said.row._id;
    const facts = await factsFor(parts, { actor: said.actor, cause });
    return planSplit(parts, numbers, { ticket, to, cause, facts });
  };

  const performed = async (said: Said, ticket: Ticket, outcome: Extract<Ran, { kind: 'intent' }>): Promise<Told> => {
    const who = { actor: said.actor, cause: said.row._id };
    const { message, note, intent } = outcome;
    // Stored first: the event that follows names it, and what no event names is invisible.
    const draft =
      message === undefined ? null : messageOf(ticket, message, who.actor, intent.type === 'reply_elsewhere');
    if (draft !== null && intent.type !== 'undo') await store.messages.add([draft]);
    if (note !== undefined) {
      const { id: _id, noteText, attachments } = note;
      await store.notes.add({
        _id,
        ticket: ticket._id,
        author: who.actor,
        noteText,
        attachments,
        at: parts.clock.now(),
      });
    }
    if (intent.type === 'undo') {
      const undone = await performUndo(parts, perform, ticket, intent, who, draft);
      if (undone.refusal !== null) return no(await refused(said, intent, undone.refusal), undone.refusal);
      const params = { no: ticket.number, customer: undone.customer };
      return { ...tell({ sentence: { key: 'command.done_undo', params } }), outcome: { outcome: 'done' } };
    }
    const result = await perform(ticket._id, intent, who);
    if (result.refusal !== null) return no(await refused(said, intent, result.refusal), result.refusal);
    if (note !== undefined && result.ticket !== null) await putNote(parts, result.ticket, note.id, talkOf(said.event));
    return followed(said, outcome, result);
  };

  /** It was accepted: what else follows from it, and what the speaker reads. */
  const followed = async (said: Said, outcome: Extract<Ran, { kind: 'intent' }>, result: Performed): Promise<Told> => {
    const { ticket } = result;
    if (ticket === null) return tell(null);
    if (outcome.uses !== undefined) await filings.used(outcome.uses, ticket._id);
    if (result.outcome === 'already') await refresh(said);
    if (result.outcome === 'done') parts.recent.set(said.speaker.id, ticket._id);
    // What a program does says nothing of who is at their desk.
    const byHand = said.actor.kind === 'person' && said.actor.via === undefined;
    if (result.outcome === 'done' && byHand && AT_WORK.has(outcome.intent.type))
      await duty.atWork(said.speaker, said.row);
    return {
      ...tell(accepted(outcome, result)),
      outcome: { outcome: result.outcome === 'already' ? 'already' : 'done' },
    };
  };

  const messageOf = (
    ticket: Ticket,
    draft: DraftMessage,
    author: CustomerMessage['author'],
    told: boolean,
  ): CustomerMessage | null => {
    const address = customerAddress(ticket);
    const { id: _id, body } = draft;
    const at = parts.clock.now();
    const base = { _id, ticket: ticket._id, author, body, platformId: null, at } as const;
    if (told) return { ...base, direction: 'elsewhere', address: null, state: 'told' };
    if (address === null) return null;
    return { ...base, direction: 'out', address, state: 'held' };
  };

  /** Nothing was done: the reason, what to do instead, and the pressed card brought up to date. */
  const refused = async (said: Said, intent: Intent, refusal: Refusal): Promise<Answer> => {
    await refresh(said);
    const sentence = refusalSentence(refusal);
    if (refusal.code === 'undo_seen') {
      const args = { ticket: String(refusal.no), seq: String(refusal.seq), sure: 'yes' };
      return {
        sentence,
        offers: [{ label: { key: 'flow.undo_telling', params: null }, invoke: { command: 'undo', args } }],
      };
    }
    if (refusal.code !== 'already_claimed' || intent.type !== 'claim') return wayOut(said, refusal);
    const best = await next.best(said.speaker);
    if (best === null) return { sentence };
    // Nobody has it yet, so its numbers stay masked as in the group.
    const subject = shown(best, best.subject, 'group');
    return {
      sentence: { key: 'flow.next', params: { refusal, no: best.number, subject } },
      offers: [
        {
          label: { key: 'flow.claim', params: null },
          invoke: { command: 'claim', args: { ticket: String(best.number) } },
        },
      ],
    };
  };

  /** A name that is nobody's is answered with who is there. */
  const withPeople = async (said: Said, refusal: Refusal): Promise<Refusal> => {
    if (refusal.code !== 'unknown_value' || refusal.what !== 'person-or-team') return refusal;
    const { directory, onDuty } = await factsFor(parts, { actor: system('run'), cause: said.row._id });
    const team = said.ticket?.team ?? said.speaker.teams[0] ?? '';
    const there = membersOnDuty(team, directory, onDuty).filter((p) => p.id !== said.speaker.id);
    const people = there.slice(0, NAMED).map((p) => ({ 'zh-CN': p.name, en: p.name }));
    return { ...refusal, possible: [...people, ...refusal.possible] };
  };

  /** A refusal with the button that leads out of it, where there is one. */
  const wayOut = async (said: Said, refusal: Refusal): Promise<Answer> => {
    const sentence = refusalSentence(await withPeople(said, refusal));
    const { ticket, event, given } = said;
    if (refusal.code === 'no_draft')
      return { sentence, offers: [{ label: NEW, invoke: { command: 'new', args: {} } }] };
    if (ticket === null || (refusal.code !== 'unreachable' && refusal.code !== 'with_colleague')) return { sentence };
    // What was written goes along, however long it is.
    const written = given.from === 'text' ? given.line : (given.values['text'] ?? '');
    const args: Record<string, string> = { ticket: String(ticket.number) };
    const attachments = event.kind === 'message' ? event.attachments : [];
    if (written.trim() !== '' || attachments.length > 0) {
      const id = derivedId(said.row._id, 'draft');
      const who = { id, person: said.speaker, conversation: addressOf(event) };
      await store.drafts.add(aDraft(parts, who, { purpose: 'reply', text: written, attachments }));
      args['draft'] = id;
    }
    const offer: NonNullable<Answer['offers']>[number] =
      refusal.code === 'unreachable'
        ? { label: { key: 'field.told', params: refusal.place }, invoke: { command: 'told', args } }
        : { label: { key: 'flow.reply_anyway', params: null }, invoke: { command: 'reply', args } };
    return { sentence, offers: [offer] };
  };

  const refresh = ({ row, event }: Said): Promise<void> => refreshPressed(parts, row._id, event);

  return Object.assign(run, {
    form: async (said: Said): Promise<Form | null> => {
      const { command, given, event } = said;
      if (given.from === 'text') return null;
      const context = contextOf(said);
      const { draft, step } = given.values;
      if (command.name === 'new' && step === 'edit' && draft !== undefined) {
        // What was recognised stands in it.
        const values = await filings.values(filerOf(said), draft);
        return isRefusal(values) ? null : formFor(command, context, { values });
      }
      return formOnPress(command, given.values, context, event.kind === 'invoke' && event.asks === true);
    },
  });
}

/** What the speaker is told when it was done, with the way back where there is one. */
function accepted(outcome: Extract<Ran, { kind: 'intent' }>, result: Performed): Answer | null {
  const sentence = result.outcome === 'already' ? outcome.already : outcome.done;
  if (sentence === null) return null;
  const { copy } = outcome;
  const plain: Answer = { sentence, ...(copy === undefined ? {} : { copy }) };
  if (result.outcome === 'already' || !UNDOABLE_VERBS.has(outcome.intent.type) || result.ticket === null) return plain;
  const args = { ticket: String(result.ticket.number), seq: String(result.seq) };
  // Told right after the verb, so what it tells the customer is still held.
  const held = HELD_VERBS.has(outcome.intent.type) && customerAddress(result.ticket) !== null;
  const label = { key: held ? 'flow.undo_unseen' : 'flow.undo', params: null } as const;
  return { ...plain, offers: [{ label, invoke: { command: 'undo', args } }] };
}
