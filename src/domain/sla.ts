import type { Due, Ticket } from './ticket.ts';

const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** What a ticket's promises depend on. */
type Promised = Pick<Ticket, 'policy' | 'category' | 'tags'>;

/** How long each promise lasts, milliseconds. */
export type Limits = Readonly<Record<`${ClockName}Ms`, number>>;

/** The promises of a ticket as it is classified now: half of its policy's where the policy says so. */
export function limitsOf({ policy, category, tags }: Promised): Limits {
  const { categories, tags: marked } = policy.half;
  const isHalf =
    (category !== null && [category, category.split('.')[0] ?? ''].some((c) => categories.includes(c))) ||
    tags.some((tag) => marked.includes(tag.toLowerCase()));
  const share = isHalf ? 0.5 : 1;
  return {
    firstResponseMs: policy.firstResponseMs * share,
    nextResponseMs: policy.nextResponseMs * share,
    resolutionMs: policy.resolutionMs * share,
  };
}

/** The promises made when a ticket opens; while nobody is there the first answer is due from opening time (`answersFrom`) on. */
export function dueAtOpening(t: Promised, at: Date, answersFrom: Date | null): Due {
  const limits = limitsOf(t);
  return {
    firstResponse: after(answersFrom ?? at, limits.firstResponseMs),
    resolution: after(at, limits.resolutionMs),
  };
}

/** A ticket was classified anew: until the first answer, what was promised moves with it. */
export function dueAfterClassifying(t: Ticket, now: Promised): Due {
  const { firstResponse, resolution } = t.due;
  if (firstResponse === undefined) return t.due;
  const [was, is] = [limitsOf(t), limitsOf(now)];
  return {
    ...t.due,
    firstResponse: after(firstResponse, is.firstResponseMs - was.firstResponseMs),
    ...(resolution === undefined ? {} : { resolution: after(resolution, is.resolutionMs - was.resolutionMs) }),
  };
}

/** The customer wrote again: an answer is due, unless one is due already. */
export function dueAfterMessage(t: Ticket, at: Date): Due {
  if (t.due.firstResponse !== undefined || t.due.nextResponse !== undefined) return t.due;
  return { ...t.due, nextResponse: after(at, limitsOf(t).nextResponseMs) };
}

/** The customer got an answer. `since`: when they wrote something after it, which waits for the next one. */
export function dueAfterDelivery(t: Ticket, since: Date | null): Due {
  const { resolution } = t.due;
  return {
    ...(resolution === undefined ? {} : { resolution }),
    ...(since === null ? {} : { nextResponse: after(since, limitsOf(t).nextResponseMs) }),
  };
}

/** A ticket that was done is open again. */
export function dueAfterReopening(t: Promised, at: Date): Due {
  const limits = limitsOf(t);
  return { nextResponse: after(at, limits.nextResponseMs), resolution: after(at, limits.resolutionMs) };
}

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
