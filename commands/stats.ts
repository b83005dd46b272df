import type { Command } from './command.ts';
import { head } from './fold.ts';
import { readAsk } from './figures-ask.ts';

export const stats: Command = {
  name: 'stats',
  zh: '统计',
  initials: 'tj',
  aliases: ['数据', 'figures'],
  summary: 'command.summary_stats',
  subject: 'none',
  params: [{ name: 'ask', type: 'rest', required: false, label: 'command.label_stats', max: 200 }],
  permission: 'member',
  run: async (args, context) => {
    const read = readAsk(args['ask'] ?? '', 'stats', context);
    if ('asked' in read) return { kind: 'figures', asked: read.asked };
    return { kind: 'refused', refusal: { code: 'unexpected', verb: 'stats', given: head(read.unknown, 20) } };
  },
};
