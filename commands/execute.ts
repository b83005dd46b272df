import type { Args, Command, CommandContext, Outcome } from './command.ts';
import type { Asking } from './choices.ts';
import { formFor, type FormStart } from './form.ts';
import { readArgs, type Given } from './params.ts';
import type { Form } from '../cards/card.ts';
import type { Role } from '../src/domain/directory.ts';
import type { Refusal } from '../src/domain/refusal.ts';
import type { Sentence } from '../src/text/text.ts';

const RANK: Readonly<Record<Role | 'member', number>> = { member: 0, agent: 0, lead: 1, manager: 2, admin: 3 };

/**
 * Runs a command for its speaker: right, values, then the verb itself. The same for text, button, form and API. A wrong value is refused
 * with what was wrong and what is possible (in a form: shown at its field); missing values come back as the form that asks for them.
 * @throws Error when the command needs a ticket and the context has none: finding it is the caller's part.
 */
export async function execute(command: Command, given: Given, context: CommandContext): Promise<Outcome> {
  const no = context.ticket?.number ?? null;
  if (Math.max(...context.speaker.roles.map((r) => RANK[r])) < RANK[command.permission])
    return { kind: 'refused', refusal: { code: 'not_allowed', no, needs: command.permission, who: null } };
  if (command.subject === 'ticket' && context.ticket === null) throw new Error(`${command.name} without a ticket`);
  const reading = readArgs(command, given, context);
  if (reading.kind === 'args') {
    if (given.from === 'button' && command.opens?.(reading.args) === true)
      return formOutcome(command, context, { values: reading.args });
    const outcome = await command.run(reading.args, context);
    if (outcome.kind !== 'wrong') return outcome;
    return formOutcome(command, context, { values: reading.args, wrong: outcome.fields });
  }
  if (reading.kind === 'missing') {
    return formOutcome(command, context, { values: reading.values });
  }
  const { refusal, param } = reading;
  const isField = command.params.some((p) => p.name === param);
  const form =
    given.from === 'form' && param !== null && isField
      ? formFor(command, context, { values: given.values, wrong: [{ param, why: refusalSentence(refusal) }] })
      : null;
  return form === null ? { kind: 'refused', refusal } : { kind: 'form', form };
}

/** @throws Error when the command has nothing that a form could ask for. */
function formOutcome(command: Command, context: CommandContext, start: FormStart): Outcome {
  const form = formFor(command, context, start);
  if (form === null) throw new Error(`${command.name} has a required value that no form asks for`);
  return { kind: 'form', form };
}

const refusalSentence = (refusal: Refusal): Sentence =>
  ({ key: `refusal.${refusal.code}`, params: refusal }) as Sentence;

/**
 * The form that a press opens because values are missing, or because it says so, or its card (`asks`); null: it can run at once. A read.
 */
export function formOnPress(command: Command, values: Args, asking: Asking, asks = false): Form | null {
  const reading = readArgs(command, { from: 'button', values }, asking);
  if (reading.kind === 'args')
    return asks || command.opens?.(reading.args) === true ? formFor(command, asking, { values: reading.args }) : null;
  return formFor(command, asking, { values: reading.values });
}
