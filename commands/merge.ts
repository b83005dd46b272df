import { maySee } from '../src/domain/permission.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const merge: Command = {
  name: 'merge',
  zh: '合并',
  initials: 'hb',
  aliases: ['并单'],
  summary: 'command.summary_merge',
  subject: 'ticket',
  params: [{ name: 'into', type: 'ticket', required: true, label: 'command.label_into' }],
  permission: 'member',
  run: async (args, context) => {
    const no = theTicket(context).number;
    const named = Number(args['into']);
    const into = await context.tickets.byNumber(named);
    // A ticket somebody may not see does not exist for them.
    if (into === null || !maySee(context.speaker, into))
      return { kind: 'refused', refusal: { code: 'not_found', no: `T-${named}` } };
    const params = { no, into: into.number };
    return {
      kind: 'intent',
      intent: { type: 'merge', into },
      done: { key: 'command.done_merge', params },
      already: { key: 'command.already_merge', params },
    };
  },
};
