import type { Command } from './command.ts';
import { dutyChange } from './duty.ts';

export const on: Command = {
  name: 'on',
  zh: '上线',
  initials: 'sx',
  aliases: ['上班', '回来了', 'online', 'back'],
  summary: 'command.summary_on',
  subject: 'none',
  // Somebody else may be named by a lead, which the verb itself looks at.
  params: [{ name: 'person', type: 'person', required: false, label: 'command.label_person' }],
  permission: 'member',
  run: async (args, context) => dutyChange(args, context, 'on'),
};
