import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

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

/** So many acts, each at its moment whatever became of those before, with how long each took from the moment it was due, ms. Null: there was nothing to do. */
export async function atPace<T extends object>(
  count: number,
  perSecond: number,
  act: (i: number) => Promise<T> | null,
): Promise<{ readonly done: readonly (T & { readonly ms: number })[]; readonly missed: number }> {
  const waiting: Promise<T & { readonly ms: number }>[] = [];
  let missed = 0;
  const began = performance.now();
  for (let i = 0; i < count; i += 1) {
    const due = began + (i * 1_000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    const acting = act(i);
    if (acting === null) missed += 1;
    else waiting.push(acting.then((done) => ({ ...done, ms: performance.now() - due })));
  }
  return { done: await Promise.all(waiting), missed };
}

/** Looks until it is so; how long that took, ms. */
export async function until(holds: () => Promise<boolean> | boolean, what: string, ms: number): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > ms) throw new Error(`${what} was not so within ${ms / 1_000} s`);
    await sleep(250);
  }
  return performance.now() - began;
}
