import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const reply: Command = {
  name: 'reply',
  zh: '回复',
  initials: 'hf',
  aliases: ['答复', 'answer'],
  summary: 'command.summary_reply',
  subject: 'ticket',
  params: [{ name: 'text', type: 'rest', required: true, label: 'command.label_text' }],
  permission: 'member',
  run: async (args, context) => {
    const { customer, policy } = theTicket(context);
    const id = derivedId(context.cause, 'message');
    return {
      kind: 'intent',
      intent: { type: 'reply', message: id },
      message: { id, body: { text: args['text'] ?? '', attachments: context.attachments } },
      done: { key: 'command.done_reply', params: { customer: customer.name, holdMs: policy.replyHoldMs } },
      already: null,
    };
  },
};
