import { derivedId } from '../src/ids.ts';
import { recognise } from '../src/triage/recognise.ts';
import type { Command } from './command.ts';

export const newTicket: Command = {
  name: 'new',
  zh: '新建',
  initials: 'xj',
  aliases: ['开单', '建单', 'create'],
  summary: 'command.summary_new',
  subject: 'none',
  params: [{ name: 'text', type: 'rest', required: true, label: 'command.label_matter' }],
  permission: 'member',
  run: async (args, context) => {
    const text = args['text'] ?? '';
    const id = derivedId(context.cause, 'filing');
    return {
      kind: 'file',
      filing: { id, text, attachments: context.attachments, facts: recognise(text), team: null },
    };
  },
};
