import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const reopen: Command = {
  name: 'reopen',
  zh: '重开',
  initials: 'chk',
  aliases: ['重新打开'],
  summary: 'command.summary_reopen',
  subject: 'ticket',
  params: [],
  permission: 'member',
  run: async (_args, context) => {
    const no = theTicket(context).number;
    return {
      kind: 'intent',
      intent: { type: 'reopen' },
      done: { key: 'command.done_reopen', params: { no } },
      already: { key: 'command.already_reopen', params: { no } },
    };
  },
};
