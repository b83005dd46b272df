import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { DigestChart } from '../../src/chart/chart.ts';
import { drawChart } from '../../src/chart/draw.ts';
import { loadFont } from '../../src/chart/font.ts';
import { COLOUR, MARGIN, ZOOM } from '../../src/chart/look.ts';
import { chartRenderer } from '../../src/chart/render.ts';
import { decodePng, type Pixels } from '../support/pixels.ts';
import { bucketsOf, chartOf, EN } from './sample.ts';

const font = loadFont();
const render = chartRenderer();
/** `#rrggbb` as the pixels have it. */
const rgb = (colour: string): number => Number.parseInt(colour.slice(1), 16);
const pixelsOf = (chart: DigestChart): Pixels => decodePng(render(chart).png);

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const has = (pixels: Pixels, colours: readonly string[], box: Partial<Box> = {}): boolean =>
  columnsOf(pixels, colours, box).length > 0;

/** The columns of a part of the picture that have one of the colours. */
function columnsOf(pixels: Pixels, colours: readonly string[], box: Partial<Box> = {}): number[] {
  const { left = 0, right = pixels.width, top = 0, bottom = pixels.height } = box;
  const wanted = new Set(colours.map(rgb));
  const found: number[] = [];
  for (let x = left; x < right; x++) {
    for (let y = top; y < bottom; y++) {
      if (!wanted.has(pixels.at(x, y))) continue;
      found.push(x);
      break;
    }
  }
  return found;
}

/** Columns that stand together, as their middles. */
function middles(columns: readonly number[]): number[] {
  const runs: [first: number, last: number][] = [];
  for (const x of columns) {
    const run = runs.at(-1);
    if (run !== undefined && x === run[1] + 1) run[1] = x;
    else runs.push([x, x]);
  }
  return runs.map(([first, last]) => Math.round((first + last) / 2));
}

/** Below the axis, where the signs of what is late are. */
const LANE: Partial<Box> = { top: 632, bottom: 672 };
/** Where the bars are while nothing is late; otherwise the signs take a part of it. */
const PLOT = { top: 300, bottom: 640 };
const signs = (chart: DigestChart): number[] => middles(columnsOf(pixelsOf(chart), [COLOUR.late], LANE));
/** How high a colour stands in the bars' part, in pixels. */
function heights(pixels: Pixels, colour: string): number[] {
  return middles(columnsOf(pixels, [colour], PLOT)).map((x) => {
    let height = 0;
    for (let y = PLOT.top; y < PLOT.bottom; y++) if (pixels.at(x, y) === rgb(colour)) height++;
    return height;
  });
}
const texts = (chart: DigestChart): string[] =>
  Array.from(drawChart(chart, font).matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text ?? '');

