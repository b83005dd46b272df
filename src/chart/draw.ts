import { checkChart, type DigestChart, writeNumber } from './chart.ts';
import type { Font } from './font.ts';
import { COLOUR, HEIGHT, MARGIN, SIZE, WIDTH } from './look.ts';
import { drawPlot, type PlotArea, scaleFor } from './plot.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => ESCAPES[char] ?? '');

interface Words {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: string;
  /** Our font has one weight; an outline of this width makes it heavier. */
  readonly weight?: number;
  readonly centred?: boolean;
}

const words = (text: string, { x, y, size, colour, weight = 0, centred = false }: Words): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}"` +
  (weight > 0 ? ` stroke="${colour}" stroke-width="${weight}" stroke-linejoin="round"` : '') +
  `${centred ? ' text-anchor="middle"' : ''}>${escape(text)}</text>`;

/** The sign of what is late, 14 wide around `x`: a shape with a sign on it, so that nobody has to tell red from green. */
const lateSign = (x: number, top: number): string =>
  `<path d="M${x} ${top + 1.5}L${x + 6.5} ${top + 12.5}L${x - 6.5} ${top + 12.5}Z" fill="${COLOUR.late}" stroke="${COLOUR.late}" stroke-width="2" stroke-linejoin="round"/>` +
  `<path d="M${x} ${top + 4.6}V${top + 8.6}M${x} ${top + 11}V${top + 11.6}" stroke="#fff" stroke-width="1.7" stroke-linecap="round"/>`;

const square = (colour: string) => (x: number, top: number) =>
  `<rect x="${x}" y="${top + 1}" width="12" height="12" rx="3" fill="${colour}"/>`;
const dashes = (x: number, top: number): string =>
  `<path d="M${x} ${top + 7}h5.5m3.5 0h5.5" stroke="${COLOUR.before}" stroke-width="2.2"/>`;

/** Between two figures. */
const GAP = 24;

interface Figure {
  readonly name: string;
  readonly count: number;
  readonly colour: string;
  readonly sign: (x: number, top: number) => string;
  readonly signWidth: number;
}

/** Names the signs and gives their sums, so that the picture needs no legend. */
function drawFigures(chart: DigestChart, font: Font, y: number): string {
  const sum = (of: 'opened' | 'solved' | 'late'): number => chart.buckets.reduce((n, bucket) => n + bucket[of], 0);
  const late = sum('late');
  const figures: Figure[] = [
    { name: chart.names.opened, count: sum('opened'), colour: COLOUR.text, sign: square(COLOUR.opened), signWidth: 12 },
    { name: chart.names.solved, count: sum('solved'), colour: COLOUR.text, sign: square(COLOUR.solved), signWidth: 12 },
    {
      name: chart.names.late,
      count: late,
      colour: late > 0 ? COLOUR.lateText : COLOUR.text,
      sign: (x, top) => (late > 0 ? lateSign(x + 7, top) : ''),
      signWidth: late > 0 ? 14 : 0,
    },
  ];
  if (chart.before !== undefined) {
    const count = chart.before.reduce((n, opened) => n + opened, 0);
    figures.push({ name: chart.names.before, count, colour: COLOUR.quiet, sign: dashes, signWidth: 15 });
  }
  const totals = figures.map(({ count }) => writeNumber(count, chart.numbers));
  const signs = figures.map(({ signWidth }) => (signWidth > 0 ? signWidth + 5 : 0));
  const forNames = WIDTH - 2 * MARGIN - signs.reduce((n, width) => n + width, 0) - GAP * (figures.length - 1);
  const names = fitted(
    figures.map(({ name }) => name),
    forNames,
    font,
  );
  let x = MARGIN;
  const parts: string[] = [];
  for (const [i, figure] of figures.entries()) {
    const name = names[i] ?? '';
    const total = totals[i] ?? '';
    const beside = x + (signs[i] ?? 0);
    parts.push(
      figure.sign(x, y - 12),
      words(name, { x: beside, y, size: SIZE.name, colour: COLOUR.quiet }),
      words(total, { x, y: y + 27, size: SIZE.total, colour: figure.colour, weight: 0.6 }),
    );
    x = Math.max(beside + font.widthOf(name, SIZE.name), x + font.widthOf(total, SIZE.total)) + GAP;
  }
  return parts.join('');
}

