import type { Command } from './command.ts';

export const next: Command = {
  name: 'next',
  zh: '下一张',
  initials: 'xyz',
  aliases: ['取下一单', '下一单', '取单'],
  summary: 'command.summary_next',
  subject: 'none',
  params: [],
  permission: 'member',
  // Which ticket it is follows from who else takes one at this moment.
  run: async () => ({ kind: 'next' }),
};
