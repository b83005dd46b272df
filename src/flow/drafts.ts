import { addressKey, type Address } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import { digest } from '../domain/chain.ts';
import type { Draft } from '../storage/drafts.ts';
import type { Parts } from './parts.ts';

/** What `derivedId` makes. */
const ID = /^[\w-]{22}$/u;

/** A draft of this person that is young enough, or null: one of somebody else is none. */
export async function ownDraft(
  { store, clock, directory }: Pick<Parts, 'store' | 'clock' | 'directory'>,
  speaker: Pick<Person, 'id'>,
  id: string,
): Promise<Draft | null> {
  const draft = ID.test(id) ? await store.drafts.load(id) : null;
  if (draft === null || draft.person !== speaker.id) return null;
  return clock.now().getTime() - draft.at.getTime() > directory().filing.draftMs ? null : draft;
}

/** A new draft as it is first stored. */
export const aDraft = (
  { clock, vault }: Pick<Parts, 'clock' | 'vault'>,
  { id, person, conversation }: { id: string; person: Person; conversation: Address },
  draft: Pick<Draft, 'purpose' | 'text' | 'attachments'>,
): Draft => ({
  _id: id,
  person: person.id,
  conversation: addressKey(conversation),
  ...draft,
  digest: draft.text === '' ? '' : digest(vault.salt, draft.text.normalize('NFKC').replaceAll(/\s+/gu, ' ').trim()),
  offered: [],
  ticket: null,
  at: clock.now(),
});
