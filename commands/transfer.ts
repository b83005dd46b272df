import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const transfer: Command = {
  name: 'transfer',
  zh: '转给',
  initials: 'zg',
  aliases: ['转派', 'pass'],
  summary: 'command.summary_transfer',
  subject: 'ticket',
  params: [
    { name: 'to', type: 'person-or-team', required: true, label: 'command.label_to' },
    {
      name: 'note',
      type: 'rest',
      required: true,
      missing: { code: 'note_required' },
      label: 'command.label_note',
      max: 1000,
    },
  ],
  permission: 'member',
  run: async (args, context) => {
    const to = args['to'] ?? '';
    const id = to.slice(to.indexOf(':') + 1);
    const { people, teams } = context.directory;
    const [person, team] = to.startsWith('team:') ? [null, id] : [id, null];
    const params = {
      no: theTicket(context).number,
      to: people.get(person ?? '')?.name ?? teams.get(team ?? '')?.name ?? id,
    };
    const note = derivedId(context.cause, 'note');
    return {
      kind: 'intent',
      intent: { type: 'transfer', person, team, note },
      note: { id: note, noteText: args['note'] ?? '', attachments: context.attachments },
      done: { key: 'command.done_transfer', params },
      already: { key: 'command.already_transfer', params },
    };
  },
};
