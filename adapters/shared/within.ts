import type { Clock } from '../../src/clock.ts';

/** What a promise comes to within so many ms; `late` when it fails or does not come to anything by then. */
export function within<T>(clock: Pick<Clock, 'after'>, asked: Promise<T>, ms: number, late: T): Promise<T> {
  const given = asked.catch(() => late);
  const over = new Promise<T>((resolve) => {
    const stop = clock.after(ms, () => {
      resolve(late);
    });
    void given.finally(stop);
  });
  return Promise.race([given, over]);
}
