import type { Command } from './command.ts';

export const reassign: Command = {
  name: 'reassign',
  zh: '改派',
  initials: 'gp',
  aliases: ['重新指派', '移交'],
  summary: 'command.summary_reassign',
  subject: 'none',
  params: [
    { name: 'person', type: 'person', required: true, label: 'command.label_from' },
    { name: 'to', type: 'person-or-team', required: true, label: 'command.label_to' },
    { name: 'sure', type: 'sure', required: false, label: 'command.label_sure' },
  ],
  permission: 'lead',
  run: async (args) => ({
    kind: 'bulk',
    what: 'reassign',
    person: args['person'] ?? '',
    to: args['to'] ?? '',
    sure: args['sure'] === 'yes',
  }),
};
