import type { Action } from './card.ts';
import { decodeInvocation, encodeInvocation, type Invocation } from './invocation.ts';

/** Whether pressing has to ask for something first: a value that the command needs and the action does not bring. */
export const asks = ({ form, invoke }: Action): boolean =>
  form?.fields.some(({ name, required }) => required && !Object.hasOwn(invoke.args, name)) ?? false;

/** Whether an invocation comes back from a press as it went in; what does not has to be typed. */
export function comesBack(invocation: Invocation): boolean {
  const read = decodeInvocation(encodeInvocation(invocation));
  if (read === null || read.command !== invocation.command) return false;
  const entries = Object.entries(invocation.args);
  return (
    Object.keys(read.args).length === entries.length && entries.every(([name, value]) => read.args[name] === value)
  );
}
