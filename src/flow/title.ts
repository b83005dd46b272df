import { nameWithin, type Attachment, type AttachmentKind } from '../domain/attachment.ts';
import type { FileGroup } from '../text/file.ts';
import { text, type Reader } from '../text/text.ts';
import { saysNothing, subjectOf } from '../triage/sentence.ts';

/** Most code points of a file's name in a title. */
const MOST_NAME = 24;

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
      : text(reader, 'file.title', { files: grouped(attachments) }))
  );
}

/** Everything a message says, written and spoken: what triage reads. */
export const wordsOf = (written: string, attachments: readonly Attachment[]): string =>
  [written, ...attachments.flatMap(({ transcript }) => transcript ?? [])].join('\n').trim();

function grouped(attachments: readonly Attachment[]): readonly FileGroup[] {
  const kinds = new Map<AttachmentKind, Attachment[]>();
  for (const a of attachments) kinds.set(a.kind, [...(kinds.get(a.kind) ?? []), a]);
  return [...kinds].map(([kind, some]): FileGroup => {
    const lengths = some.flatMap(({ seconds }) => seconds ?? []);
    const [only] = some;
    return {
      kind,
      count: some.length,
      seconds: lengths.length < some.length ? null : lengths.reduce((sum, s) => sum + s, 0),
      name: some.length === 1 && only !== undefined ? nameWithin(only.name, MOST_NAME) : null,
    };
  });
}
