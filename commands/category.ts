import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const category: Command = {
  name: 'category',
  zh: '分类',
  initials: 'fl',
  aliases: ['归类', 'cat'],
  summary: 'command.summary_category',
  subject: 'ticket',
  params: [{ name: 'category', type: 'category', required: true, label: 'command.label_category' }],
  permission: 'member',
  run: async (args, context) => {
    const id = args['category'] ?? '';
    const name = context.directory.categories.get(id)?.name ?? { 'zh-CN': id, en: id };
    const params = { no: theTicket(context).number, category: name };
    return {
      kind: 'intent',
      intent: { type: 'categorise', category: id },
      done: { key: 'command.done_category', params },
      already: { key: 'command.already_category', params },
    };
  },
};
