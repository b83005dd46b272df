import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { openEmbedded } from '../../src/embedded/embedded.ts';
import type { Difference } from './vectors.ts';
import { replay } from './vectors.ts';

/** Operators that the recorded server did not know yet and this one has, with the vectors that ask for them and read what they did. */
const LATER_OPERATORS = new Map([
  ['agg-date/newer-operators', /"\$dateTrunc"/u],
  ['update/pipeline/setField', /"\$setField"|"find"/u],
]);

/** Errors on both sides, or here only, with another code than the recorded one. */
const OTHER_CODE = new Set([
  'agg-stage/command/bad-cursor',
  'agg-stage/command/bad-names',
  'agg-stage/command/explain-errors',
  'modify/delete/limit-string-fails',
]);

const isLater = ({ id, command }: Difference): boolean => LATER_OPERATORS.get(id)?.test(command) === true;

/** What the store refuses: code 115, listed in docs/embedded-store.md. */
const isRefusal = ({ actual }: Difference): boolean =>
  actual.includes('"code":{"$numberInt":"115"}') || actual.includes('"code":115');

/** Differences that the store may not have. */
const faults = (differences: readonly Difference[]): Difference[] =>
  differences.filter(
    (difference) =>
      !isLater(difference) &&
      (difference.kind === 'silent' || !(isRefusal(difference) || OTHER_CODE.has(difference.id))),
  );

/**
 * Replays areas of the recorded answers against an embedded store and, when `MONGODB_URI` is set, against that server.
 */
export function describeVectors(areas: readonly string[]): void {
  describe('the answers of a MongoDB server', () => {
    let directory: string;
    let store: Embedded;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'vectors-'));
      store = await openEmbedded({ directory, inWorker: false, fsync: false });
    });

    afterAll(async () => {
      await store.stop();
      await rm(directory, { recursive: true, force: true });
    });

    it.each(areas)('are the answers of the embedded store: %s', { timeout: 120_000 }, async (area) => {
      const { same, differences } = await replay(store.uri, area);
      expect(faults(differences).slice(0, 20)).toEqual([]);
      expect(same).toBeGreaterThan(100);
    });

    // Servers of other versions differ in details; a whole area that differs means that the replay itself is wrong.
    it.runIf(process.env['MONGODB_URI'])('are those of MONGODB_URI, by and large', { timeout: 600_000 }, async () => {
      for (const area of areas) {
        const { same, differences } = await replay(process.env['MONGODB_URI'] ?? '', area);
        expect(same / (same + differences.length)).toBeGreaterThan(0.9);
      }
    });
  });
}
