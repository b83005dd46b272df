import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, so that no worker is left alone with one at the end. */
const LONG = ['test/kill/', 'test/web/visit', 'test/embedded/durability', 'test/contract/', 'test/flow/'];

const rank = ({ moduleId }: TestSpecification): number => {
  const found = LONG.findIndex((name) => moduleId.includes(name));
  return found === -1 ? LONG.length : found;
};

class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores: two workers, each with its own embedded store.
    maxWorkers: 2,
    // The product keeps nothing in its modules from one call to the next, so test files of one worker may share them: loading them anew took a third of the time.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
