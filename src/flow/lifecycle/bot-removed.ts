import type { InboundLifecycle } from '../../../adapters/adapter.ts';
import { addressKey } from '../../domain/address.ts';
import { decidersOf } from '../../domain/membership.ts';
import type { InboxRow } from '../../storage/inbox.ts';
import { addressOf, directOf } from '../account.ts';
import type { Parts } from '../parts.ts';
import { post } from '../post.ts';

/** The bot was taken out of a group: the binding ends, and the team's leads hear of it. */
export async function botRemoved(parts: Parts, row: InboxRow, event: InboundLifecycle): Promise<void> {
  const directory = parts.directory();
  const address = addressOf(event);
  const team = directory.teams.get(directory.groups.get(addressKey(address)) ?? '');
  if (team === undefined) return;
  const others = team.groups.filter((g) => addressKey(g) !== addressKey(address)).length;
  // Told first: worked again after a crash, the group would not be known as the team's any more.
  for (const person of decidersOf(directory, team.id, (p) => directOf(parts, p) !== null)) {
    const to = directOf(parts, person);
    if (to === null) continue;
    const sentence = { key: 'people.removed', params: { team: team.name, others } } as const;
    await post(parts, { key: `removed:${row._id}:${person.id}`, to, person: person.id, sentence, offers: [] });
  }
  await parts.store.groups.link({ address, team: null, by: 'removed', at: parts.clock.now() });
  await parts.live.changed();
}
