import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const assign: Command = {
  name: 'assign',
  zh: '派给',
  initials: 'pg',
  aliases: ['指派', 'give'],
  summary: 'command.summary_assign',
  subject: 'ticket',
  params: [{ name: 'person', type: 'person', required: true, label: 'command.label_person' }],
  // Everybody may take an unclaimed ticket this way; whom else it needs a lead for, the domain decides.
  permission: 'member',
  run: async (args, context) => {
    const person = args['person'] ?? '';
    const params = { no: theTicket(context).number, to: context.directory.people.get(person)?.name ?? person };
    return {
      kind: 'intent',
      intent: { type: 'assign', person, seen: theTicket(context).assignee },
      done: { key: 'command.done_assign', params },
      already: { key: 'command.already_assign', params },
    };
  },
};
