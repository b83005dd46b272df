import { rounded, spread } from './parallel.ts';
import { askedOf, besideLoad, out } from './report.ts';
import { measureCallbacks } from './wecom-callbacks.ts';

// WeCom: `npm run bench -- wecom [messages a second] [seconds]`. How soon a callback is answered while the store is slow; the aim is under 300 ms
// at 200 messages a second and a store that takes 50 ms.

const AIM_MS = 300;
/** WeCom waits so long for an answer, then sends it again. */
const LIMIT_MS = 5_000;
/** How long the store takes for an answer, ms. */
const STORES_MS = [0, 50] as const;

function answered(what: string, taken: readonly { readonly ok: boolean; readonly ms: number }[]): void {
  const all = taken.map(({ ms }) => ms);
  const { p50, p99 } = spread(all);
  const over = (limit: number): string => String(all.filter((ms) => ms > limit).length).padStart(10);
  const figures = [p50, p99, Math.max(0, ...all)].map((ms) => rounded(ms).padStart(9)).join('');
  const failed = String(taken.filter(({ ok }) => !ok).length).padStart(9);
  out(`${what.padEnd(20)}${String(all.length).padStart(6)}${figures}${over(AIM_MS)}${over(LIMIT_MS)}${failed}`);
}

const { rate, seconds } = askedOf([], 200);
for (const storeMs of STORES_MS)
  await besideLoad(async () => {
    const c = await measureCallbacks(storeMs, rate, seconds);
    out(
      `\nthe store answers in ${storeMs} ms, ${rate} messages/s for ${seconds} s; answered after, ms:\n${' '.repeat(21)}count      p50      p99      max  > ${AIM_MS} ms  > ${LIMIT_MS / 1_000} s   failed`,
    );
    answered('bare node http', c.bare);
    answered('the bot', c.taken);
    out(
      `of ${c.taken.length} messages ${c.stored} stand in the inbox, ${c.done} done ${rounded(c.workedMs / 1_000)} s after the last`,
    );
    out(
      `event loop of the bot p99 / max ${rounded(c.bot.p99)} / ${rounded(c.bot.max)} ms, of the sender ${rounded(c.sender.p99)} / ${rounded(c.sender.max)} ms`,
    );
  });
