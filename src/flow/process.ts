import type { InboundEvent, InboundForm, InboundInvoke, InboundMessage } from '../../adapters/adapter.ts';
import type { Form } from '../../cards/card.ts';
import type { Answer, Command } from '../../commands/command.ts';
import type { Given } from '../../commands/params.ts';
import { parse, ticketNumber } from '../../commands/parse.ts';
import { commandBy, commands, wordsOf } from '../../commands/registry.ts';
import { accountKey } from '../domain/address.ts';
import { system } from '../domain/actor.ts';
import type { Person } from '../domain/directory.ts';
import { maySee } from '../domain/permission.ts';
import type { InboxRow } from '../storage/inbox.ts';
import { nearest } from '../triage/nearest.ts';
import { askFor } from './ask.ts';
import type { File } from './filing.ts';
import type { Intake } from './intake.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { createRun, type Said } from './run.ts';
import { subjectOf } from './subject.ts';

/** What came of one inbox row for whoever caused it. */
export interface Reply {
  readonly answer: Answer | null;
  readonly form: Form | null;
  /** The person it is for; null: an unknown account. */
  readonly person: string | null;
}

export interface Process {
  /** Works one row; `recovered`: it may have been worked in part before. Null: nobody is owed an answer. */
  (row: InboxRow, recovered: boolean): Promise<Reply | null>;
  /** The form that a press would open. A read. */
  form(row: InboxRow, event: InboundInvoke): Promise<Form | null>;
}

const NOTHING = { answer: null, form: null } as const;

/** Inbox row -> person -> command -> intent, or the answer to a question. */
export function createProcess(parts: Parts, perform: Perform, intake: Intake, file: File): Process {
  const run = createRun(parts, perform, file);

  const speakerOf = (event: InboundEvent): Person | null => {
    const { accounts, people } = parts.directory();
    const id = accounts.get(accountKey({ platform: event.platform, app: event.app, user: event.sender.id }));
    return (id === undefined ? undefined : people.get(id)) ?? null;
  };

  const reply = (person: Person, answer: Answer): Reply => ({ answer, form: null, person: person.id });

  const spoken = async (row: InboxRow, event: InboundMessage): Promise<Reply | null> => {
    // In a group people also talk to each other: only what is meant for the bot is read.
    if (!event.addressed) return null;
    const parsed = parse(event.text);
    const speaker = speakerOf(event);
    if (speaker === null)
      return { ...NOTHING, person: null, answer: { sentence: { key: 'flow.stranger', params: null } } };
    switch (parsed.kind) {
      case 'nothing':
        return null;
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

  const pressed = async (row: InboxRow, event: InboundInvoke | InboundForm): Promise<Reply | null> => {
    const speaker = speakerOf(event);
    if (speaker === null)
      return { ...NOTHING, person: null, answer: { sentence: { key: 'flow.stranger', params: null } } };
    const command = commandBy(event.invocation.command);
    if (command === null) {
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
    if (subject.kind === 'answer') return reply(speaker, subject.answer);
    const said: Said = { row, event, speaker, command, given, ticket: subject.ticket };
    const { answer, form } = await run(said);
    if (form !== null && event.kind === 'message') return reply(speaker, askFor(form));
    return { answer, form, person: speaker.id };
  };

  const work = async (row: InboxRow, recovered: boolean): Promise<Reply | null> => {
    if (row.body.from === 'ticket') {
      await perform(row.body.ticket, row.body.intent, { actor: system('ticket'), cause: row._id });
      return null;
    }
    if (row.body.from === 'opener') {
      await intake.openerDue(row.body.opener, row.body.row);
      return null;
    }
    const { event } = row.body;
    if (event.kind === 'lifecycle') return null;
    if (event.kind === 'message' && event.conversation.kind === 'customer') {
      // Whatever stands in a customer's conversation is the customer's words, never a verb.
      await intake.message(row, event, recovered);
      return null;
    }
    return event.kind === 'message' ? spoken(row, event) : pressed(row, event);
  };

  return Object.assign(work, {
    async form(row: InboxRow, event: InboundInvoke): Promise<Form | null> {
      const speaker = speakerOf(event);
      const command = commandBy(event.invocation.command);
      if (speaker === null || command === null) return null;
      const { ticket: named, ...values } = event.invocation.args;
      const number = named === undefined ? null : ticketNumber(named);
      const ticket = number === null ? null : await parts.store.tickets.byNumber(number);
      if (command.subject === 'ticket' && (ticket === null || !maySee(speaker, ticket))) return null;
      return run.form({ row, event, speaker, command, given: { from: 'button', values }, ticket });
    },
  });
}

/** Every word that could have been meant, and the verb it says. */
const vocabulary = new Map(commands.flatMap((c) => wordsOf(c).map((word) => [word, c.name] as const)));

/** A miss names the nearest verb; it never guesses and never stays silent. */
function missed(word: string): NonNullable<Answer['sentence']> {
  const near = nearest(word, [...vocabulary.keys()]);
  return { key: 'command.miss', params: { word, nearest: near === null ? null : (vocabulary.get(near) ?? null) } };
}
