import type { StoredError } from '../storage/errors.ts';
import { oneLine, type Source, type TraceEntry } from './trace.ts';

/** What failed on our side. */
export const failed: Source = async (store, { ticket, causes }) =>
  (await store.errors.about(ticket?.number ?? 0, causes)).map(failure);

/** One error as it stands in a trace. */
export const failure = ({ at, where, what, _id, cause, error }: StoredError): TraceEntry => ({
  at,
  stage: 'failed',
  what: where,
  fields: {
    error: _id,
    name: error.name,
    code: error.code,
    at: error.at?.[0],
    in: oneLine(what),
    cause: cause === null || cause === what ? undefined : oneLine(cause),
  },
});
