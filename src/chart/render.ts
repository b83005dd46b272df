import { Resvg } from '@resvg/resvg-js';
import type { ChartPicture, DigestChart } from './chart.ts';
import { drawChart } from './draw.ts';
import { loadFont } from './font.ts';
import { ZOOM } from './look.ts';

/**
 * Loads the font; what it gives draws a chart in the caller's thread, which takes some 50 ms.
 * @throws Error when the font is missing; what it gives throws a RangeError for what is no chart
 */
export function chartRenderer(): (chart: DigestChart) => ChartPicture {
  const font = loadFont();
  return (chart) => {
    const drawn = new Resvg(drawChart(chart, font), {
      fitTo: { mode: 'zoom', value: ZOOM },
      font: { loadSystemFonts: false, fontFiles: [font.file], defaultFontFamily: font.family },
    }).render();
    return { png: new Uint8Array(drawn.asPng()), width: drawn.width, height: drawn.height };
  };
}
