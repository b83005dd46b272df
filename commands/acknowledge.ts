import type { Command } from './command.ts';

/** Nothing to undo: that somebody knows cannot be taken back. */
export const acknowledge: Command = {
  name: 'acknowledge',
  zh: '知道了',
  initials: 'zdl',
  aliases: ['收到', '知道', 'ack'],
  summary: 'command.summary_acknowledge',
  subject: 'tickets',
  params: [],
  permission: 'member',
  run: async (_args, { ticket }) =>
    ticket === null
      ? { kind: 'acknowledge' }
      : {
          kind: 'intent',
          intent: { type: 'acknowledge' },
          done: { key: 'command.done_acknowledge', params: { no: ticket.number } },
          already: { key: 'command.already_acknowledge', params: { no: ticket.number } },
        },
};
