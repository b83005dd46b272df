import type { Command } from './command.ts';
import { dutyChange } from './duty.ts';

export const off: Command = {
  name: 'off',
  zh: '下线',
  initials: 'xx',
  aliases: ['下班', 'offline'],
  summary: 'command.summary_off',
  subject: 'none',
  params: [{ name: 'person', type: 'person', required: false, label: 'command.label_person' }],
  permission: 'member',
  run: async (args, context) => dutyChange(args, context, 'off'),
};
