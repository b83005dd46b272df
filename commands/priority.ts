import { PRIORITIES } from '../src/domain/status.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const priority: Command = {
  name: 'priority',
  zh: '优先级',
  initials: 'yxj',
  aliases: ['优先', 'prio'],
  summary: 'command.summary_priority',
  subject: 'ticket',
  params: [{ name: 'priority', type: 'priority', required: true, label: 'command.label_priority' }],
  permission: 'member',
  run: async (args, context) => {
    const priority = PRIORITIES.find((p) => p === args['priority']) ?? 'normal';
    const params = { no: theTicket(context).number, priority };
    return {
      kind: 'intent',
      intent: { type: 'prioritise', priority },
      done: { key: 'command.done_priority', params },
      already: { key: 'command.already_priority', params },
    };
  },
};
