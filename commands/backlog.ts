import type { Command } from './command.ts';
import { head } from './fold.ts';
import { choicesFor } from './choices.ts';

export const backlog: Command = {
  name: 'backlog',
  zh: '积压',
  initials: 'jy',
  aliases: [],
  summary: 'command.summary_backlog',
  subject: 'none',
  params: [
    { name: 'what', type: 'backlog', required: false, label: 'command.label_backlog' },
    { name: 'sure', type: 'sure', required: false, label: 'command.label_sure' },
    { name: 'row', type: 'rest', required: false, label: 'command.label_row', max: 100 },
  ],
  permission: 'admin',
  run: async (args, context) => {
    const { what, row = null } = args;
    if (what === 'void' || what === 'look' || what === 'send')
      return { kind: 'backlog', what, row, sure: args['sure'] === 'yes' };
    if (row === null) return { kind: 'backlog', what: null, row, sure: false };
    const possible = choicesFor('backlog', context).map(({ label }) => label);
    return { kind: 'refused', refusal: { code: 'unknown_value', what: 'backlog', given: head(row, 20), possible } };
  },
};