describe('the chart of a digest', () => {
  it('is a picture of 1080 x 720 on its own white ground', () => {
    const { png, width, height } = render(chartOf());
    const pixels = decodePng(png);
    expect([width, height, pixels.width, pixels.height]).toEqual([1080, 720, 1080, 720]);
    for (const [x, y] of [
      [0, 0],
      [1079, 0],
      [0, 719],
      [1079, 719],
    ] as const)
      expect(pixels.at(x, y)).toBe(rgb(COLOUR.card));
  });

  it('has bars as high as what they tell', () => {
    const opened = [40, 20, 30, 10];
    const pixels = pixelsOf(
      chartOf({ buckets: bucketsOf(4, (i) => ({ opened: opened[i] ?? 0, solved: 40 - 10 * i })) }),
    );
    const of = (colour: string): number[] =>
      heights(pixels, colour).map((height) => Math.round((height / (PLOT.bottom - PLOT.top)) * 40));
    expect(of(COLOUR.opened)).toEqual(opened);
    expect(of(COLOUR.solved)).toEqual([40, 30, 20, 10]);
  });

  it('has the red sign exactly below what was late', () => {
    const all = signs(chartOf({ buckets: bucketsOf(24, () => ({ late: 1 })) }));
    expect(all).toHaveLength(24);
    const late = new Set([3, 10, 11, 23]);
    const some = signs(chartOf({ buckets: bucketsOf(24, (i) => ({ late: late.has(i) ? 120 : 0 })) }));
    expect(some).toEqual(all.filter((_, i) => late.has(i)));
    // Nothing late: nothing red anywhere, the sum's sign included.
    const none = pixelsOf(chartOf());
    expect(has(none, [COLOUR.late, COLOUR.lateText, COLOUR.lateGround])).toBe(false);
  });

  it('tells what is late by a sign and a number too, not by colour alone', () => {
    const chart = chartOf({ buckets: bucketsOf(24, (i) => ({ late: i === 5 ? 37 : 0 })) });
    const [middle = 0] = signs(chart);
    const pixels = pixelsOf(chart);
    const column = Array.from({ length: 40 }, (_, y) => pixels.at(middle, (LANE.top ?? 0) + y));
    const inside = column.slice(column.indexOf(rgb(COLOUR.late)), column.lastIndexOf(rgb(COLOUR.late)));
    expect(inside).toContain(rgb(COLOUR.card));
    expect(texts(chart).filter((text) => text === '37')).toHaveLength(2);
  });

  it('leaves out numbers of late ones that would stand on each other, the largest last', () => {
    const chart = chartOf({ buckets: bucketsOf(24, (i) => ({ late: 1000 + i })) });
    const shown = texts(chart).filter((text) => /^1,0\d\d$/.test(text));
    expect(shown[0]).toBe('1,023');
    expect(shown.length).toBeLessThan(13);
    expect(signs(chart)).toHaveLength(24);
  });

  it('has the line of the period before only where there is one', () => {
    const before = Array.from({ length: 24 }, () => 30);
    const calm = bucketsOf(24, () => ({ opened: 1, solved: 1 }));
    expect(has(pixelsOf(chartOf({ buckets: calm })), [COLOUR.before], PLOT)).toBe(false);
    const chart = chartOf({ buckets: calm, before });
    expect(columnsOf(pixelsOf(chart), [COLOUR.before], PLOT).length).toBeGreaterThan(400);
    expect(texts(chart)).toEqual(expect.arrayContaining(['上周三', '720']));
    expect(texts(chartOf())).not.toContain('上周三');
  });

  it('gives the sums beside their names and the number of the peak', () => {
    const buckets = bucketsOf(24, (i) => ({
      opened: i === 20 ? 62 : 5,
      solved: i === 3 ? 50 : 4,
      late: i === 2 ? 6 : 0,
    }));
    expect(texts(chartOf({ buckets }))).toEqual(expect.arrayContaining(['177', '142', '6', '62', '50']));
  });

  it('has ink for Chinese where a substitute would look otherwise', () => {
    const titled = (title: string): Buffer => Buffer.from(render(chartOf({ title })).png);
    expect(titled('售后').equals(titled('□□'))).toBe(false);
    expect(titled('售后').equals(titled('售前'))).toBe(false);
    expect(titled('售后').equals(titled('  '))).toBe(false);
    // What the font does not have is seen as missing.
    expect(titled('售后𠮷🔥').equals(titled('售后□□'))).toBe(true);
    expect(titled('售后𠮷🔥').equals(titled('售后'))).toBe(false);
  });

  it('is the same byte for byte, whoever draws it', () => {
    const chart = chartOf({ before: Array.from({ length: 24 }, (_, i) => i) });
    const first = Buffer.from(render(chart).png);
    expect(first.equals(render(chart).png)).toBe(true);
    expect(first.equals(chartRenderer()(chart).png)).toBe(true);
  });

  it('keeps hostile and endless texts within their place', () => {
    const hostile = `<script>"&'</text></svg>]]>{value}{b}\u0000\u202e\ud800\n${'很长'.repeat(50_000)}`;
    const names = { opened: hostile, solved: hostile, late: hostile, before: hostile };
    const buckets = bucketsOf(24, () => ({ label: hostile, late: 1 }));
    const before = buckets.map(() => 3);
    const chart = chartOf({ title: hostile, subtitle: hostile, names, buckets, before });
    const svg = drawChart(chart, font);
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
    const pixels = pixelsOf(chart);
    const edge = MARGIN * ZOOM - 4;
    const inMargins = [
      ...columnsOf(pixels, [COLOUR.text, COLOUR.quiet], { right: edge }),
      ...columnsOf(pixels, [COLOUR.text, COLOUR.quiet], { left: pixels.width - edge, bottom: 580 }),
    ];
    expect(inMargins).toEqual([]);
  });

  it('can be of nothing at all', () => {
    const nothing = bucketsOf(24, () => ({ opened: 0, solved: 0 }));
    const pixels = pixelsOf(chartOf({ buckets: nothing, before: nothing.map(() => 0) }));
    expect(has(pixels, [COLOUR.opened, COLOUR.solved], PLOT)).toBe(false);
    expect(texts(chartOf({ buckets: nothing })).filter((text) => text === '0').length).toBeGreaterThan(3);
  });

  it('can be of one hour, with the point of the hour before', () => {
    const chart = chartOf({
      buckets: bucketsOf(1, () => ({ label: '9', opened: 12, solved: 7, late: 1 })),
      before: [9],
    });
    const pixels = pixelsOf(chart);
    expect(heights(pixels, COLOUR.opened)).toHaveLength(1);
    expect(has(pixels, [COLOUR.before], PLOT)).toBe(true);
    expect(signs(chart)).toHaveLength(1);
  });

  it('can be of 31 days, of which at most twelve are named', () => {
    const buckets = bucketsOf(31, (i) => ({ label: `10/${i + 1}`, late: 1 }));
    const chart = chartOf({ buckets });
    expect(heights(pixelsOf(chart), COLOUR.opened)).toHaveLength(31);
    expect(signs(chart)).toHaveLength(31);
    const named = texts(chart).filter((text) => text.startsWith('10/'));
    expect(named.length).toBeGreaterThan(6);
    expect(named.length).toBeLessThanOrEqual(12);
  });

  it('can be of a hundred thousand in an hour, with one ticket still seen', () => {
    const buckets = bucketsOf(24, (i) => ({ opened: i === 9 ? 100_000 : 1, solved: 0 }));
    expect(heights(pixelsOf(chartOf({ buckets })), COLOUR.opened)).toHaveLength(24);
    expect(texts(chartOf({ buckets }))).toContain('10万');
    expect(texts(chartOf({ buckets, numbers: EN }))).toContain('100k');
  });

  it('is refused for what is no chart', () => {
    expect(() => render(chartOf({ buckets: [] }))).toThrow('a chart has 1 to 31 buckets, not 0');
    expect(() => render(chartOf({ buckets: bucketsOf(32) }))).toThrow(RangeError);
    expect(() => render(chartOf({ before: [1] }))).toThrow('the period before has 1 buckets, this one 24');
    for (const late of [-1, 0.5, Number.NaN, Infinity]) {
      expect(() => render(chartOf({ buckets: bucketsOf(2, () => ({ late })) }))).toThrow(`${late} is no count`);
    }
  });
});
