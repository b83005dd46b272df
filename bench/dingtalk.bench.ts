import { measureClicks } from './clicks.ts';
import { dingtalkCrowd } from './dingtalk-clicks.ts';
import { HANDS, measureLife, MOMENTS, RUNGS, type Life } from './dingtalk-life.ts';
import { measureMonth, SHARES, type Month } from './dingtalk-month.ts';
import { measureDingTalkRush } from './dingtalk-rush.ts';
import { rounded } from './parallel.ts';
import { askedOf, besideLoad, each, out, reportClicks, reportRush } from './report.ts';

// DingTalk: `npm run bench -- dingtalk [interactions a second] [seconds] [clicks | life | rush]`. Answers to presses over Stream while the store is slow, what a
// ticket costs of a month, and a rush and a month that runs out against DingTalk's limits in virtual time.

/** DingTalk waits so long for the answer to a press. */
const LIMIT_MS = 2_000;
const LIVES = 10;
/** Most calls that a ticket is to cost. */
const AIM_CALLS = 4;
/** The free edition's month. */
const MONTHLY_CALLS = 5_000;
const MONTHLY_MESSAGES = 3_000;
const QPS = 20;
const RUSH_TICKETS = 600;
const RUSH_S = 60;

function reportLife(what: string, { lives, counted, messages, calls }: Life): void {
  const perTicket = counted / lives;
  const heard = messages / lives;
  const [byCalls, byMessages] = [Math.floor(MONTHLY_CALLS / perTicket), Math.floor(MONTHLY_MESSAGES / heard)];
  out(
    `${what.padEnd(16)} calls ${perTicket.toFixed(2)} (aim: at most ${AIM_CALLS}), messages by Stream ${heard.toFixed(2)}; a month carries ${rounded(Math.min(byCalls, byMessages))} tickets: ${rounded(byCalls)} by ${rounded(MONTHLY_CALLS)} calls, ${rounded(byMessages)} by ${rounded(MONTHLY_MESSAGES)} messages`,
  );
  for (const moment of MOMENTS) {
    const made = Array.from(calls.get(moment) ?? [], ([name, n]) => `${name} ${(n / lives).toFixed(2)}`);
    out(`  ${moment.padEnd(14)} ${made.join(', ') || 'none'}`);
  }
}

function reportMonth(m: Month): void {
  out(`\na month of ${rounded(m.calls)} calls, a ticket a minute, every tenth urgent, worked by typed lines:`);
  out(`${' '.repeat(18)} tickets  urgent | in the group: cards  boards | alone  changes  refused   hours`);
  for (const share of SHARES) {
    const s = m.stretches.get(share);
    if (s === undefined) continue;
    const cell = (n: number, width: number): string => rounded(n).padStart(width);
    out(
      `${share.padEnd(18)}${cell(s.tickets, 8)}${cell(s.urgent, 8)} |${cell(s.cards, 18)}${cell(s.boards, 8)} |${cell(s.alone, 6)}${cell(s.changes, 9)}${cell(s.refused, 9)}${cell(s.ms / 3_600_000, 8)}`,
    );
  }
  out(
    `of ${m.tickets} tickets ${m.stored} exist and ${m.resolved} are resolved at the month's end; DingTalk counted ${m.counted} calls, the bot noted ${m.noted}; ${m.waiting} rows wait to be shown`,
  );
  out(
    `in the next month all was shown after ${rounded(m.shownAfter / 60_000)} min; not deliverable: ${m.dead}; ${rounded(m.realMs / 1_000)} s of real time`,
  );
  for (const line of m.told) out(`told: ${line}`);
}

const { rate, seconds, wants } = askedOf(['clicks', 'life', 'rush']);
if (wants('clicks'))
  await reportClicks(
    (storeMs) => measureClicks(dingtalkCrowd, storeMs, rate, seconds),
    { rate, seconds },
    LIMIT_MS,
    'bare node socket',
  );
if (wants('life')) {
  out(
    `\none ticket from its first message until it is resolved (${LIVES} after one another), by the way its cards are shown:`,
  );
  for (const rung of Object.keys(RUNGS) as (keyof typeof RUNGS)[])
    for (const hand of HANDS) reportLife(`${rung}, ${hand}`, await measureLife(rung, hand, LIVES));
}
if (wants('rush'))
  await besideLoad(async () => {
    const r = await measureDingTalkRush(RUSH_TICKETS, RUSH_S, QPS);
    reportRush(r, RUSH_S, `a DingTalk that takes ${QPS} calls of an API a second`, [
      `refused: ${r.refused} (aim 0); most calls of one API in a second ${r.mostCalls}; of the month ${each(r.counted, r.tickets)}`,
      `posted ${each(r.posted, r.tickets)}, of them in the group ${each(r.postedInGroup, r.tickets)}; changed ${each(r.updated, r.tickets)}; presses until all were claimed ${each(r.presses, r.tickets)}`,
    ]);
    reportMonth(await measureMonth(MONTHLY_CALLS));
  });
