import type {
  InboundForm,
  InboundInvoke,
  InboundLifecycle,
  InboundMessage,
  InboundReport,
} from '../../adapters/adapter.ts';
import type { Form } from '../../cards/card.ts';
import type { Answer, Command } from '../../commands/command.ts';
import { codeIn } from '../../commands/link.ts';
import type { Given } from '../../commands/params.ts';
import { parse, ticketNumber } from '../../commands/parse.ts';
import { commandBy, commands, wordsOf } from '../../commands/registry.ts';
import { system } from '../domain/actor.ts';
import type { Person } from '../domain/directory.ts';
import type { Outcome } from '../domain/outcome.ts';
import { maySee } from '../domain/permission.ts';
import type { InboxRow } from '../storage/inbox.ts';
import { nearest } from '../triage/nearest.ts';
import { askFor } from './ask.ts';
import { actorOf, speakerOf } from './caller.ts';
import type { Filings } from './filing.ts';
import type { Handover } from './handover.ts';
import type { Intake } from './intake.ts';
import { botAdded } from './lifecycle/bot-added.ts';
import { botRemoved } from './lifecycle/bot-removed.ts';
import { memberLeft } from './lifecycle/member-left.ts';
import { keepLent } from './lend.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { messageRecalled } from './recall.ts';
import { redeem } from './redeem.ts';
import { refreshPressed } from './refresh.ts';
import type { WorkReport } from './report.ts';
import { createRun, type Said } from './run.ts';
import { meet } from './strangers.ts';
import { subjectOf } from './subject.ts';
import { talkBelow } from './talk.ts';

/** What came of one inbox row for whoever caused it. */
export interface Reply {
  readonly answer: Answer | null;
  readonly form: Form | null;
  /** The person it is for; null: an unknown account. */
  readonly person: string | null;
  /** The same for programs. */
  readonly outcome?: Outcome;
}

export interface Process {
  /** Works one row; `recovered`: it may have been worked in part before. Null: nobody is owed an answer. */
  (row: InboxRow, recovered: boolean): Promise<Reply | null>;
  /** The form that a press would open. A read. */
  form(row: InboxRow, event: InboundInvoke): Promise<Form | null>;
}

/** Where what came in goes on. */
interface Stations {
  readonly intake: Intake;
  readonly filings: Filings;
  readonly reports: WorkReport;
  readonly numbers: Numbers;
  readonly handover: Handover;
}

