import { cut } from '../../cards/excerpt.ts';
import type { Attachment } from '../domain/attachment.ts';
import { groupsOf } from '../text/file.ts';
import { text, type Reader } from '../text/text.ts';
import { saysNothing, subjectOf } from '../triage/sentence.ts';

/** Longest opening text that a ticket keeps itself, code points. */
const DESCRIPTION = 4_000;

/** Longest excerpt of one message that a ticket keeps for its cards, code points. */
const EXCERPT = 500;

/** One message as a ticket's cards quote it. */
export const excerptOf = (written: string): string => cut(written.trim(), EXCERPT);

/** The opening text as a ticket keeps it. */
export const descriptionOf = (written: string): string => cut(written, DESCRIPTION);

/**
 * What a ticket is called: the first sentence with content, written or said, else what was sent (图片 2 张，待看), else that nothing was
 * said yet. `text`: everything the customer wrote so far; `reader`: in whose language a title of ours is.
 */
export function subjectFor(written: string, attachments: readonly Attachment[], reader: Reader): string {
  const said = attachments.map(({ transcript = '' }) => transcript).join('\n');
  const words = subjectOf(written);
  const greeting = words !== null && saysNothing(words);
  return (
    (greeting ? null : words) ??
    subjectOf(said) ??
    (greeting && attachments.length === 0 ? words : null) ??
    (attachments.length === 0
      ? text(reader, 'flow.subject_none', null)
      : text(reader, 'file.title', { files: groupsOf(attachments) }))
  );
}

/** Everything a message says, written and spoken: what triage reads. */
export const wordsOf = (written: string, attachments: readonly Attachment[]): string =>
  [written, ...attachments.flatMap(({ transcript }) => transcript ?? [])].join('\n').trim();
