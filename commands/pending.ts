import { WAITS } from '../src/domain/status.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const pending: Command = {
  name: 'pending',
  zh: '挂起',
  initials: 'gq',
  aliases: ['等待', 'snooze', 'hold', 'wait'],
  summary: 'command.summary_pending',
  subject: 'ticket',
  params: [
    { name: 'wait', type: 'wait', required: true, label: 'command.label_wait' },
    { name: 'for', type: 'duration', required: false, label: 'command.label_for' },
  ],
  permission: 'member',
  run: async (args, context) => {
    const wait = WAITS.find((w) => w === args['wait']) ?? 'customer';
    const ms = args['for'];
    const until = ms === undefined ? null : new Date(context.now.getTime() + Number(ms));
    return {
      kind: 'intent',
      intent: { type: 'pend', wait, until },
      done: { key: 'command.done_pending', params: { no: theTicket(context).number, wait, until } },
      already: null,
    };
  },
};
