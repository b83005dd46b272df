import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const close: Command = {
  name: 'close',
  zh: '关闭',
  initials: 'gb',
  aliases: ['关单'],
  summary: 'command.summary_close',
  subject: 'ticket',
  params: [{ name: 'reason', type: 'rest', required: false, label: 'command.label_reason', max: 200 }],
  permission: 'member',
  run: async (args, context) => {
    const no = theTicket(context).number;
    return {
      kind: 'intent',
      intent: { type: 'close', reason: args['reason'] ?? null },
      done: { key: 'command.done_close', params: { no } },
      already: { key: 'command.already_close', params: { no } },
    };
  },
};