/** Names that have so much room together: a short one leaves its share to the long ones. */
function fitted(names: readonly string[], together: number, font: Font): string[] {
  const widths = names.map((name) => font.widthOf(font.drawable(name), SIZE.name));
  let room = together;
  const shares = new Map<number, number>();
  for (const [done, index] of [...widths.keys()].toSorted((a, b) => (widths[a] ?? 0) - (widths[b] ?? 0)).entries()) {
    const share = Math.min(widths[index] ?? 0, room / (names.length - done));
    shares.set(index, share);
    room -= share;
  }
  // A hair more: what fits exactly is not to be cut for a rounding.
  return names.map((name, i) => font.cut(name, SIZE.name, (shares.get(i) ?? 0) + 0.01));
}

/** Below the axis: a sign for every bucket with something late, and how much wherever the number has room. */
function drawLate(chart: DigestChart, area: PlotArea, font: Font, top: number): string {
  const each = (area.right - area.left) / chart.buckets.length;
  const taken: [from: number, to: number][] = [];
  const marks = chart.buckets
    .map(({ late }, i) => ({ late, x: area.left + (i + 0.5) * each }))
    .filter(({ late }) => late > 0);
  return marks
    .toSorted((a, b) => b.late - a.late || a.x - b.x)
    .map(({ late, x }) => {
      const number = writeNumber(late, chart.numbers);
      const half = font.widthOf(number, SIZE.late) / 2 + 2.5;
      const isFree = taken.every(([from, to]) => x + half <= from || x - half >= to);
      if (isFree) taken.push([x - half, x + half]);
      const centred = { x, y: top + 29, size: SIZE.late, colour: COLOUR.lateText, weight: 0.3, centred: true };
      return lateSign(x, top) + (isFree ? words(number, centred) : '');
    })
    .join('');
}

/** The whole picture as SVG. */
export function drawChart(chart: DigestChart, font: Font): string {
  checkChart(chart);
  const { buckets, before = [] } = chart;
  const hasLate = buckets.some(({ late }) => late > 0);
  const scale = scaleFor(Math.max(...buckets.flatMap(({ opened, solved }) => [opened, solved]), ...before));
  const numbers = buckets.flatMap(({ opened, solved }) => [opened, solved].map((n) => writeNumber(n, chart.numbers)));
  const widest = Math.max(...numbers.map((number) => font.widthOf(number, SIZE.number)));
  const fits = (bars: number): boolean => (widest + 4) * bars * buckets.length <= WIDTH - 2 * MARGIN;
  const numbered = fits(2) ? 'all' : fits(1) && buckets.length <= 12 ? 'opened' : 'peaks';
  const axis = [0, scale.step, scale.most].map((n) => font.widthOf(writeNumber(n, chart.numbers), SIZE.axis));
  const area: PlotArea = {
    width: WIDTH,
    height: HEIGHT,
    left: MARGIN + (numbered === 'all' ? 0 : Math.max(...axis) + 8),
    right: WIDTH - MARGIN,
    top: 150,
    bottom: HEIGHT - (hasLate ? 72 : 40),
    scale,
    numbered,
  };
  const each = (area.right - area.left) / buckets.length;
  const ground = Math.min(each, 90);
  const grounds = buckets.map(({ late }, i) => {
    const x = area.left + (i + 0.5) * each - ground / 2;
    const shape = `x="${x}" y="${area.top}" width="${ground}" height="${area.bottom - area.top}"`;
    return late === 0 ? '' : `<rect ${shape} fill="${COLOUR.lateGround}" shape-rendering="crispEdges"/>`;
  });
  const inner = WIDTH - 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="${escape(font.family)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${COLOUR.card}"/>`,
    words(font.cut(chart.title, SIZE.title, inner), {
      x: MARGIN,
      y: 38,
      size: SIZE.title,
      colour: COLOUR.text,
      weight: 0.7,
    }),
    words(font.cut(chart.subtitle, SIZE.subtitle, inner), {
      x: MARGIN,
      y: 62,
      size: SIZE.subtitle,
      colour: COLOUR.quiet,
    }),
    drawFigures(chart, font, 92),
    ...grounds,
    drawPlot(chart, area, font),
    drawLate(chart, area, font, area.bottom + 34),
    '</svg>',
  ].join('');
}
