import { aboveOn } from '../src/domain/ladder.ts';
import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

/** Not to be undone: whoever stands above has heard of it. */
export const escalate: Command = {
  name: 'escalate',
  zh: '升级',
  initials: 'sj',
  aliases: [],
  summary: 'command.summary_escalate',
  subject: 'ticket',
  params: [{ name: 'note', type: 'rest', required: false, label: 'command.label_note', max: 1_000 }],
  permission: 'member',
  run: async (args, context) => {
    const noteText = args['note'] ?? '';
    const id = derivedId(context.cause, 'note');
    const ticket = theTicket(context);
    const { people } = aboveOn(ticket, context.speaker, context.directory);
    const hasNote = noteText !== '' || context.attachments.length > 0;
    return {
      kind: 'intent',
      intent: { type: 'escalate', note: hasNote ? id : null },
      ...(hasNote && { note: { id, noteText, attachments: context.attachments } }),
      done: { key: 'command.done_escalate', params: { no: ticket.number, to: people.map(({ name }) => name) } },
      already: null,
    };
  },
};
