import { mask } from '../src/domain/mask.ts';
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
  params: [
    { name: 'sure', type: 'sure', way: 'button', required: false, label: 'command.label_sure' },
    { name: 'draft', type: 'line', way: 'button', required: false, label: 'command.label_text' },
    { name: 'text', type: 'rest', required: true, label: 'command.label_text' },
  ],
  permission: 'member',
  run: async (args, context) => {
    const { number: no, customer, policy } = theTicket(context);
    // Where there are no buttons, the draft's id is typed.
    const named = args['draft'] ?? args['text'] ?? '';
    const draft = await context.draft(named);
    const kept = draft === null ? undefined : named;
    const written = args['draft'] === undefined ? args['text'] : undefined;
    const text = draft?.text ?? written ?? (context.attachments.length > 0 ? '' : undefined);
    if (text === undefined)
      return { kind: 'refused', refusal: { code: 'no_draft', keptMs: context.directory.filing.draftMs } };
    // What was kept is one message however often its button is pressed.
    const id = derivedId(kept ?? context.cause, 'message');
    return {
      kind: 'intent',
      // What was kept waited for the answer to that question.
      intent: { type: 'reply', message: id, sure: args['sure'] !== undefined || kept !== undefined },
      message: { id, body: { text, attachments: draft?.attachments ?? context.attachments } },
      done: { key: 'command.done_reply', params: { customer: mask(customer.name), holdMs: policy.replyHoldMs } },
      already: { key: 'command.already_reply', params: { no } },
    };
  },
};
