import type { Command } from './command.ts';
import { splitTags } from './scalars.ts';
import { theTicket } from './subject.ts';

export const tag: Command = {
  name: 'tag',
  zh: '标签',
  initials: 'bq',
  aliases: ['打标签', 'tags', 'label'],
  summary: 'command.summary_tag',
  subject: 'ticket',
  params: [{ name: 'tags', type: 'tags', required: true, label: 'command.label_tags' }],
  permission: 'member',
  run: async (args, context) => {
    const no = theTicket(context).number;
    return {
      kind: 'intent',
      intent: { type: 'tag', ...splitTags(args['tags'] ?? '') },
      done: { key: 'command.done_tag', params: { no } },
      already: { key: 'command.already_tag', params: { no } },
    };
  },
};
