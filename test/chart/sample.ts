import type { ChartBucket, DigestChart, NumberStyle } from '../../src/chart/chart.ts';

export const ZH: NumberStyle = {
  thousands: ',',
  short: [
    { from: 10_000, per: 10_000, sign: '万' },
    { from: 100_000_000, per: 100_000_000, sign: '亿' },
  ],
};
export const EN: NumberStyle = {
  thousands: ',',
  short: [
    { from: 10_000, per: 1000, sign: 'k' },
    { from: 1_000_000, per: 1_000_000, sign: 'M' },
  ],
};

/** So many buckets, numbered from 0, with what `of` says of each. */
export const bucketsOf = (count: number, of: (index: number) => Partial<ChartBucket> = () => ({})): ChartBucket[] =>
  Array.from({ length: count }, (_, i) => ({ label: String(i), opened: 10 + i, solved: 8 + i, late: 0, ...of(i) }));

export const chartOf = (change: Partial<DigestChart> = {}): DigestChart => ({
  title: '售后组 · 11月11日',
  subtitle: '周三',
  names: { opened: '新建', solved: '已解决', late: '超时', before: '上周三' },
  buckets: bucketsOf(24),
  numbers: ZH,
  ...change,
});
