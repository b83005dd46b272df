import type { Migration } from './migration.ts';
import { walk } from './walk.ts';

/** What tells admins of undeliverable messages says which message it became, so that it can be withdrawn; earlier ones say that nobody knows. */
export const lettersRef: Migration = {
  version: 1,
  name: 'letters-ref',
  run: (run) =>
    walk(run, 'outbox', { 'body.kind': 'letters', 'body.ref': { $exists: false } }, () => ({
      $set: { 'body.ref': null },
    })),
};
