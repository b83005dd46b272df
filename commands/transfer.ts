import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { head } from './fold.ts';
import { theTicket } from './subject.ts';

/** Most characters of the note that an offer shows. */
const WORDS = 200;

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
    const ticket = theTicket(context);
    const params = {
      no: ticket.number,
      to: people.get(person ?? '')?.name ?? teams.get(team ?? '')?.name ?? id,
    };
    const note = derivedId(context.cause, 'note');
    return {
      kind: 'intent',
      intent: { type: 'transfer', person, team, note, words: head(args['note'] ?? '', WORDS) },
      note: { id: note, noteText: args['note'] ?? '', attachments: context.attachments },
      done: {
        key: 'command.done_transfer',
        params: { ...params, until: person === null ? null : new Date(context.now.getTime() + ticket.policy.offerMs) },
      },
      already: { key: 'command.already_transfer', params },
    };
  },
};
