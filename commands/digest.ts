import type { Command } from './command.ts';
import { head } from './fold.ts';
import { readAsk } from './figures-ask.ts';

export const digest: Command = {
  name: 'digest',
  zh: '日报',
  initials: 'rb',
  aliases: ['报表', 'report'],
  summary: 'command.summary_digest',
  subject: 'none',
  params: [{ name: 'ask', type: 'rest', required: false, label: 'command.label_digest', max: 200 }],
  permission: 'member',
  run: async (args, context) => {
    const read = readAsk(args['ask'] ?? '', 'digest', context);
    if ('asked' in read) return { kind: 'figures', asked: read.asked };
    return { kind: 'refused', refusal: { code: 'unexpected', verb: 'digest', given: head(read.unknown, 20) } };
  },
};
