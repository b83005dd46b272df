import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const decline: Command = {
  name: 'decline',
  zh: '不接',
  initials: 'bj',
  aliases: ['不接单'],
  summary: 'command.summary_decline',
  subject: 'ticket',
  params: [],
  permission: 'member',
  run: async (_args, context) => {
    const no = theTicket(context).number;
    return {
      kind: 'intent',
      intent: { type: 'decline' },
      done: { key: 'command.done_decline', params: { no } },
      already: null,
    };
  },
};
