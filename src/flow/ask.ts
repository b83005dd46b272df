import type { Form } from '../../cards/card.ts';
import { encodeInvocation } from '../../cards/invocation.ts';
import type { Answer } from '../../commands/command.ts';

/** Longest invocation that fits every platform's button. */
const LONGEST = 500;

/**
 * A form as an answer: who typed the verb, or has stopped waiting, cannot be shown a form, so they get a button that opens it. What is
 * known already goes along, unless it is too long for a button.
 */
export function askFor(form: Form): Answer {
  const { command } = form.invoke;
  const known = form.fields.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  const filled = { command, args: { ...form.invoke.args, ...Object.fromEntries(known) } };
  return {
    sentence: { key: 'flow.fill_in', params: { verb: command } },
    offers: [
      {
        label: { key: 'command.form_submit', params: { verb: command } },
        invoke: encodeInvocation(filled).length <= LONGEST ? filled : form.invoke,
      },
    ],
  };
}
