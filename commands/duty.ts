import { leads } from '../src/domain/permission.ts';
import type { Args, CommandContext, Outcome } from './command.ts';

/** Changes the duty of the speaker, or of the colleague who is named: that takes a lead of one of their teams. */
export function dutyChange(args: Args, context: CommandContext, state: 'on' | 'away' | 'off', awayMs = 0): Outcome {
  const { speaker, directory } = context;
  const person = directory.people.get(args['person'] ?? speaker.id) ?? speaker;
  const isLead = leads(speaker, '') || person.teams.some((team) => leads(speaker, team));
  if (person.id !== speaker.id && !isLead)
    return { kind: 'refused', refusal: { code: 'not_allowed', no: null, needs: 'lead', who: null } };
  return { kind: 'duty', person: person.id, state, awayMs };
}
