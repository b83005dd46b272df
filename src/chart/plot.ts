import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import { GridComponent, type GridComponentOption } from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type DigestChart, writeNumber } from './chart.ts';
import { COLOUR, SIZE } from './look.ts';
import type { Font } from './font.ts';

use([BarChart, LineChart, GridComponent, SVGRenderer]);

type PlotOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption>;

/** Which bars have their number on them: all, those of what came in, or the highest; an axis tells the rest. */
export type Numbered = 'all' | 'opened' | 'peaks';

/** Where the plot is and what it is drawn on, in the picture's own units. */
export interface PlotArea {
  readonly width: number;
  readonly height: number;
  /** The rectangle of the bars. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly scale: Scale;
  readonly numbered: Numbered;
}

/** The axis of counts, in whole steps. */
export interface Scale {
  readonly most: number;
  readonly step: number;
}

/** At most four steps of 1, 2 or 5 times a power of ten. */
export function scaleFor(highest: number): Scale {
  for (let power = 1; ; power *= 10) {
    for (const step of [power, 2 * power, 5 * power]) {
      const steps = Math.max(1, Math.ceil(highest / step));
      if (steps <= 4) return { most: steps * step, step };
    }
  }
}

/** Every so many buckets have a label: few enough that there are at most twelve and none touches the next. */
export function labelEvery(widths: readonly number[], room: number): number {
  const each = room / widths.length;
  const most = Math.max(...widths);
  for (let every = Math.ceil(widths.length / 12); every < widths.length; every++) {
    if (most + 6 <= every * each) return every;
  }
  return Math.max(1, widths.length);
}

/** Bars, line and axes as SVG. */
export function drawPlot(chart: DigestChart, area: PlotArea, font: Font): string {
  const { buckets, before } = chart;
  const room = area.right - area.left;
  const labels = buckets.map(({ label }) => font.cut(label, SIZE.axis, Math.max(44, room / buckets.length - 6)));
  const every = labelEvery(
    labels.map((label) => font.widthOf(label, SIZE.axis)),
    room,
  );
  const peak = (of: 'opened' | 'solved'): number => {
    const counts = buckets.map((bucket) => bucket[of]);
    return counts.indexOf(Math.max(...counts));
  };
  const peaks = { opened: peak('opened'), solved: peak('solved') };
  // Two numbers above neighbours would stand in each other's way; what came in matters more.
  const apart = (Math.abs(peaks.opened - peaks.solved) * room) / buckets.length >= 50;

  const bars = (of: 'opened' | 'solved', colour: string, text: string): BarSeriesOption => ({
    type: 'bar',
    silent: true,
    barMaxWidth: 30,
    barGap: '8%',
    barCategoryGap: '26%',
    // One ticket can be seen beside a thousand.
    barMinHeight: 3,
    itemStyle: { color: colour, borderRadius: [2, 2, 0, 0] },
    data: buckets.map((bucket, index) => {
      const count = bucket[of];
      if (count === 0) return '-';
      const isPeak = index === peaks[of] && (of === 'opened' || apart);
      const isNumbered = area.numbered === 'all' || (area.numbered === 'peaks' ? isPeak : of === 'opened');
      if (!isNumbered) return count;
      const number = writeNumber(count, chart.numbers);
      return {
        value: count,
        label: {
          show: true,
          position: 'top',
          distance: 3,
          formatter: () => number,
          color: text,
          fontSize: SIZE.number,
          fontFamily: font.family,
          // Legible on the line and the grid too.
          textBorderColor: bucket.late > 0 ? COLOUR.lateGround : COLOUR.card,
          textBorderWidth: 3,
        },
      };
    }),
  });
  const line = (z: number, lineStyle: LineSeriesOption['lineStyle']): LineSeriesOption => ({
    type: 'line',
    silent: true,
    z,
    // A line needs two points; of few, each can be seen.
    showSymbol: buckets.length <= 7,
    symbol: 'circle',
    symbolSize: 5,
    itemStyle: { color: COLOUR.before },
    ...(lineStyle ? { lineStyle } : {}),
    data: [...(before ?? [])],
  });
  // With an edge, as it runs over bars of every colour.
  const lines = [
    line(3, { color: COLOUR.card, width: 2.8, opacity: 0.8 }),
    line(4, { color: COLOUR.before, width: 1.7, type: [5, 3] }),
  ];
  const option: PlotOption = {
    animation: false,
    textStyle: { fontFamily: font.family },
    grid: {
      left: area.left,
      right: area.width - area.right,
      top: area.top,
      bottom: area.height - area.bottom,
      // The room for labels is reckoned here, by our font.
      outerBoundsMode: 'none',
    },
    xAxis: {
      type: 'category',
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: COLOUR.base, width: 1 } },
      axisLabel: { interval: every - 1, color: COLOUR.quiet, fontSize: SIZE.axis, fontFamily: font.family, margin: 8 },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: area.scale.most,
      interval: area.scale.step,
      splitLine: { lineStyle: { color: COLOUR.grid, width: 1 } },
      axisLabel: {
        show: area.numbered !== 'all',
        formatter: (count: number) => writeNumber(count, chart.numbers),
        color: COLOUR.quiet,
        fontSize: SIZE.axis,
        fontFamily: font.family,
        margin: 8,
      },
    },
    series: [
      bars('opened', COLOUR.opened, COLOUR.openedText),
      bars('solved', COLOUR.solved, COLOUR.solvedText),
      ...(before === undefined ? [] : lines),
    ],
  };
  const plot = init(null, null, { renderer: 'svg', ssr: true, width: area.width, height: area.height });
  try {
    plot.setOption(option);
    return plot.renderToSVGString();
  } finally {
    plot.dispose();
  }
}
