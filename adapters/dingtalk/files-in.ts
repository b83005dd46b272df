import { Readable } from 'node:stream';
import * as z from 'zod';
import type { Attachment, AttachmentProblem } from '../../src/domain/attachment.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import type { Files, Sent } from '../../src/files/file.ts';
import type { Client } from './client.ts';
import { codeOf } from './failures.ts';

/** Files of one message that are taken. */
const MOST_FILES = 10;

/** DingTalk's word for a download code that is wrong or too old (fact sheet, 3.5). */
const TOO_OLD = 'invalidParameter.robotCode.downloadCode';

/** A picture, recording, video or file as a message tells of it (fact sheet, 2). */
export interface Piece {
  readonly kind: 'picture' | 'audio' | 'video' | 'file';
  readonly downloadCode: string;
  /** Null: only files have names. */
  readonly name: string | null;
  readonly durationMs?: number;
  /** What is said in a recording. */
  readonly recognition?: string;
}

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

const answer = z.object({ downloadUrl: z.string().min(1) });

/** Takes over what people attached to a message. */
export interface FilesIn {
  /** Every piece as an attachment, in order; what cannot be had says why. Rejects when disk or store do not take it. */
  take(pieces: readonly Piece[], owner: string): Promise<readonly Attachment[]>;
}

export function createFilesIn(
  client: Pick<Client, 'api' | 'download'>,
  robotCode: string,
  files: Pick<Files, 'take' | 'missing'>,
): FilesIn {
  const addressOf = async (
    downloadCode: string,
  ): Promise<{ readonly url: string } | { readonly problem: AttachmentProblem }> => {
    try {
      const body = { downloadCode, robotCode };
      const { downloadUrl: url } = await client.api('POST', '/v1.0/robot/messageFiles/download', answer, body);
      return { url };
    } catch (error) {
      return { problem: codeOf(error) === TOO_OLD ? 'expired' : 'unreadable' };
    }
  };

  const takeOne = async (piece: Piece, owner: string): Promise<Attachment> => {
    const { kind, name, durationMs, recognition, downloadCode } = piece;
    const type = TYPES[kind];
    const sent: Sent = {
      owner,
      name: name ?? NAMES[kind],
      ...(type !== undefined && { type }),
      ...(durationMs !== undefined && { seconds: Math.max(1, Math.round(durationMs / 1_000)) }),
      ...(recognition !== undefined && recognition !== '' && { transcript: recognition }),
    };
    const address = await addressOf(downloadCode);
    if ('problem' in address) return files.missing(sent, address.problem);
    const content = await client.download(address.url);
    if (content === null) return files.missing(sent, 'unreadable');
    const stream = Readable.fromWeb(content);
    // It may break off before anybody reads it; whoever does is told then.
    stream.on('error', () => undefined);
    try {
      return await files.take(stream, sent);
    } catch (error) {
      if (error instanceof StoreUnavailable || isDisk(error)) throw error;
      return files.missing(sent, 'unreadable');
    }
  };

  return {
    take: (pieces, owner) => Promise.all(pieces.slice(0, MOST_FILES).map((piece) => takeOne(piece, owner))),
  };
}

/** No room, or no right to write: the message comes again, and with it the file. */
const isDisk = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(String(error.code));
