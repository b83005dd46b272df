import { addressKey, type Address } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import { digest } from '../domain/chain.ts';
import type { Draft } from '../storage/drafts.ts';
import type { Parts } from './parts.ts';

/** A draft of this person that is young enough, or null: one of somebody else is none. */
export async function ownDraft(
  { store, clock, directory }: Pick<Parts, 'store' | 'clock' | 'directory'>,
  speaker: Pick<Person, 'id'>,
  id: string,
): Promise<Draft | null> {
  const draft = await store.drafts.load(id);
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
