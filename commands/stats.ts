import type { Command } from './command.ts';
import { askFigures } from './figures-ask.ts';

export const stats: Command = {
  name: 'stats',
  zh: '统计',
  initials: 'tj',
  aliases: ['数据', 'figures'],
  summary: 'command.summary_stats',
  subject: 'none',
  params: [{ name: 'ask', type: 'rest', required: false, label: 'command.label_stats', max: 200 }],
  permission: 'member',
  run: async (args, context) => askFigures('stats', args['ask'] ?? '', context),
};
