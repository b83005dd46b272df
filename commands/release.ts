import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const release: Command = {
  name: 'release',
  zh: '放回',
  initials: 'fh',
  aliases: ['释放', 'unclaim'],
  summary: 'command.summary_release',
  subject: 'ticket',
  params: [{ name: 'reason', type: 'rest', required: false, label: 'command.label_reason', max: 200 }],
  permission: 'member',
  run: async (args, context) => {
    const no = theTicket(context).number;
    return {
      kind: 'intent',
      intent: { type: 'release', reason: args['reason'] ?? null },
      done: { key: 'command.done_release', params: { no } },
      already: { key: 'command.already_release', params: { no } },
    };
  },
};
