import type { Opening } from '../domain/event.ts';
import type { Parts } from './parts.ts';

/** What a ticket starts from, as far as its first words say it. */
export type Classified = Pick<Opening, 'category' | 'priority' | 'tags' | 'language' | 'facts' | 'team' | 'policy'>;

/** What words are about, whose queue they belong to and what is promised. */
export async function classify(
  { store, triage, route, directory }: Pick<Parts, 'store' | 'triage' | 'route' | 'directory'>,
  words: string,
  shop: string,
): Promise<Classified> {
  const { category, priority, tags, language, facts } = triage(words);
  const known = directory();
  const team = await route(known, { category, shop }, (t) => store.tickets.openOf(t));
  return { category, priority, tags, language, facts, team: team?.id ?? '', policy: known.policy };
}
