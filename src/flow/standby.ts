import { addressKey, appName, type Address } from '../domain/address.ts';
import type { Team } from '../domain/directory.ts';
import type { Outage } from '../storage/outages.ts';
import type { Down } from './outage.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';

/** A platform that is away for a shorter time is waited for. */
export const PATIENCE_MS = 30_000;

const keyOf = (outage: string, to: Address): string => `standby:${outage}:${addressKey(to)}`;

/** One sentence per outage: why tickets of another group's appear here. */
export function explain(parts: Parts, { outage, app, since }: Down, team: Team, to: Address): Promise<void> {
  const sentence = { key: 'outage.standby', params: { app: appName(app), since, team: team.name } } as const;
  return post(parts, { key: keyOf(outage, to), to, person: null, sentence, offers: [], passing: true });
}

/** The platform answers again: where that was explained, it now says so. */
export async function explainOver(parts: Parts, { _id, app, since }: Outage, until: Date): Promise<void> {
  if (until.getTime() - since.getTime() <= PATIENCE_MS) return;
  const sentence = { key: 'outage.standby_over', params: { app: appName(app), until } } as const;
  for (const { standby } of parts.directory().teams.values())
    for (const to of standby) {
      const instead = keyOf(_id, to);
      await post(parts, { key: `${instead}:over`, instead, to, person: null, sentence, offers: [] });
    }
}
