import type { Spent } from '../storage/budgets.ts';
import type { Purpose } from './budget.ts';

/** The spending on one limit of one subject. Moments are ms by the monotonic clock. */
export interface Spending {
  readonly windowMs: number;
  /** A use counts as made at most so much later than it was. */
  readonly blockMs: number;
  readonly caps: Readonly<Record<Purpose, number>>;
  /** A sliding log, in the order of the moments. */
  readonly spent: readonly Spent[];
}

/** Somebody who had to wait was told to ask again at this moment. */
export interface Told {
  readonly at: number;
  readonly purpose: Purpose;
}

/** Who is told a moment goes behind those of these ranks, and passes the others. */
const RANK: Readonly<Record<Purpose, number>> = { urgent: 0, redraw: 1, new: 2 };

export const usedOf = (spent: readonly Spent[]): number => spent.reduce((sum, s) => sum + s.n, 0);

/** What an account will look like when those who were told a moment come at it. It is asked for moments that never go back. */
export class Outlook {
  readonly #cap: number;
  readonly #windowMs: number;
  readonly #holdMs: number;
  readonly #spent: readonly Spent[];
  readonly #told: number[];
  #used: number;
  #started = 0;
  #spentEnded = 0;
  #toldEnded = 0;

  /** `told`: those already told, in the order of their moments. */
  constructor({ caps, windowMs, blockMs, spent }: Spending, purpose: Purpose, told: readonly Told[]) {
    this.#cap = caps[purpose];
    this.#windowMs = windowMs;
    this.#holdMs = windowMs + blockMs;
    this.#spent = spent;
    this.#told = told.filter((t) => RANK[t.purpose] <= RANK[purpose]).map((t) => t.at);
    this.#used = usedOf(spent);
  }

  /** The first moment from `from` on at which one more use keeps within the limit. */
  room(from: number): number {
    for (let at = from; ; at = this.#nextEnd()) {
      this.#advance(at);
      if (this.#used < this.#cap) return at;
    }
  }

  /** One more use at this moment, which is none before those told. */
  use(at: number): void {
    this.#told.push(at);
  }

  #spentEnd(): number {
    return (this.#spent[this.#spentEnded]?.at ?? Infinity) + this.#windowMs;
  }

  #toldEnd(): number {
    return (this.#told[this.#toldEnded] ?? Infinity) + this.#holdMs;
  }

  #nextEnd(): number {
    return Math.min(this.#spentEnd(), this.#toldEnd());
  }

  #advance(to: number): void {
    for (; (this.#told[this.#started] ?? Infinity) <= to; this.#started += 1) this.#used += 1;
    for (; this.#spentEnd() <= to; this.#spentEnded += 1) this.#used -= this.#spent[this.#spentEnded]?.n ?? 0;
    for (; this.#toldEnd() <= to; this.#toldEnded += 1) this.#used -= 1;
  }
}

/** The first moment from `from` on at which all of them have room. */
export function roomInAll(outlooks: readonly Outlook[], from: number): number {
  for (let at = from; ;) {
    const next = Math.max(at, ...outlooks.map((o) => o.room(at)));
    if (next === at) return at;
    at = next;
  }
}
