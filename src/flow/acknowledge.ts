import type { Answer } from '../../commands/command.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { refreshPressed } from './refresh.ts';
import type { Said } from './run.ts';

/** Somebody knows everything that they were told of. The same press twice is one. */
export async function acknowledgeAll(
  parts: Parts,
  perform: Perform,
  { row, event, speaker, actor }: Said,
): Promise<Answer> {
  const told = await parts.store.pings.ofPerson(speaker.id);
  const tickets = new Set(told.flatMap(({ items }) => items.map(({ ticket }) => ticket)));
  let count = 0;
  for (const ticket of tickets) {
    const { outcome } = await perform(ticket, { type: 'acknowledge' }, { actor, cause: row._id });
    if (outcome === 'done') count += 1;
  }
  if (count === 0) await refreshPressed(parts, row._id, event);
  return { sentence: { key: 'command.acknowledged_all', params: { count } } };
}
