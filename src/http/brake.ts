import type { Clock } from '../clock.ts';

/** Refusals that are answered at once in each second. */
const AT_ONCE = 100;
/** How long the answers beyond them wait, and how many may wait at a time; who comes on top of those is cut off. */
const HOLD_MS = 1_000;
const MOST_HELD = 1_000;

/** What of a connection this is about. */
interface Connection {
  readonly destroyed: boolean;
  pause(): unknown;
  resume(): unknown;
  destroy(): unknown;
}

/** Gives an answer: at once, after a while, or never. */
export type Brake = (socket: Connection, answer: () => void) => void;

/**
 * Slows down who floods us with what is refused, by what they cannot do without: a connection takes its next request when the last one was
 * answered, and nothing more is read from it until then. Other connections are not touched.
 */
export function createBrake(clock: Clock): Brake {
  let second = 0;
  let answered = 0;
  let held = 0;
  return (socket, answer) => {
    const now = Math.floor(clock.monotonic() / 1_000);
    if (now !== second) answered = 0;
    second = now;
    answered += 1;
    if (answered <= AT_ONCE) {
      answer();
      return;
    }
    if (held >= MOST_HELD) {
      socket.destroy();
      return;
    }
    held += 1;
    socket.pause();
    clock.after(HOLD_MS, () => {
      held -= 1;
      if (socket.destroyed) return;
      answer();
      socket.resume();
    });
  };
}
