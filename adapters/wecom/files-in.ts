import { createDecipheriv } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Attachment } from '../../src/domain/attachment.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Files, Sent } from '../../src/files/file.ts';
import { download } from '../shared/http.ts';
import type { Client, Content } from './client.ts';
import { fileNameOf } from './file-name.ts';

/** Files of one message that are taken. */
const MOST_FILES = 10;
/** What is sent to a smart bot is filled up to a multiple of so many bytes before it is encrypted (fact sheet, 1.2). */
const FILL_BYTES = 32;

/** A picture, recording, video or file as a message tells of it. */
export type Piece = {
  readonly kind: 'picture' | 'audio' | 'video' | 'file';
} & (
  | { readonly mediaId: string }
  /** Sent to the smart bot: it lies at the address for five minutes, encrypted by a key of its own (4.4, 4.5). */
  | { readonly url: string; readonly aesKey: string; readonly name?: string | null }
);

/** What is called by a name that has none; what it is, its content says. */
const NAMES: Readonly<Record<Piece['kind'], string>> = {
  picture: 'image.jpg',
  audio: 'voice.amr',
  video: 'video.mp4',
  file: 'file',
};
/** Claims, where nothing can be had. */
const TYPES: Readonly<Partial<Record<Piece['kind'], string>>> = {
  picture: 'image/jpeg',
  audio: 'audio/amr',
  video: 'video/mp4',
};

/** Takes over what people attached to a message. */
export interface FilesIn {
  /** Every piece as an attachment, in order; what cannot be had says why. Rejects when disk or store do not take it. */
  take(pieces: readonly Piece[], owner: string): Promise<readonly Attachment[]>;
}

/** `client`: null without an app, which alone has media ids. `apiUrl`: where that is plain http, addresses of files may be so too. */
export function createFilesIn(
  client: Pick<Client, 'download'> | null,
  files: Pick<Files, 'take' | 'missing'>,
  apiUrl: string,
): FilesIn {
  const contentOf = async (piece: Piece): ReturnType<Client['download']> => {
    if ('mediaId' in piece) return (await client?.download(piece.mediaId)) ?? { problem: 'unreadable' };
    const response = await download(piece.url, apiUrl);
    if (response === null || response.body === null) return { problem: 'unreadable' };
    return { stream: response.body, name: fileNameOf(response.headers) };
  };

  const readable = (piece: Piece, { stream }: Content): Readable => {
    const content = Readable.fromWeb(stream);
    const plain = 'mediaId' in piece ? content : Readable.from(decrypted(content, piece.aesKey), { objectMode: false });
    // Either may break off before anybody reads it; whoever does is told then.
    for (const one of [content, plain]) one.on('error', () => undefined);
    return plain;
  };

  const takeOne = async (piece: Piece, owner: string): Promise<Attachment> => {
    const { kind } = piece;
    const type = TYPES[kind];
    const own = 'url' in piece ? (piece.name ?? null) : null;
    const sent: Sent = { owner, name: own ?? NAMES[kind], ...(type !== undefined && { type }) };
    const content = await contentOf(piece);
    if ('problem' in content) return files.missing(sent, content.problem);
    // Only files have names; other media are called by their ids.
    const named = kind === 'file' && own === null && content.name !== null ? { ...sent, name: content.name } : sent;
    try {
      return await files.take(readable(piece, content), named);
    } catch (error) {
      if (error instanceof StoreUnavailable || isDisk(error)) throw error;
      return files.missing(named, 'unreadable');
    }
  };

  return {
    take: (pieces, owner) => Promise.all(pieces.slice(0, MOST_FILES).map((piece) => takeOne(piece, owner))),
  };
}

/** AES-256-CBC, its IV the start of the key. @throws Error where key or content are none. */
async function* decrypted(content: AsyncIterable<Buffer>, aesKey: string): AsyncGenerator<Buffer> {
  const key = Buffer.from(aesKey, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  let held = Buffer.alloc(0);
  for await (const chunk of content) {
    held = Buffer.concat([held, decipher.update(chunk)]);
    // What it was filled up with is only seen at the end.
    const sure = Math.max(0, held.length - FILL_BYTES);
    if (sure > 0) yield held.subarray(0, sure);
    held = held.subarray(sure);
  }
  held = Buffer.concat([held, decipher.final()]);
  const fill = held.at(-1) ?? 0;
  const isFilled = fill >= 1 && fill <= Math.min(FILL_BYTES, held.length);
  if (!isFilled || held.subarray(-fill).some((byte) => byte !== fill))
    throw new Error('no such key, or broken content');
  yield held.subarray(0, held.length - fill);
}

/** No room, or no right to write: the message comes again, and with it the file. */
const isDisk = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(String(error.code));