/** Inbox row -> person -> command -> intent, or the answer to a question. */
export function createProcess(
  parts: Parts,
  perform: Perform,
  { intake, filings, reports, numbers, handover }: Stations,
  wakeInbox: () => void,
): Process {
  const run = createRun(parts, perform, filings, numbers, handover, wakeInbox);

  const toStranger = (answer: Answer): Reply => ({ answer, form: null, person: null });

  const reply = (person: Person, answer: Answer): Reply => ({ answer, form: null, person: person.id });

  const spoken = async (row: InboxRow, event: InboundMessage): Promise<Reply | null> => {
    // In a group people also talk to each other: only what is meant for the bot is read, and what is said below a ticket's card.
    if (!event.addressed) return overheard(row, event);
    const parsed = parse(event.text);
    const known = await speakerOf(parts, event);
    const code = parsed.kind === 'command' && parsed.command.name === 'link' ? codeIn(parsed.line) : null;
    if (known === null && code !== null) {
      const answer = await redeem(parts, event, row._id, code);
      return { ...toStranger(answer), person: (await speakerOf(parts, event))?.id ?? null };
    }
    const met = known === null ? await meet(parts, row, event) : { person: known };
    if ('answer' in met) return toStranger(met.answer);
    const speaker = met.person;
    switch (parsed.kind) {
      case 'nothing': {
        const { platform, app, conversation, attachments, quote } = event;
        if (conversation.kind !== 'direct' || attachments.length === 0 || quote !== undefined) return null;
        const by = { cause: row._id, speaker, conversation: { platform, app, conversation: conversation.id } };
        return reply(speaker, await filings.pictures(by, event));
      }
      case 'miss':
        return reply(speaker, { sentence: missed(parsed.word) });
      case 'number': {
        const show = commandBy('show');
        return show === null ? null : invoked(row, event, speaker, show, { from: 'text', line: '' }, parsed.number);
      }
      case 'command':
        return invoked(row, event, speaker, parsed.command, { from: 'text', line: parsed.line }, parsed.number ?? null);
    }
  };

  /** What colleagues say below a card is a note of its ticket, whatever it begins with; answered only when it is refused. */
  const overheard = async (row: InboxRow, event: InboundMessage): Promise<Reply | null> => {
    const talk = await talkBelow(parts, event);
    const command = commandBy('note');
    if (talk === null || command === null) return null;
    const { speaker, ticket } = talk;
    const given = { from: 'text', line: event.text } as const;
    const actor = await actorOf(parts, event, speaker);
    const { answer, outcome } = await run({ row, event, speaker, actor, command, given, ticket });
    return outcome?.outcome === 'refused' && answer !== null ? reply(speaker, answer) : null;
  };

  const pressed = async (row: InboxRow, event: InboundInvoke | InboundForm): Promise<Reply | null> => {
    const known = await speakerOf(parts, event);
    const met = known === null ? await meet(parts, row, event) : { person: known };
    if ('answer' in met) {
      await refreshPressed(parts, row._id, event);
      return toStranger(met.answer);
    }
    const speaker = met.person;
    const command = commandBy(event.invocation.command);
    if (command === null) {
      await refreshPressed(parts, row._id, event);
      return reply(speaker, { sentence: missed(event.invocation.command.slice(0, 20)) });
    }
    const { ticket, ...values } = event.invocation.args;
    const number = ticket === undefined ? null : (ticketNumber(ticket) ?? Number.NaN);
    const from = event.kind === 'form' ? 'form' : 'button';
    return invoked(row, event, speaker, command, { from, values }, number);
  };

  const invoked = async (
    row: InboxRow,
    event: InboundMessage | InboundInvoke | InboundForm,
    speaker: Person,
    command: Command,
    given: Given,
    number: number | null,
  ): Promise<Reply> => {
    const subject = await subjectOf(parts, { event, speaker, command, number, given });
    if (subject.kind === 'answer') {
      await refreshPressed(parts, row._id, event);
      return { ...reply(speaker, subject.answer), ...refusedBy(subject.answer) };
    }
    const actor = await actorOf(parts, event, speaker);
    const said: Said = { row, event, speaker, actor, command, given, ticket: subject.ticket };
    const told = await run(said);
    const { form, outcome } = told;
    const answer = subject.first === undefined ? told.answer : { first: subject.first, ...told.answer };
    // Who typed it can be shown a form only where the platform lent the means.
    if (form !== null && event.kind === 'message' && event.takesForm !== true) return reply(speaker, askFor(form));
    return { answer, form, person: speaker.id, ...(outcome !== undefined && { outcome }) };
  };

  const happened = async (row: InboxRow, event: InboundLifecycle): Promise<void> => {
    switch (event.what) {
      case 'bot_added':
        return botAdded(parts, row, event);
      case 'bot_removed':
        return botRemoved(parts, row, event);
      case 'member_left':
        return memberLeft(parts, row, event);
      // Who comes into a group is met when they first press something.
      case 'member_joined':
        return;
      case 'message_recalled':
        return messageRecalled(parts, perform, row, event);
    }
  };

  const reported = async (row: InboxRow, event: InboundReport): Promise<Reply> => ({
    answer: null,
    form: null,
    person: null,
    outcome: await reports(row, event),
  });

  const work = async (row: InboxRow, recovered: boolean): Promise<Reply | null> => {
    if (row.body.from === 'ticket') {
      const { ticket, intent, by = system('ticket') } = row.body;
      // The rows first: what names them follows.
      const moved = intent.type === 'take_in' ? intent.messages : [];
      const opening = intent.type === 'open' && intent.message !== null ? [intent.message] : [];
      for (const id of [...moved, ...opening]) await parts.store.messages.moveTo(id, ticket);
      await perform(ticket, intent, { actor: by, cause: row._id });
      return null;
    }
    if (row.body.from === 'opener') {
      await intake.openerDue(row.body.opener, row.body.row);
      return null;
    }
    const { event } = row.body;
    await keepLent(parts, row, event);
    if (event.kind === 'lifecycle') {
      await happened(row, event);
      return null;
    }
    if (event.kind === 'report') return reported(row, event);
    if (event.kind === 'message' && event.conversation.kind === 'customer') {
      // Whatever stands in a customer's conversation is the customer's words, never a verb.
      await intake.message(row, event, recovered);
      return null;
    }
    return event.kind === 'message' ? spoken(row, event) : pressed(row, event);
  };

  return Object.assign(work, {
    async form(row: InboxRow, event: InboundInvoke): Promise<Form | null> {
      const speaker = await speakerOf(parts, event);
      const command = commandBy(event.invocation.command);
      if (speaker === null || command === null) return null;
      const { ticket: named, ...values } = event.invocation.args;
      const number = named === undefined ? null : ticketNumber(named);
      const ticket = number === null ? null : await parts.store.tickets.byNumber(number);
      if (command.subject === 'ticket' && (ticket === null || !maySee(speaker, ticket))) return null;
      const actor = await actorOf(parts, event, speaker);
      const form = await run.form({ row, event, speaker, actor, command, given: { from: 'button', values }, ticket });
      // What the press lent is good for what comes of the form, and for a card that shows less than is so.
      if (form !== null && event.grants !== undefined) {
        if (row.body.from === 'platform') await keepLent(parts, row, row.body.event);
        await refreshPressed(parts, row._id, event);
      }
      return form;
    },
  });
}

/** A refusal that is said before a verb begins, for programs: there is no such ticket, or another one goes on with it. */
function refusedBy({ sentence }: Answer): Pick<Reply, 'outcome'> {
  if (sentence?.key !== 'refusal.not_found' && sentence?.key !== 'refusal.merged') return {};
  return { outcome: { outcome: 'refused', refusal: sentence.params } };
}

/** Every word that could have been meant, and the verb it says. */
const vocabulary = new Map(commands.flatMap((c) => wordsOf(c).map((word) => [word, c.name] as const)));

/** A miss names the nearest verb; it never guesses and never stays silent. */
function missed(word: string): NonNullable<Answer['sentence']> {
  const near = nearest(word, [...vocabulary.keys()]);
  return { key: 'command.miss', params: { word, nearest: near === null ? null : (vocabulary.get(near) ?? null) } };
}
