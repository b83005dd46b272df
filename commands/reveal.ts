import { hiddenOf } from '../src/domain/reveal.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const reveal: Command = {
  name: 'reveal',
  zh: '查看号码',
  initials: 'ckhm',
  aliases: ['看号码', 'unmask'],
  summary: 'command.summary_reveal',
  subject: 'ticket',
  params: [],
  permission: 'member',
  run: async (_args, context) => {
    const ticket = theTicket(context);
    return {
      kind: 'intent',
      intent: { type: 'reveal' },
      done: { key: 'command.done_reveal', params: { no: ticket.number, values: hiddenOf(ticket).values } },
      already: null,
    };
  },
};
