import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderCard } from '../adapters/slack/render.ts';
import { homeView } from '../adapters/slack/view.ts';
import { drawBoard } from '../cards/board.ts';
import { drawHome } from '../cards/home.ts';
import { drawTicket } from '../cards/ticket.ts';
import { drawWork } from '../cards/work.ts';
import { STATES } from '../test/support/card-states.ts';
import { aBoard, aHome } from '../test/support/every-card.ts';
import { aDirectory, aTicket, zh } from '../test/support/tickets.ts';
import { spread } from './parallel.ts';
import { watchStalls, type Stalls } from './stalls.ts';

const directory = aDirectory();
const tickets = Object.values(STATES);
const ten = Array.from({ length: 10 }, (_, i) => aTicket({ _id: `t${i}`, number: 4_900 + i }));
/** Forty rows with two buttons each: ten of one's own, three queues of ten. */
const home = aHome({
  mine: { tickets: ten, total: 14 },
  queues: {
    of: 'teams',
    teams: ['aftersales', 'logistics', 'presales'].map((team) => ({ team, tickets: ten, total: 42 })),
  },
});

const ticketAt = (i: number) => tickets[i % tickets.length] ?? aTicket();
const mark = (i: number) => ({ surface: `card:ticket-${i}:team:aftersales:slack`, version: i });

/** What is drawn, from the ticket to the blocks as they go over the wire. */
const DRAWINGS = {
  'board of 10 rows': (i: number) => renderCard(drawBoard(aBoard(), zh), mark(i)),
  'ticket card': (i: number) =>
    renderCard(drawTicket({ ticket: ticketAt(i), directory, team: 'aftersales' }, zh), mark(i)),
  'work card': (i: number) => renderCard(drawWork({ ticket: ticketAt(i), directory, person: 'lilei' }, zh), mark(i)),
  'Home of 40 rows': () => homeView(drawHome(home, zh)),
} as const;
type Drawing = keyof typeof DRAWINGS;
const DRAWN = Object.keys(DRAWINGS) as Drawing[];

/** How long one kind took. */
interface Drawn {
  readonly count: number;
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
  /** Characters of the last one as JSON. */
  readonly size: number;
}

export interface Drawings {
  readonly kinds: ReadonlyMap<Drawing, Drawn>;
  readonly stalls: Stalls;
  /** Of the same timer without anything to draw. */
  readonly idle: Stalls;
}

/** Draws so many a second of all kinds in turn, each in a turn of its own, for so many seconds; first as long without drawing. */
export async function measureDrawing(perSecond: number, seconds: number): Promise<Drawings> {
  const took = new Map(DRAWN.map((kind): [Drawing, number[]] => [kind, []]));
  const sizes = new Map<Drawing, number>();
  const draw = (i: number): void => {
    const kind = DRAWN[i % DRAWN.length] ?? 'ticket card';
    const from = performance.now();
    sizes.set(kind, JSON.stringify(DRAWINGS[kind](i)).length);
    took.get(kind)?.push(performance.now() - from);
  };
  const idle = await atRate(perSecond, seconds, () => undefined);
  const stalls = await atRate(perSecond, seconds, draw);
  const kinds = new Map(
    [...took].map(([kind, all]): [Drawing, Drawn] => [
      kind,
      {
        count: all.length,
        mean: all.reduce((sum, ms) => sum + ms, 0) / Math.max(1, all.length),
        p99: spread(all).p99,
        max: Math.max(0, ...all),
        size: sizes.get(kind) ?? 0,
      },
    ]),
  );
  return { kinds, stalls, idle };
}

async function atRate(perSecond: number, seconds: number, act: (i: number) => void): Promise<Stalls> {
  const seen = watchStalls();
  const began = performance.now();
  for (let i = 0; i < perSecond * seconds; i += 1) {
    await sleep(began + (i * 1_000) / perSecond - performance.now());
    act(i);
  }
  return seen();
}
