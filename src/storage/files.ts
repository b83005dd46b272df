import type { Connection } from 'mongoose';
import type { FileFacts, StoredFile } from '../files/file.ts';
import { Mixed, collection, isDuplicate, reaching } from './connection.ts';

/** The facts about stored files; their bytes lie on disk. */
export function fileStore(connection: Connection) {
  const text = { type: String, required: true };
  const model = collection<StoredFile>(connection, 'files', {
    _id: text,
    owner: text,
    hash: text,
    attachment: Mixed,
    at: { type: Date, required: true },
  });
  return {
    models: [model],
    load: (id) => reaching(() => model.findById(id).lean<StoredFile>()),
    keep: (file) =>
      reaching(async () => {
        try {
          await model.create(file);
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      }),
  } satisfies FileFacts & { models: unknown };
}
