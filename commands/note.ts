import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const note: Command = {
  name: 'note',
  zh: '备注',
  initials: 'bz',
  aliases: ['记一笔', 'memo'],
  summary: 'command.summary_note',
  subject: 'ticket',
  params: [{ name: 'text', type: 'rest', required: true, label: 'command.label_text' }],
  permission: 'member',
  run: async (args, context) => {
    const id = derivedId(context.cause, 'note');
    return {
      kind: 'intent',
      intent: { type: 'note', note: id },
      note: { id, noteText: args['text'] ?? '', attachments: context.attachments },
      done: { key: 'command.done_note', params: { no: theTicket(context).number } },
      already: null,
    };
  },
};
