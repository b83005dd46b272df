import type { Command } from './command.ts';
import { askFigures } from './figures-ask.ts';

export const digest: Command = {
  name: 'digest',
  zh: '日报',
  initials: 'rb',
  aliases: ['报表', 'report'],
  summary: 'command.summary_digest',
  subject: 'none',
  params: [{ name: 'ask', type: 'rest', required: false, label: 'command.label_digest', max: 200 }],
  permission: 'member',
  run: async (args, context) => askFigures('digest', args['ask'] ?? '', context),
};
