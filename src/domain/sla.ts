import type { Due, Ticket } from './ticket.ts';

const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** The promises made when a ticket opens. */
export const dueAtOpening = (t: Pick<Ticket, 'policy'>, at: Date): Due => ({
  firstResponse: after(at, t.policy.firstResponseMs),
  resolution: after(at, t.policy.resolutionMs),
});

/** The customer wrote again: an answer is due, unless one is due already. */
export function dueAfterMessage(t: Ticket, at: Date): Due {
  if (t.due.firstResponse !== undefined || t.due.nextResponse !== undefined) return t.due;
  return { ...t.due, nextResponse: after(at, t.policy.nextResponseMs) };
}

/** The customer got an answer. `since`: when they wrote something after it, which waits for the next one. */
export function dueAfterDelivery(t: Ticket, since: Date | null): Due {
  const { resolution } = t.due;
  return {
    ...(resolution === undefined ? {} : { resolution }),
    ...(since === null ? {} : { nextResponse: after(since, t.policy.nextResponseMs) }),
  };
}

/** A ticket that was done is open again. */
export const dueAfterReopening = (t: Pick<Ticket, 'policy'>, at: Date): Due => ({
  nextResponse: after(at, t.policy.nextResponseMs),
  resolution: after(at, t.policy.resolutionMs),
});

export type ClockName = keyof Due;

/** The nearest promise and which one it is; null when nothing is promised. */
export function nearestDue(due: Due): { readonly clock: ClockName; readonly at: Date } | null {
  let best: { clock: ClockName; at: Date } | null = null;
  for (const clock of ['firstResponse', 'nextResponse', 'resolution'] as const) {
    const at = due[clock];
    if (at !== undefined && (best === null || at < best.at)) best = { clock, at };
  }
  return best;
}
