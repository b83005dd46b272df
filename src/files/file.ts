import type { Readable } from 'node:stream';
import type { Attachment, AttachmentProblem } from '../domain/attachment.ts';

/** Most bytes of one file that is kept. */
export const MAX_FILE = 25 * 1024 * 1024;

/** What is known about a file; its bytes lie on disk under their hash, once for equal contents. */
export interface StoredFile {
  readonly _id: string;
  /** accountKey of who sent it: nobody else can send it on by its id. */
  readonly owner: string;
  /** SHA-256 of the content, hex. */
  readonly hash: string;
  /** What it is, by its content; `_id` is its id. */
  readonly attachment: Attachment;
  readonly at: Date;
}

/** What its sender and the platform say about a file that arrives. */
export interface Sent {
  readonly owner: string;
  readonly name: string;
  /** Claims, used only where the content cannot be had. */
  readonly type?: string;
  readonly size?: number;
  readonly seconds?: number;
  readonly transcript?: string;
}

/** The facts about files, kept in the store. */
export interface FileFacts {
  load(id: string): Promise<StoredFile | null>;
  /** Does nothing when it is known already. */
  keep(file: StoredFile): Promise<void>;
}

/** Where every adapter keeps what came in, and finds what has to go out. */
export interface Files {
  /**
   * Streams one file to disk. What is beyond `MAX_FILE` or empty is not kept: the attachment then says so as its problem, so that the
   * message it came with is told whole. Rejects when the disk or the store does not take it, or the content breaks off.
   */
  take(content: Readable, sent: Sent): Promise<Attachment>;
  /** What was announced and could not be had, so that it is seen to be missing; `unreadable` is one of no content. */
  missing(sent: Sent, problem: AttachmentProblem): Attachment;
  load(id: string): Promise<StoredFile | null>;
  /** Path of its content; null when it is no longer there. */
  contentOf(file: StoredFile): Promise<string | null>;
}
