import { readAsk } from './figures-ask.ts';
import type { Command } from './command.ts';
import { head } from './fold.ts';

export const problem: Command = {
  name: 'problem',
  zh: '问题单',
  initials: 'wtd',
  aliases: ['建问题单'],
  summary: 'command.summary_problem',
  subject: 'none',
  params: [
    { name: 'category', type: 'category', required: true, label: 'command.label_category' },
    { name: 'sure', type: 'sure', required: false, label: 'command.label_sure' },
    { name: 'of', type: 'rest', required: false, label: 'command.label_digest', max: 200 },
  ],
  permission: 'lead',
  run: async (args, context) => {
    const read = readAsk(args['of'] ?? '', 'stats', context);
    if ('unknown' in read)
      return { kind: 'refused', refusal: { code: 'unexpected', verb: 'problem', given: head(read.unknown, 20) } };
    const { category = '' } = args;
    return { kind: 'bulk', what: 'problem', category, asked: read.asked, sure: args['sure'] === 'yes' };
  },
};
