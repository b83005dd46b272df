import { elsewhere, placeOf } from '../src/domain/contact.ts';
import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const told: Command = {
  name: 'told',
  zh: '已回复',
  initials: 'yhf',
  aliases: ['已答复', 'answered'],
  summary: 'command.summary_told',
  subject: 'ticket',
  params: [
    { name: 'draft', type: 'line', way: 'button', required: false, label: 'command.label_text' },
    { name: 'text', type: 'rest', required: true, label: 'command.label_text' },
  ],
  permission: 'member',
  run: async (args, context) => {
    const ticket = theTicket(context);
    const draft = await context.draft(args['draft'] ?? args['text'] ?? '');
    const text = draft?.text ?? args['text'];
    if (text === undefined)
      return { kind: 'refused', refusal: { code: 'no_draft', keptMs: context.directory.filing.draftMs } };
    const id = derivedId(context.cause, 'message');
    const place = elsewhere(ticket, context.directory) ?? placeOf(ticket, context.directory);
    return {
      kind: 'intent',
      intent: { type: 'reply_elsewhere', message: id },
      message: { id, body: { text, attachments: draft?.attachments ?? context.attachments } },
      done: { key: 'command.done_told', params: { no: ticket.number, place } },
      copy: [ticket.customer.handle, text],
      already: null,
    };
  },
};
