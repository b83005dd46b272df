import type { Parts } from './parts.ts';

/** Something that works when state.nudged and looks by itself from time to time. */
export interface Loop {
  nudge(): void;
  stop(): Promise<void>;
}

const POLL_MS = 250;
const IDLE_MS = 1_000;

/**
 * Calls `step` again and again while it finds work, at once when nudged, else after 250 ms, backing off to 1 s when idle.
 * An error is told and tried again: the store may be away.
 */
export function createLoop(
  name: string,
  step: () => Promise<number>,
  { clock, meter, noteFault }: Pick<Parts, 'clock' | 'meter' | 'noteFault'>,
): Loop {
  const state = { stopped: false, nudged: false };
  let wake: (() => void) | null = null;
  let pause = POLL_MS;

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.after(ms, () => {
        wake = null;
        resolve();
      });
      wake = () => {
        wake = null;
        cancel();
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!state.stopped) {
      state.nudged = false;
      let found = 0;
      try {
        found = await step();
      } catch (error) {
        const number = await noteFault({ where: 'loop', what: name, error });
        meter.alarm('loop', { loop: name, error: number });
      }
      if (found > 0) pause = POLL_MS;
      else if (!state.nudged && !state.stopped) {
        await sleep(pause);
        pause = Math.min(pause * 2, IDLE_MS);
      }
    }
  };
  const running = run();
  return {
    nudge() {
      state.nudged = true;
      wake?.();
    },
    async stop() {
      state.stopped = true;
      wake?.();
      await running;
    },
  };
}
