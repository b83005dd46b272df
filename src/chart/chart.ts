/** How large numbers are written, in the reader's language. */
export interface NumberStyle {
  /** Between groups of three digits: `,`. */
  readonly thousands: string;
  /** Shorter ways from certain sizes on, smallest first: `{ from: 10_000, per: 10_000, sign: '万' }` writes 12 000 as `1.2万`. */
  readonly short: readonly { readonly from: number; readonly per: number; readonly sign: string }[];
}

/** What happened in one hour or on one day. */
export interface ChartBucket {
  /** What stands below it: `9`, `Mon`, `11/3`. */
  readonly label: string;
  /** Tickets that came in. */
  readonly opened: number;
  /** Tickets that were solved. */
  readonly solved: number;
  /** Promises whose moment passed unmet. */
  readonly late: number;
}

/** The picture of a digest as data: every text is in the reader's language, every count a whole number. */
export interface DigestChart {
  readonly title: string;
  readonly subtitle: string;
  /** What the four figures are called; `before` says which period is meant: `last Tuesday`. */
  readonly names: { readonly opened: string; readonly solved: string; readonly late: string; readonly before: string };
  /** 1 to 31, in order of time. */
  readonly buckets: readonly ChartBucket[];
  /** Tickets that came in during the same buckets of the period before, if it is known. */
  readonly before?: readonly number[];
  readonly numbers: NumberStyle;
}

/** A picture that can be sent as it is. */
export interface ChartPicture {
  readonly png: Uint8Array;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

const MOST_BUCKETS = 31;

/** @throws RangeError when there is no such chart: no bucket or too many, or a count that is none */
export function checkChart(chart: DigestChart): void {
  const { buckets, before } = chart;
  if (buckets.length === 0 || buckets.length > MOST_BUCKETS) {
    throw new RangeError(`a chart has 1 to ${MOST_BUCKETS} buckets, not ${buckets.length}`);
  }
  if (before !== undefined && before.length !== buckets.length) {
    throw new RangeError(`the period before has ${before.length} buckets, this one ${buckets.length}`);
  }
  const counts = [...buckets.flatMap((bucket) => [bucket.opened, bucket.solved, bucket.late]), ...(before ?? [])];
  const wrong = counts.find((count) => !Number.isSafeInteger(count) || count < 0);
  if (wrong !== undefined) throw new RangeError(`${wrong} is no count`);
}

/** `9,999`, `1.2万`, `12k`: whole below the first shorter way, then to one decimal while there are fewer than three digits. */
export function writeNumber(count: number, style: NumberStyle): string {
  const [first] = style.short;
  if (first === undefined || count < first.from) return grouped(count, style.thousands);
  // By what would be written: 999 950 is no 1000k but 1M.
  const way = style.short.findLast(({ from, per }) => rounded(count / per) * per >= from) ?? first;
  const part = rounded(count / way.per);
  return (Number.isInteger(part) ? grouped(part, style.thousands) : part.toFixed(1)) + way.sign;
}

const rounded = (part: number): number => (part < 100 ? Math.round(part * 10) / 10 : Math.round(part));

const grouped = (whole: number, thousands: string): string =>
  String(whole).replaceAll(/\B(?=(?:\d{3})+$)/g, () => thousands);
