import { measureClicks, type Clicks, type Taken } from './slack-clicks.ts';
import { rounded, spread } from './parallel.ts';
import { KINDS } from './slack-crowd.ts';

// Slack: `npm run bench -- slack [interactions a second] [seconds]`. Acknowledgements while the store is slow, how long drawing holds up
// the event loop, and a rush against Slack's limits in virtual time.

const RATE = Number(process.argv[2] ?? 50);
const SECONDS = Number(process.argv[3] ?? 30);
const AIM_MS = 500;
/** Slack gives up then. */
const LIMIT_MS = 3_000;

const out = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

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

for (const storeMs of [0, 100]) report(storeMs, await measureClicks(storeMs, RATE, SECONDS));
