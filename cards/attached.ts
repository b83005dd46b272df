import { isDisguised, isKept, nameWithin, type Attachment } from '../src/domain/attachment.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Block } from './card.ts';
import { cut } from './excerpt.ts';
import { shown, type Audience, type Row } from './standing.ts';

/** Most code points of a file's name, and of what is said in a recording, on a card. */
const MOST_NAME = 60;
const MOST_WORDS = 200;

/**
 * What came with one message: pictures in small (at most `pictures`, then how many more there are), then everything else as a line; what
 * could not be kept or opened says so.
 */
export function attachedTo(
  t: Pick<Row, 'facts'>,
  attachments: readonly Attachment[],
  { reader, audience, pictures }: { reader: Reader; audience: Audience; pictures: number },
): readonly Block[] {
  const images = attachments.filter(isPicture);
  const small = images.slice(0, pictures).map((a) => picture(t, a, audience));
  const more = images.length - small.length;
  return [
    ...small,
    ...(more === 0 ? [] : [{ type: 'note', text: text(reader, 'file.more_pictures', { count: more }) } as const]),
    ...attachments.filter((a) => !isPicture(a)).map((a) => lineOf(t, a, reader, audience)),
  ];
}

const isPicture = (a: Attachment): boolean => a.kind === 'image' && a.problem === undefined;

const nameOf = (t: Pick<Row, 'facts'>, a: Attachment, audience: Audience): string =>
  nameWithin(shown(t, a.name, audience), MOST_NAME);

const picture = (t: Pick<Row, 'facts'>, a: Attachment, audience: Audience): Block => ({
  type: 'image',
  file: a.id,
  alt: nameOf(t, a, audience),
});

function lineOf(t: Pick<Row, 'facts'>, a: Attachment, reader: Reader, audience: Audience): Block {
  const line = inWords(t, a, reader, audience);
  return isKept(a) ? { type: 'file', file: a.id, text: line } : { type: 'text', style: 'plain', text: line };
}

function inWords(t: Pick<Row, 'facts'>, a: Attachment, reader: Reader, audience: Audience): string {
  const { problem, size } = a;
  const name = nameOf(t, a, audience);
  if (problem !== undefined)
    return text(reader, problem === 'unreadable' && size === 0 ? 'file.empty' : `file.${problem}`, { name, size });
  if (a.kind === 'voice') {
    const words = cut(shown(t, a.transcript?.trim() ?? '', audience), MOST_WORDS);
    return text(reader, 'file.voice', { seconds: a.seconds ?? null, words });
  }
  return text(reader, 'file.line', { video: a.kind === 'video', name, size, really: isDisguised(a) ? a.type : null });
}
