import type { Command } from './command.ts';

export const join: Command = {
  name: 'join',
  zh: '入组',
  initials: 'rz',
  aliases: ['admit'],
  summary: 'command.summary_join',
  subject: 'none',
  params: [
    { name: 'request', type: 'number', required: true, label: 'command.label_number' },
    { name: 'verdict', type: 'verdict', required: true, label: 'command.label_verdict' },
  ],
  permission: 'lead',
  run: async (args) => {
    const verdict = args['verdict'];
    return {
      kind: 'join',
      request: Number(args['request']),
      verdict: verdict === 'yes' || verdict === 'out' ? verdict : 'no',
    };
  },
};
