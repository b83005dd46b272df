import { useEffect, useRef, useState } from 'react';
import { freshId, postFile } from './api.ts';
import type { Attachment } from './model.ts';

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

const whyNot = (file: File, before: number): string | null =>
  file.size > MAX_FILE ? 'too_large' : file.size === 0 ? 'empty_file' : before >= MAX_FILES ? 'too_many' : null;

/** The files of one person's unsent message: uploaded as they are added. */
export function useFiles(user: string) {
  const [files, setFiles] = useState<readonly Added[]>([]);
  const pictures = useRef<string[]>([]);
  const clear = (): void => {
    setFiles([]);
    for (const url of pictures.current.splice(0)) URL.revokeObjectURL(url);
  };
  // Somebody else writes now: what was added was not theirs.
  useEffect(() => clear, [user]);
  const change = (key: string, how: Partial<Added>): void => {
    setFiles((all) => all.map((file) => (file.key === key ? { ...file, ...how } : file)));
  };
  return {
    files,
    clear,
    remove: (key: string): void => {
      setFiles((all) => all.filter((file) => file.key !== key));
    },
    add: async (given: Iterable<File>): Promise<void> => {
      let count = files.length;
      await Promise.all(
        [...given].map(async (file) => {
          const error = whyNot(file, count);
          count += 1;
          const key = freshId();
          const picture = error === null && file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
          if (picture !== null) pictures.current.push(picture);
          setFiles((all) => [...all, { key, name: file.name, picture, kept: null, error }]);
          if (error !== null) return;
          try {
            change(key, { kept: await postFile(file, file.name, user) });
          } catch {
            change(key, { error: 'failed' });
          }
        }),
      );
    },
  };
}
