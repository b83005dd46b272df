import { performance } from 'node:perf_hooks';

/** A figure as tables show it. */
export const rounded = (n: number): string => n.toLocaleString('en', { maximumFractionDigits: n < 100 ? 1 : 0 });

/** p50 and p99 of durations in ms. */
export function spread(all: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The same as tables show them. */
export function percentiles(all: readonly number[]): string {
  const { p50, p99 } = spread(all);
  return `${rounded(p50)} / ${rounded(p99)} ms`;
}

/** `work` for every number below `count`, so many at a time; how long each took, ms. */
export async function inParallel(count: number, width: number, work: (i: number) => Promise<void>): Promise<number[]> {
  const took: number[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const from = performance.now();
      await work(i);
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: width }, run));
  return took;
}
