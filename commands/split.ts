import type { Command } from './command.ts';

export const split: Command = {
  name: 'split',
  zh: '拆分',
  initials: 'cf',
  aliases: ['分开', '分单'],
  summary: 'command.summary_split',
  subject: 'ticket',
  params: [{ name: 'to', type: 'ticket-or-new', required: false, label: 'command.label_target' }],
  permission: 'member',
  // Which messages go and what they are about is in their texts, which the flow reads.
  run: async (args) => ({ kind: 'split', to: args['to'] ?? null }),
};
