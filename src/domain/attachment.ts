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

/** Most code points of what is said in a recording that a ticket keeps; all of it is with the message. */
const MOST_WORDS = 200;

/** An attachment as a ticket keeps it for its cards. */
export function inBrief(a: Attachment): Attachment {
  const { transcript } = a;
  if (transcript === undefined || transcript.length <= MOST_WORDS) return a;
  return {
    ...a,
    transcript: `${Array.from(transcript)
      .slice(0, MOST_WORDS - 1)
      .join('')}…`,
  };
}

/** Whether its content was kept, so that it can be opened. */
export const isKept = (a: Attachment): boolean => a.problem === undefined || (a.problem === 'unreadable' && a.size > 0);

type Family = 'image' | 'media' | 'pdf' | 'archive' | 'text';

const EXTENSIONS: Readonly<Record<Family, RegExp>> = {
  image: /\.(?:png|jpe?g|gif|webp|heic|heif|avif)$/iu,
  media: /\.(?:mp[34]|m4[av]|mov|3gp|webm|ogg|oga|amr|silk|wav|aac)$/iu,
  pdf: /\.pdf$/iu,
  archive: /\.(?:zip|gz|tgz|docx|xlsx|pptx|jar|apk)$/iu,
  text: /\.(?:txt|csv|md|json|xml|html?|svg)$/iu,
};
const TYPES: Readonly<Record<Family, RegExp>> = {
  image: /^image\//u,
  media: /^(?:audio|video)\//u,
  pdf: /^application\/pdf$/u,
  archive: /^application\/(?:zip|gzip)$/u,
  text: /^text\//u,
};
const FAMILIES = Object.keys(EXTENSIONS) as readonly Family[];

/**
 * Whether a name claims to be something else than the content is. Formats of one family pass for each other, as messengers rename them
 * freely; a content that is not recognised speaks against a picture or a PDF only, which always are.
 */
export function isDisguised({ name, type }: Pick<Attachment, 'name' | 'type'>): boolean {
  const claimed = FAMILIES.find((family) => EXTENSIONS[family].test(name));
  if (claimed === undefined || TYPES[claimed].test(type)) return false;
  const recognised = FAMILIES.some((family) => TYPES[family].test(type));
  return recognised || claimed === 'image' || claimed === 'pdf';
}

/** A file's name in at most `most` code points: cut in the middle, so that its extension stays. */
export function nameWithin(name: string, most: number): string {
  const points = Array.from(name);
  if (points.length <= most) return name;
  const extension = /\.[A-Za-z0-9]{1,8}$/u.exec(name)?.[0] ?? '';
  return `${points.slice(0, most - 1 - extension.length).join('')}…${extension}`;
}
