import { freshId, postFile } from './api.ts';
import type { Attachment, Message } from './model.ts';

const MAX_FILE = 25 * 1024 * 1024;
const MAX_FILES = 20;

/** A file that somebody added to what they are writing. */
export interface Added {
  readonly key: string;
  readonly name: string;
  /** Where its picture can be seen before it is sent; null: it is none. */
  readonly picture: string | null;
  /** Null: it is on its way, or will not get there. */
  readonly kept: Attachment | null;
  /** What is wrong with it, as a word of the page. */
  readonly error: string | null;
}

/** What somebody is writing in a chat and has not sent. */
export interface Unsent {
  readonly text: string;
  readonly files: readonly Added[];
  readonly quoted: Message | null;
}

const NOTHING: Unsent = { text: '', files: [], quoted: null };

const whyNot = (file: File, before: number): string | null =>
  file.size > MAX_FILE ? 'too_large' : file.size === 0 ? 'empty_file' : before >= MAX_FILES ? 'too_many' : null;

/** What is being written in each chat, whoever and whatever is looked at meanwhile: files are uploaded as they are added. */
export class Drafts {
  readonly #all = new Map<string, Unsent>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** `key`: names a chat of one person. */
  of(key: string): Unsent {
    return this.#all.get(key) ?? NOTHING;
  }

  write(key: string, text: string): void {
    this.#change(key, () => ({ text }));
  }

  quote(key: string, quoted: Message | null): void {
    this.#change(key, () => ({ quoted }));
  }

  async add(key: string, user: string, given: Iterable<File>): Promise<void> {
    let count = this.of(key).files.length;
    await Promise.all(
      [...given].map(async (file) => {
        const error = whyNot(file, count);
        count += 1;
        const picture = error === null && file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
        const added: Added = { key: freshId(), name: file.name, picture, kept: null, error };
        this.#change(key, ({ files }) => ({ files: [...files, added] }));
        if (error !== null) return;
        const become = (how: Partial<Added>): void => {
          this.#change(key, ({ files }) => ({
            files: files.map((other) => (other.key === added.key ? { ...other, ...how } : other)),
          }));
        };
        try {
          become({ kept: await postFile(file, file.name, user) });
        } catch {
          become({ error: 'failed' });
        }
      }),
    );
  }

  remove(key: string, file: string): void {
    this.#change(key, ({ files }) => ({ files: files.filter((other) => other.key !== file) }));
  }

  /** It was sent. */
  clear(key: string): void {
    this.#change(key, () => NOTHING);
  }

  #change(key: string, how: (unsent: Unsent) => Partial<Unsent>): void {
    const before = this.of(key);
    const after = { ...before, ...how(before) };
    this.#all.set(key, after);
    for (const { key: file, picture } of before.files)
      if (picture !== null && !after.files.some((other) => other.key === file)) URL.revokeObjectURL(picture);
    for (const listener of this.#listeners) listener();
  }
}
