import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Artist, localArtist, threadArtist } from '../../src/chart/artist.ts';
import type { ChartPicture } from '../../src/chart/chart.ts';
import { type Charts, createCharts } from '../../src/chart/charts.ts';
import { manualClock } from '../support/clock.ts';
import { chartOf } from './sample.ts';

const BUILT = new URL('../../dist/src/chart/', import.meta.url);
const PICTURE: ChartPicture = { png: new Uint8Array([1]), width: 1, height: 1 };

/** An artist that draws when it is told to. */
class Hand implements Artist {
  readonly asked: string[] = [];
  ended = false;
  answer: { resolve: (picture: ChartPicture) => void; reject: (error: Error) => void } | null = null;
  draw(chart: { readonly title: string }): Promise<ChartPicture> {
    this.asked.push(chart.title);
    return new Promise((resolve, reject) => {
      this.answer = { resolve, reject };
    });
  }
  hasEnded(): boolean {
    return this.ended;
  }
  async end(): Promise<void> {
    this.ended = true;
    this.answer?.reject(new Error('ended'));
  }
}

function studio() {
  const clock = manualClock();
  const hands: Hand[] = [];
  const charts: Charts = createCharts({
    clock,
    limitMs: 1000,
    idleMs: 5000,
    start() {
      const hand = new Hand();
      hands.push(hand);
      return hand;
    },
  });
  return { clock, hands, charts };
}

/** Why it failed; asked for at once, so that no failure goes unnoticed meanwhile. */
const failure = (drawing: Promise<unknown>): Promise<string> =>
  drawing.then(
    () => 'it was drawn',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );

/** Lets what is settled already be noticed by everybody. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('charts', () => {
  it('start nobody before the first, and draw one after the other', async () => {
    const { hands, charts } = studio();
    expect(hands).toHaveLength(0);
    const both = [charts.render(chartOf({ title: 'a' })), charts.render(chartOf({ title: 'b' }))];
    await settled();
    expect(hands.map(({ asked }) => asked)).toEqual([['a']]);
    hands[0]?.answer?.resolve(PICTURE);
    await settled();
    expect(hands.map(({ asked }) => asked)).toEqual([['a', 'b']]);
    hands[0]?.answer?.resolve(PICTURE);
    expect(await Promise.all(both)).toEqual([PICTURE, PICTURE]);
  });

  it('give up on one that takes too long, and draw the next with somebody new', async () => {
    const { clock, hands, charts } = studio();
    const slow = charts.render(chartOf({ title: 'slow' }));
    const next = charts.render(chartOf({ title: 'next' }));
    const failed = failure(slow);
    await settled();
    clock.advance(999);
    expect(hands[0]?.ended).toBe(false);
    clock.advance(1);
    expect(await failed).toContain('a chart took longer than 1000 ms');
    await settled();
    expect(hands.map(({ asked, ended }) => [...asked, ended])).toEqual([
      ['slow', true],
      ['next', false],
    ]);
    hands[1]?.answer?.resolve(PICTURE);
    expect(await next).toBe(PICTURE);
  });

  it('replace who has ended by itself; only what was being drawn fails', async () => {
    const { hands, charts } = studio();
    const first = charts.render(chartOf());
    const second = charts.render(chartOf());
    const failed = failure(first);
    await settled();
    await hands[0]?.end();
    expect(await failed).toContain('ended');
    await settled();
    hands[1]?.answer?.resolve(PICTURE);
    expect(await second).toBe(PICTURE);
  });

  it('end who has nothing to draw any more, and start anew', async () => {
    const { clock, hands, charts } = studio();
    const draw = async (index: number): Promise<void> => {
      const drawing = charts.render(chartOf());
      await settled();
      hands[index]?.answer?.resolve(PICTURE);
      await drawing;
    };
    await draw(0);
    clock.advance(4999);
    await draw(0);
    clock.advance(4999);
    expect(hands[0]?.ended).toBe(false);
    clock.advance(1);
    expect(hands[0]?.ended).toBe(true);
    await draw(1);
    expect(hands).toHaveLength(2);
  });

  it('stop: what is not drawn fails, nothing is started again', async () => {
    const { hands, charts } = studio();
    const drawing = failure(charts.render(chartOf()));
    const waiting = failure(charts.render(chartOf()));
    await settled();
    await charts.stop();
    expect(await drawing).toContain('ended');
    expect(await waiting).toContain('the process ends');
    await expect(charts.render(chartOf())).rejects.toThrow('the process ends');
    expect(hands.map(({ ended }) => ended)).toEqual([true]);
  });

  it('refuse what is no chart without starting anybody', async () => {
    const { hands, charts } = studio();
    await expect(charts.render(chartOf({ buckets: [] }))).rejects.toThrow(RangeError);
    expect(hands).toHaveLength(0);
  });
});

describe('the thread that draws', () => {
  const threadOf = (file: URL): Artist => {
    const artist = threadArtist(file);
    onTestFinished(() => artist.end());
    return artist;
  };

  it('draws with what is in dist as the sources do, and survives a chart that cannot be drawn', async () => {
    for (const file of ['worker.js', 'font/noto-sans-sc.otf', 'font/OFL.txt']) {
      if (!existsSync(new URL(file, BUILT)))
        throw new Error('run `npm run build` first: the thread runs what is built');
    }
    expect(readFileSync(new URL('font/OFL.txt', BUILT), 'utf8')).toContain('SIL OPEN FONT LICENSE Version 1.1');
    const artist = threadOf(new URL('worker.js', BUILT));
    await expect(artist.draw(chartOf({ buckets: [] }))).rejects.toThrow(
      'could not be drawn: a chart has 1 to 31 buckets',
    );
    const { png, width, height } = await artist.draw(chartOf());
    expect([width, height]).toEqual([1080, 720]);
    expect(Buffer.from(png).equals((await localArtist().draw(chartOf())).png)).toBe(true);
  });

  it('fails what it was drawing when it dies, and nothing else', async () => {
    const dies = (source: string): Artist => threadOf(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const cases = [
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(1));`,
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('broken'); });`,
      `throw new Error('does not even start');`,
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); });`,
    ];
    for (const source of cases) {
      const artist = dies(source);
      await expect(artist.draw(chartOf())).rejects.toThrow('the thread that draws charts has ended');
      expect(artist.hasEnded()).toBe(true);
      await expect(artist.draw(chartOf())).rejects.toThrow('the thread that draws charts has ended');
    }
  });

  it('can be ended while it draws', async () => {
    const artist = threadOf(new URL('data:text/javascript,for (;;);'));
    const drawing = failure(artist.draw(chartOf()));
    await artist.end();
    expect(await drawing).toContain('has ended');
  });
});
