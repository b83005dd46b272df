import { measureClicks } from './clicks.ts';
import { rounded } from './parallel.ts';
import { askedOf, each, out, reportClicks, reportRush } from './report.ts';
import { slackCrowd } from './slack-clicks.ts';
import { measureDrawing, type Drawings } from './slack-drawing.ts';
import { measureSlackRush } from './slack-rush.ts';

// Slack: `npm run bench -- slack [interactions a second] [seconds] [clicks | drawing | rush]`. Acknowledgements while the store is slow, how long drawing holds up
// the event loop, and a rush against Slack's limits in virtual time.

const DRAWINGS = 300;
const DRAWING_S = 10;
const RUSH_TICKETS = 600;
const RUSH_S = 60;
/** Slack gives up then. */
const LIMIT_MS = 3_000;

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

const { rate, seconds, wants } = askedOf(['clicks', 'drawing', 'rush']);
if (wants('clicks'))
  await reportClicks(
    (storeMs) => measureClicks(slackCrowd, storeMs, rate, seconds),
    { rate, seconds },
    LIMIT_MS,
    'bare node server',
  );
if (wants('drawing')) reportDrawing(await measureDrawing(DRAWINGS, DRAWING_S));
if (wants('rush')) {
  const r = await measureSlackRush(RUSH_TICKETS, RUSH_S);
  reportRush(r, RUSH_S, 'a Slack that takes one message a second', [
    `refused with 429: ${r.refused}; most posts of a conversation in a second ${r.mostPosts}, most changes in a minute ${r.mostUpdates}`,
    `posted ${each(r.posted, r.tickets)}, of them in the channel ${each(r.postedInChannel, r.tickets)}; changed ${each(r.updated, r.tickets)}`,
  ]);
}
