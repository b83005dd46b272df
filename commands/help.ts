import type { Command } from './command.ts';

export const help: Command = {
  name: 'help',
  zh: '帮助',
  initials: '?',
  aliases: ['怎么用', 'commands'],
  summary: 'command.summary_help',
  subject: 'none',
  params: [{ name: 'command', type: 'command', required: false, label: 'command.label_command' }],
  permission: 'member',
  run: async (args) => ({ kind: 'answer', answer: { view: { view: 'help', command: args['command'] ?? null } } }),
};
