import type { Command } from './command.ts';

export const resend: Command = {
  name: 'resend',
  zh: '补发',
  initials: 'bf',
  aliases: [],
  summary: 'command.summary_resend',
  subject: 'none',
  params: [],
  permission: 'admin',
  run: async () => ({ kind: 'resend' }),
};
