import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const claim: Command = {
  name: 'claim',
  zh: '认领',
  initials: 'rl',
  aliases: ['我来', '接单', 'take'],
  summary: 'command.summary_claim',
  subject: 'ticket',
  params: [],
  permission: 'member',
  run: async (_args, context) => {
    const no = theTicket(context).number;
    return {
      kind: 'intent',
      intent: { type: 'claim' },
      done: { key: 'command.done_claim', params: { no } },
      already: { key: 'command.already_claim', params: { no } },
    };
  },
};
