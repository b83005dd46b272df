import { readFile } from 'node:fs/promises';
import type { Attachment } from '../../src/domain/attachment.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import type { Files } from '../../src/files/file.ts';
import type { Client, MediaKind } from './client.ts';
import type { WeComStore } from './store.ts';

const MB = 1024 * 1024;
/** What WeCom takes of each kind (fact sheet, 3.5): bytes, at least and at most; how long a recording may be, seconds. */
const LEAST_BYTES = 6;
const MOST_BYTES: Readonly<Record<MediaKind, number>> = {
  image: 10 * MB,
  voice: 2 * MB,
  video: 10 * MB,
  file: 20 * MB,
};
const MOST_SECONDS = 60;
/** What it shows as what it is, and how that is called on the way; all else is a file, which is shown under its name. */
const SHOWN: ReadonlyMap<string, readonly [kind: MediaKind, name: string]> = new Map([
  ['image/png', ['image', 'image.png']],
  ['image/jpeg', ['image', 'image.jpg']],
  ['audio/amr', ['voice', 'voice.amr']],
  ['video/mp4', ['video', 'video.mp4']],
]);

/** A message that shows a picture, recording, video or file, as every API that sends takes it. */
export type FileMessage = {
  readonly [K in MediaKind]: { readonly msgtype: K } & Readonly<Record<K, { readonly media_id: string }>>;
}[MediaKind];

/** Brings what we keep to where WeCom's messages can point to it. */
export interface Media {
  /** The media id of a file of ours, uploaded once in three days; null: it is no longer kept, or WeCom does not take it. @throws DeliveryError; nothing was sent of what needs it. */
  mediaIdOf(file: string): Promise<string | null>;
  /** For each attachment, in order, the message that shows it; null: none can, and it has to be told of in words. @throws DeliveryError, as above. */
  fileMessages(attachments: readonly Attachment[]): Promise<readonly (FileMessage | null)[]>;
}

/** As what WeCom takes it, and under which name; null: not at all. */
function wayOf({ type, size, seconds = 0, name }: Attachment): readonly [kind: MediaKind, name: string] | null {
  const fits = (kind: MediaKind): boolean => size >= LEAST_BYTES && size <= MOST_BYTES[kind];
  const shown = SHOWN.get(type);
  if (shown !== undefined && fits(shown[0]) && (shown[0] !== 'voice' || seconds <= MOST_SECONDS)) return shown;
  return fits('file') ? ['file', name] : null;
}

function messageOf(kind: MediaKind, media: string): FileMessage {
  const shown = { media_id: media };
  switch (kind) {
    case 'image':
      return { msgtype: kind, image: shown };
    case 'voice':
      return { msgtype: kind, voice: shown };
    case 'video':
      return { msgtype: kind, video: shown };
    case 'file':
      return { msgtype: kind, file: shown };
  }
}

export function createMedia(
  client: Pick<Client, 'upload'>,
  files: Pick<Files, 'load' | 'contentOf'>,
  store: Pick<WeComStore, 'mediaOf' | 'keepMedia'>,
  clock: Clock,
): Media {
  const uploading = new Map<string, Promise<string | null>>();

  const put = async (file: string): Promise<string | null> => {
    const before = await store.mediaOf(file);
    if (before !== null) return before;
    const stored = await files.load(file);
    const way = stored === null ? null : wayOf(stored.attachment);
    const path = stored === null || way === null ? null : await files.contentOf(stored);
    if (way === null || path === null) return null;
    // Three days count from before the bytes went out.
    const at = clock.now();
    let media: string;
    try {
      media = await client.upload(...way, await readFile(path));
    } catch (error) {
      // The message it comes with is worth more than it.
      if (error instanceof DeliveryError && error.failure === 'permanent') return null;
      throw error;
    }
    await store.keepMedia(file, media, at);
    return media;
  };

  const mediaIdOf: Media['mediaIdOf'] = (file) => {
    const under = uploading.get(file);
    if (under !== undefined) return under;
    const mine = put(file).finally(() => uploading.delete(file));
    uploading.set(file, mine);
    return mine;
  };

  const show = async (attachment: Attachment): Promise<FileMessage | null> => {
    const way = wayOf(attachment);
    const media = way === null ? null : await mediaIdOf(attachment.id);
    return way === null || media === null ? null : messageOf(way[0], media);
  };

  return { mediaIdOf, fileMessages: (attachments) => Promise.all(attachments.map(show)) };
}
