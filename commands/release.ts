import { RELEASE_REASONS } from '../src/domain/status.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const release: Command = {
  name: 'release',
  zh: '放回',
  initials: 'fh',
  aliases: ['释放', 'unclaim'],
  summary: 'command.summary_release',
  subject: 'ticket',
  params: [{ name: 'reason', type: 'reason', required: true, label: 'command.label_reason' }],
  permission: 'member',
  run: async (args, context) => {
    const no = theTicket(context).number;
    return {
      kind: 'intent',
      intent: { type: 'release', reason: RELEASE_REASONS.find((r) => r === args['reason']) ?? 'misclick' },
      done: { key: 'command.done_release', params: { no } },
      already: { key: 'command.already_release', params: { no } },
    };
  },
};
