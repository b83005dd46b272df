import { readFile } from 'node:fs/promises';
import { isKept, nameWithin, type Attachment } from '../../src/domain/attachment.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import type { Files } from '../../src/files/file.ts';
import type { Client } from './client.ts';
import { isDenied } from './failures.ts';
import type { DingTalkStore } from './store.ts';

/** Most bytes of a picture or file that DingTalk takes (fact sheet, 3.5). */
const MOST_BYTES = 20 * 1024 * 1024;
/** Pictures that it shows, and what they are called on the way: by their endings it tells what they are. */
const PICTURES: ReadonlyMap<string, string> = new Map([
  ['image/png', 'image.png'],
  ['image/jpeg', 'image.jpg'],
  ['image/gif', 'image.gif'],
]);
/** Most characters of a file's name. */
const MOST_NAME = 120;
/** Endings of the files that a robot can send (3.5). */
const SENDABLE = /\.(xlsx|pdf|zip|rar|docx?)$/iu;

/** A message as the robot's API takes it; `msgParam` before it is made a text. */
export interface RobotContent {
  readonly msgKey: string;
  readonly msgParam: Readonly<Record<string, string>>;
}

/** Brings what we keep to where DingTalk's messages can point to it. */
export interface Media {
  /** The media id of a picture or file of ours, uploaded once; null: it is no longer kept, or DingTalk does not take it. @throws DeliveryError; nothing was sent of what needs it. */
  mediaIdOf(file: string): Promise<string | null>;
  /** For each attachment, in order, the message that shows it; null: none can, and it has to be told of in words. @throws DeliveryError, as above. */
  fileMessages(attachments: readonly Attachment[]): Promise<readonly (RobotContent | null)[]>;
}

export function createMedia(
  client: Pick<Client, 'upload'>,
  files: Pick<Files, 'load' | 'contentOf'>,
  store: Pick<DingTalkStore, 'mediaOf' | 'keepMedia'>,
  clock: Clock,
): Media {
  const uploading = new Map<string, Promise<string | null>>();

  const put = async (file: string): Promise<string | null> => {
    const before = await store.mediaOf(file);
    if (before !== null) return before;
    const stored = await files.load(file);
    if (stored === null || stored.attachment.size > MOST_BYTES) return null;
    const path = await files.contentOf(stored);
    if (path === null) return null;
    const { kind, type, name } = stored.attachment;
    const called = kind === 'image' ? PICTURES.get(type) : nameWithin(name, MOST_NAME);
    if (called === undefined) return null;
    let media: string;
    try {
      media = await client.upload(kind === 'image' ? 'image' : 'file', called, await readFile(path));
    } catch (error) {
      // The message it comes with is worth more than it.
      if (error instanceof DeliveryError && (error.failure === 'permanent' || isDenied(error))) return null;
      throw error;
    }
    await store.keepMedia(file, media, clock.now());
    return media;
  };

  const mediaIdOf: Media['mediaIdOf'] = (file) => {
    const under = uploading.get(file);
    if (under !== undefined) return under;
    const mine = put(file).finally(() => uploading.delete(file));
    uploading.set(file, mine);
    return mine;
  };

  const messageOf = async (attachment: Attachment): Promise<RobotContent | null> => {
    const { id, kind, name } = attachment;
    const fileType = SENDABLE.exec(name)?.[1]?.toLowerCase();
    if (!isKept(attachment) || (kind !== 'image' && fileType === undefined)) return null;
    const media = await mediaIdOf(id);
    if (media === null) return null;
    if (kind === 'image') return { msgKey: 'sampleImageMsg', msgParam: { photoURL: media } };
    const fileName = nameWithin(name, MOST_NAME);
    return { msgKey: 'sampleFile', msgParam: { mediaId: media, fileName, fileType: fileType ?? '' } };
  };

  return { mediaIdOf, fileMessages: (attachments) => Promise.all(attachments.map(messageOf)) };
}
