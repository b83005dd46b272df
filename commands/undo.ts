import { undoTarget } from '../src/domain/verbs/undo.ts';
import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const undo: Command = {
  name: 'undo',
  zh: '撤销',
  initials: 'cx',
  aliases: ['撤回'],
  summary: 'command.summary_undo',
  subject: 'ticket',
  params: [
    { name: 'seq', type: 'number', required: false, label: 'command.label_seq' },
    { name: 'sure', type: 'sure', required: false, label: 'command.label_sure' },
  ],
  permission: 'member',
  run: async (args, context) => {
    const ticket = theTicket(context);
    const no = ticket.number;
    const correction = derivedId(context.cause, 'message');
    const seq = args['seq'] === undefined ? null : Number(args['seq']);
    const reply = undoTarget(ticket, seq, context.speaker.id)?.type === 'replied';
    return {
      kind: 'intent',
      // What became of the message is known only after trying to withdraw it, which is the flow's part.
      intent: { type: 'undo', seq, notice: 'none', sure: args['sure'] === 'yes', correction },
      message: {
        id: correction,
        body: { sentence: { key: reply ? 'notice.correction_reply' : 'notice.correction', params: { no } } },
      },
      // Said by the flow, which knows what it meant for the customer.
      done: null,
      already: null,
    };
  },
};
