import { loadavg } from 'node:os';
import type { Clicks, Taken } from './clicks.ts';
import { KINDS } from './crowd.ts';
import { rounded, spread } from './parallel.ts';
import type { Rush } from './rush.ts';

// What benchmarks of platforms have in common: what they are asked for, and how they say what they saw.

const AIM_MS = 500;
/** What `clicks` is measured at: how long the store takes for an answer, ms. */
const STORES_MS = [0, 100] as const;

export const out = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

/** Of the last minute. */
const load = (): string => (loadavg()[0] ?? 0).toFixed(1);

/** `[interactions a second] [seconds] [a part]` of a benchmark's arguments; `pace`: a second, where nothing else is said. @throws Error when there is no such part. */
export function askedOf(
  parts: readonly string[],
  pace = 50,
): {
  readonly rate: number;
  readonly seconds: number;
  readonly wants: (part: string) => boolean;
} {
  const [, , rate = String(pace), seconds = '30', asked = 'all'] = process.argv;
  if (asked !== 'all' && !parts.includes(asked))
    throw new Error(`there is no part "${asked}"; there are ${parts.join(', ')}`);
  return { rate: Number(rate), seconds: Number(seconds), wants: (part) => asked === 'all' || asked === part };
}

/** Does something, and says beside it how busy the machine was. */
export async function besideLoad(work: () => Promise<void>): Promise<void> {
  const before = load();
  await work();
  out(`load average of the machine ${before} before, ${load()} after`);
}

/** Clicks with the store beside the bot, and with one that is slow. `limitMs`: the platform gives up then. */
export async function reportClicks(
  measure: (storeMs: number) => Promise<Clicks>,
  pace: { readonly rate: number; readonly seconds: number },
  limitMs: number,
  bare: string,
): Promise<void> {
  for (const storeMs of STORES_MS)
    await besideLoad(async () => {
      const c = await measure(storeMs);
      const { rate, seconds } = pace;
      out(
        `\nthe store answers in ${storeMs} ms, ${rate} interactions/s for ${seconds} s; acknowledged after, ms:\n${' '.repeat(30)}count      p50      p99      max  > ${AIM_MS} ms   > ${limitMs / 1_000} s   failed  own view`,
      );
      acknowledged(bare, c.bare, limitMs);
      acknowledged('the bot', c.taken, limitMs);
      for (const kind of KINDS)
        acknowledged(
          `  ${kind}`,
          c.taken.filter((t) => t.kind === kind),
          limitMs,
        );
      reportStored(c);
    });
}

function acknowledged(what: string, taken: readonly Taken[], limitMs: number): void {
  const all = taken.map(({ ms }) => ms);
  const { p50, p99 } = spread(all);
  const over = (limit: number): number => all.filter((ms) => ms > limit).length;
  const figures = [p50, p99, Math.max(0, ...all)].map((ms) => rounded(ms).padStart(9)).join('');
  const failed = taken.filter(({ ok }) => !ok).length;
  const shown = taken.filter((t) => t.shown).length;
  const counts = [over(AIM_MS), over(limitMs), failed, shown].map((n, i) => String(n).padStart([10, 8, 9, 10][i] ?? 0));
  out(`${what.padEnd(30)}${String(all.length).padStart(5)}${figures}${counts.join('')}`);
}

function reportStored(c: Clicks): void {
  const again = c.repeats > 0 ? ` and ${c.repeats} are a press that was made before` : '';
  out(
    `of ${c.sent} that change something${again} ${c.stored} stand in the inbox, ${c.done} done and ${c.parked} parked ${rounded(c.workedMs / 1_000)} s after the last`,
  );
  out(`${c.replies} replies written, ${c.claimed} tickets with somebody; submissions that found no form: ${c.missed}`);
  out(
    `event loop of the bot p99 / max ${rounded(c.bot.p99)} / ${rounded(c.bot.max)} ms, of the sender ${rounded(c.sender.p99)} / ${rounded(c.sender.max)} ms`,
  );
}

/** `lines`: what is only of this platform. */
export function reportRush(r: Rush, seconds: number, platform: string, lines: readonly string[]): void {
  const s = (ms: number): string => `${rounded(ms / 1_000)} s`;
  out(`\n${r.tickets} tickets within ${seconds} s in one group of ${platform}, then claimed, in virtual time:`);
  for (const line of lines) out(line);
  out(
    `boards ${r.boards}; the last ticket stood ${s(r.standsAfter)} after the last message; all claimed ${s(r.claimedAfter)} later, everything shown ${s(r.restAfter)} after that`,
  );
  out(`${s(r.realMs)} of real time`);
}

/** A count, and how much of it there is to a ticket. */
export const each = (n: number, tickets: number): string => `${rounded(n)} (${(n / tickets).toFixed(2)} a ticket)`;
