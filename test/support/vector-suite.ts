import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { openEmbedded } from '../../src/embedded/embedded.ts';
import type { Difference } from './vectors.ts';
import { replay } from './vectors.ts';

/** Operators of later servers than the recorded one, which did not know them: their answers follow the documentation. */
const LATER_OPERATORS = new Set(['agg-date/newer-operators', 'update/pipeline/setField']);

/** The stages that write are refused, so what a vector reads back after one differs, too. */
const AFTER_REFUSED_WRITES = /^agg-stage\/(?:out|merge|desk\/into-report-collection)/u;

/** What the store refuses: code 115, listed in docs/embedded-store.md. */
const isRefusal = ({ actual }: Difference): boolean =>
  actual.includes('"code":{"$numberInt":"115"}') || actual.includes('"code":115');

/** Differences that the store may not have. */
function faults(differences: readonly Difference[], tolerated: ReadonlySet<string>): Difference[] {
  return differences.filter((difference) => {
    const { id } = difference;
    if (LATER_OPERATORS.has(id) || AFTER_REFUSED_WRITES.test(id)) return false;
    return difference.kind === 'silent' || !(isRefusal(difference) || tolerated.has(id));
  });
}

/**
 * Replays areas of the recorded answers against an embedded store and, when `MONGODB_URI` is set, against that server.
 * @param tolerated vectors whose error has another code than MongoDB's
 */
export function describeVectors(areas: readonly string[], tolerated: readonly string[] = []): void {
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
      expect(faults(differences, new Set(tolerated))).toEqual([]);
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
