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
  params: [{ name: 'seq', type: 'number', required: false, label: 'command.label_seq' }],
  permission: 'member',
  run: async (args, context) => {
    const no = theTicket(context).number;
    const correction = derivedId(context.cause, 'message');
    const seq = args['seq'];
    return {
      kind: 'intent',
      // What became of the notice is known only after trying to withdraw it, which is the flow's part.
      intent: { type: 'undo', seq: seq === undefined ? null : Number(seq), notice: 'none', correction },
      message: { id: correction, body: { sentence: { key: 'notice.correction', params: { no } } } },
      done: { key: 'command.done_undo', params: { no } },
      already: null,
    };
  },
};
