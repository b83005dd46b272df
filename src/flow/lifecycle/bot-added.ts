import type { InboundLifecycle } from '../../../adapters/adapter.ts';
import { addressKey } from '../../domain/address.ts';
import { namesOf } from '../../domain/membership.ts';
import type { InboxRow } from '../../storage/inbox.ts';
import { addressOf } from '../account.ts';
import { bindOffers } from '../link.ts';
import type { Parts } from '../parts.ts';
import { post } from '../post.ts';

/** The bot came into a group: it says what it is for and offers one button per team, or says whose group this is. */
export async function botAdded(parts: Parts, row: InboxRow, event: InboundLifecycle): Promise<void> {
  if (event.conversation.kind !== 'group') return;
  const directory = parts.directory();
  const to = addressOf(event);
  const team = directory.teams.get(directory.groups.get(addressKey(to)) ?? '');
  const said =
    team === undefined
      ? {
          sentence: { key: 'people.hello', params: { admins: namesOf(directory, 'admin') } } as const,
          offers: bindOffers(directory, null),
        }
      : { sentence: { key: 'people.hello_again', params: { team: team.name } } as const, offers: [] };
  await post(parts, { key: `hello:${row._id}`, to, person: null, ...said });
}
