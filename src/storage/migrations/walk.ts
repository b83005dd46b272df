import type { mongo } from 'mongoose';
import type { AnyDocument, MigrationRun } from './migration.ts';

/** Documents that are changed by one write. */
export const BATCH = 500;

/** What a document lacks, as an update; null: nothing. */
export type Amend = (document: AnyDocument) => mongo.UpdateFilter<AnyDocument> | null;

/**
 * Changes the documents of a collection that `filter` meets, batch by batch in the order of their `_id`, and saves after each batch how
 * far it is; `besides` is done for each batch as well, before it is saved. One walk per migration.
 */
export async function walk(
  { documents, from, save }: Pick<MigrationRun, 'documents' | 'from' | 'save'>,
  collection: string,
  filter: Readonly<Record<string, unknown>>,
  amend: Amend,
  besides: (batch: readonly AnyDocument[]) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  let at = from ?? '';
  for (;;) {
    const found: AnyDocument[] = await documents(collection)
      .find({ ...filter, _id: { $gt: at } })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    const last = found.at(-1);
    if (last === undefined) return;
    const changes = found.flatMap((document) => {
      const update = amend(document);
      return update === null ? [] : [{ updateOne: { filter: { _id: document._id }, update } }];
    });
    if (changes.length > 0) await documents(collection).bulkWrite(changes, { ordered: false });
    await besides(found);
    at = last._id;
    await save(at);
  }
}
