import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

/** Nothing to undo here: what was set is dropped by the same verb. */
export const remind: Command = {
  name: 'remind',
  zh: '提醒',
  initials: 'tx',
  aliases: ['提醒我'],
  summary: 'command.summary_remind',
  subject: 'ticket',
  params: [{ name: 'when', type: 'moment', required: true, label: 'command.label_when' }],
  permission: 'member',
  run: async (args, context) => {
    const no = theTicket(context).number;
    const when = args['when'] ?? '';
    if (when === 'off')
      return {
        kind: 'intent',
        intent: { type: 'remind', at: null },
        done: { key: 'command.done_remind_off', params: { no } },
        already: { key: 'command.already_remind_off', params: { no } },
      };
    const at = new Date(Number(when));
    return {
      kind: 'intent',
      intent: { type: 'remind', at },
      done: { key: 'command.done_remind', params: { no, at } },
      already: null,
    };
  },
};
