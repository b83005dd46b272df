import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const show: Command = {
  name: 'show',
  zh: '查看',
  initials: 'ck',
  aliases: ['详情', 'view'],
  summary: 'command.summary_show',
  subject: 'ticket',
  params: [],
  permission: 'member',
  run: async (_args, context) => ({
    kind: 'answer',
    answer: { view: { view: 'show', ticket: theTicket(context) } },
  }),
};
