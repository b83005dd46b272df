import type { Clock } from '../../src/clock.ts';
import type { SandboxLimit } from './limits.ts';

export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'refuse'; readonly limit: string; readonly retryAfterMs: number };

interface Call {
  readonly method: 'send' | 'update';
  readonly conversation: string;
  /** Whom it reaches, when it reaches one person only. */
  readonly member: string | null;
}

/** A sliding log: the exact moments of the calls that were let through. */
class Log {
  readonly #limit: SandboxLimit;
  #moments: number[] = [];
  #first = 0;
  #blockedUntil = 0;

  constructor(limit: SandboxLimit) {
    this.#limit = limit;
  }

  judge(now: number): Verdict {
    const { name, count, windowMs, overrun } = this.#limit;
    if (now < this.#blockedUntil) return { kind: 'refuse', limit: name, retryAfterMs: this.#blockedUntil - now };
    while (this.#first < this.#moments.length && (this.#moments[this.#first] ?? 0) <= now - windowMs) this.#first += 1;
    if (this.#moments.length - this.#first < count) return { kind: 'pass' };
    if (overrun.kind === 'drop') return { kind: 'drop' };
    if (overrun.kind === 'block') {
      this.#blockedUntil = now + overrun.forMs;
      return { kind: 'refuse', limit: name, retryAfterMs: overrun.forMs };
    }
    return { kind: 'refuse', limit: name, retryAfterMs: (this.#moments[this.#first] ?? now) + windowMs - now };
  }

  record(now: number): void {
    if (this.#first > 1024 && this.#first * 2 > this.#moments.length) {
      this.#moments = this.#moments.slice(this.#first);
      this.#first = 0;
    }
    this.#moments.push(now);
  }
}

/** What a limit counts together. Each conversation has a robot of its own; there is one app and one address. */
const SUBJECT: { readonly [P in SandboxLimit['per']]: (call: Call) => string | null } = {
  app: () => '',
  ip: () => '',
  robot: ({ conversation }) => conversation,
  conversation: ({ conversation }) => conversation,
  member: ({ member }) => member,
};

/** The emulated platform's limits: never more than `count` calls within any window of `windowMs`. Calls it refuses or drops do not count. */
export function createGate(limits: readonly SandboxLimit[], clock: Clock): (call: Call) => Verdict {
  const logs = new Map<string, Log>();

  const logFor = (limit: SandboxLimit, index: number, call: Call): Log | null => {
    if (limit.method !== 'any' && limit.method !== call.method) return null;
    if (limit.conversations !== undefined && !limit.conversations.includes(call.conversation)) return null;
    const subject = SUBJECT[limit.per](call);
    if (subject === null) return null;
    const key = `${index} ${subject}`;
    const known = logs.get(key);
    if (known !== undefined) return known;
    const made = new Log(limit);
    logs.set(key, made);
    return made;
  };

  return (call) => {
    const now = clock.monotonic();
    const concerned = limits.map((limit, index) => logFor(limit, index, call)).filter((log) => log !== null);
    for (const log of concerned) {
      const verdict = log.judge(now);
      if (verdict.kind !== 'pass') return verdict;
    }
    for (const log of concerned) log.record(now);
    return { kind: 'pass' };
  };
}
