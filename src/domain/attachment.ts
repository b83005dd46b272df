export type AttachmentKind = 'image' | 'voice' | 'video' | 'file';

/**
 * Why an attachment cannot be looked at as what it was sent as: beyond the size that is kept · its content is broken or could not be
 * fetched · the platform keeps it no longer · the platform does not let it through.
 */
export type AttachmentProblem = 'too_large' | 'unreadable' | 'expired' | 'type_refused';

/** A picture, recording or file that came or goes with a message. What it holds is kept once, in the file store, under `id`. */
export interface Attachment {
  readonly id: string;
  /** What it turned out to be, by its content; a broken picture is a `file`. */
  readonly kind: AttachmentKind;
  /** As its sender called it: customer text, so never in an event or a log. */
  readonly name: string;
  /** Media type read from the content; by the sender's claim where nothing was kept. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** How long a recording is, whole seconds. */
  readonly seconds?: number;
  /** What is said in a recording, where the platform tells. */
  readonly transcript?: string;
  readonly problem?: AttachmentProblem;
}

/** Pictures every browser and messenger shows by itself; other formats are handed over as files. */
const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export function kindOf(type: string): AttachmentKind {
  if (PICTURES.has(type)) return 'image';
  if (type.startsWith('audio/')) return 'voice';
  return type.startsWith('video/') ? 'video' : 'file';
}

/** A file's name in at most `most` code points: cut in the middle, so that its extension stays. */
export function nameWithin(name: string, most: number): string {
  const points = Array.from(name);
  if (points.length <= most) return name;
  const extension = /\.[A-Za-z0-9]{1,8}$/u.exec(name)?.[0] ?? '';
  return `${points.slice(0, most - 1 - extension.length).join('')}…${extension}`;
}
