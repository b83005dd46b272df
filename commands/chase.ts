import { readScope, scopeName } from '../src/domain/figure.ts';
import { choicesFor } from './choices.ts';
import type { Command } from './command.ts';
import { folded, head } from './fold.ts';

export const chase: Command = {
  name: 'chase',
  zh: '催办',
  initials: 'cb',
  aliases: ['提醒全部'],
  summary: 'command.summary_chase',
  subject: 'none',
  params: [
    { name: 'sure', type: 'sure', required: false, label: 'command.label_sure' },
    { name: 'of', type: 'rest', required: false, label: 'command.label_team', max: 100 },
  ],
  permission: 'lead',
  run: async (args, context) => {
    const of = folded(args['of'] ?? '');
    const teams = choicesFor('team', context);
    const team = teams.find(({ words }) => words.includes(of))?.value;
    const scope = team === undefined ? readScope(of) : { team };
    if (of !== '' && scope === null) {
      const possible = teams.map(({ label }) => label);
      return { kind: 'refused', refusal: { code: 'unknown_value', what: 'team', given: head(of, 20), possible } };
    }
    const sure = args['sure'] === 'yes';
    return { kind: 'bulk', what: 'chase', scope: scope === null ? null : scopeName(scope), sure };
  },
};
