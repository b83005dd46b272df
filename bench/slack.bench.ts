import { loadavg } from 'node:os';
import { measureClicks, type Clicks, type Taken } from './slack-clicks.ts';
import { rounded, spread } from './parallel.ts';
import { KINDS } from './slack-crowd.ts';
import { measureDrawing, type Drawings } from './slack-drawing.ts';
import { measureRush, type Rush } from './slack-rush.ts';

// Slack: `npm run bench -- slack [interactions a second] [seconds] [clicks | drawing | rush]`. Acknowledgements while the store is slow, how long drawing holds up
// the event loop, and a rush against Slack's limits in virtual time.

const RATE = Number(process.argv[2] ?? 50);
const SECONDS = Number(process.argv[3] ?? 30);
const DRAWINGS = 300;
const DRAWING_S = 10;
const RUSH_TICKETS = 600;
const RUSH_S = 60;
const AIM_MS = 500;
/** Slack gives up then. */
const LIMIT_MS = 3_000;

const out = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

/** Of the last minute. */
const load = (): string => (loadavg()[0] ?? 0).toFixed(1);

function acknowledged(what: string, taken: readonly Taken[]): void {
  const all = taken.map(({ ms }) => ms);
  const { p50, p99 } = spread(all);
  const over = (limit: number): number => all.filter((ms) => ms > limit).length;
  const failed = taken.filter(({ status }) => status !== 200).length;
  const figures = [p50, p99, Math.max(0, ...all)].map((ms) => rounded(ms).padStart(9)).join('');
  out(
    `${what.padEnd(30)}${String(all.length).padStart(6)}${figures}${String(over(AIM_MS)).padStart(10)}${String(over(LIMIT_MS)).padStart(8)}${String(failed).padStart(9)}`,
  );
}

function report(storeMs: number, c: Clicks): void {
  out(`\nthe store answers in ${storeMs} ms, ${RATE} interactions/s for ${SECONDS} s; acknowledged after, ms:`);
  out(`${' '.repeat(30)}${['count', '     p50', '     p99', '     max'].join(' ')}  > 500 ms   > 3 s  not 200`);
  acknowledged('bare node server', c.bare);
  acknowledged('the bot', c.taken);
  for (const kind of KINDS)
    acknowledged(
      `  ${kind}`,
      c.taken.filter((t) => t.kind === kind),
    );
  out(
    `of ${c.sent} that change something ${c.stored} stand in the inbox, ${c.done} done and ${c.parked} parked ${rounded(c.workedMs / 1_000)} s after the last`,
  );
  out(`${c.replies} replies written, ${c.claimed} tickets with somebody; submissions that found no form: ${c.missed}`);
  out(
    `event loop of the bot p99 / max ${rounded(c.bot.p99)} / ${rounded(c.bot.max)} ms, of the sender ${rounded(c.sender.p99)} / ${rounded(c.sender.max)} ms`,
  );
}

function reportDrawing({ kinds, stalls, idle }: Drawings): void {
  out(`\ndrawing ${DRAWINGS} cards a second for ${DRAWING_S} s, from the ticket to JSON, ms:`);
  out(`${' '.repeat(30)}${['count', '    mean', '     p99', '     max'].join(' ')}  characters`);
  for (const [kind, { count, mean, p99, max, size }] of kinds) {
    const figures = [mean, p99, max].map((ms) => ms.toFixed(2).padStart(9)).join('');
    out(`${kind.padEnd(30)}${String(count).padStart(6)}${figures}${rounded(size).padStart(12)}`);
  }
  const told = ({ p99, max }: Drawings['stalls']): string => `${rounded(p99)} / ${rounded(max)} ms`;
  out(`event loop p99 / max ${told(stalls)}, without drawing ${told(idle)}`);
}

function reportRush(r: Rush): void {
  const s = (ms: number): string => `${rounded(ms / 1_000)} s`;
  const each = (n: number): string => `${rounded(n)} (${(n / r.tickets).toFixed(2)} a ticket)`;
  out(
    `\n${r.tickets} tickets within ${RUSH_S} s in one channel of a Slack that takes one message a second, then claimed, in virtual time:`,
  );
  out(
    `refused with 429: ${r.refused}; most posts of a conversation in a second ${r.mostPosts}, most changes in a minute ${r.mostUpdates}`,
  );
  out(
    `posted ${each(r.posted)}, of them in the channel ${each(r.postedInChannel)}; changed ${each(r.updated)}; boards ${r.boards}`,
  );
  out(
    `the last ticket stood ${s(r.standsAfter)} after the last message; all claimed ${s(r.claimedAfter)} later, everything shown ${s(r.restAfter)} after that`,
  );
  out(`${s(r.realMs)} of real time`);
}

const PARTS = ['clicks', 'drawing', 'rush'];
const asked = process.argv[4] ?? 'all';
const wanted = (part: string): boolean => asked === 'all' || asked === part;
if (asked !== 'all' && !PARTS.includes(asked))
  throw new Error(`there is no part "${asked}"; there are ${PARTS.join(', ')}`);

if (wanted('clicks'))
  for (const storeMs of [0, 100]) {
    const before = load();
    report(storeMs, await measureClicks(storeMs, RATE, SECONDS));
    out(`load average of the machine ${before} before, ${load()} after`);
  }
if (wanted('drawing')) reportDrawing(await measureDrawing(DRAWINGS, DRAWING_S));
if (wanted('rush')) reportRush(await measureRush(RUSH_TICKETS, RUSH_S));
