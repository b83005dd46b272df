/**
 * A span of a working day, minutes after midnight of some time zone: 1440 is the midnight that ends the day, what is later is on the next
 * day, and so is `to` at or before `from`. Ends at 2880 at the latest.
 */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** When a team is there, unless `gongdan.yaml` says otherwise: 9:00-22:00. */
export const DEFAULT_HOURS: Hours = { from: 9 * 60, to: 22 * 60 };

/** The minute at which a span ends, counted from the midnight before it begins: up to 2880. */
export const endOf = ({ from, to }: Hours): number => (to > from ? to : to + 24 * 60);

const WRITTEN = /^([01]?\d|2[0-4])[:：]([0-5]\d)\s*[-–—~]\s*([01]?\d|2[0-4])[:：]([0-5]\d)$/u;

/** Hours as they are written: `9:00-22:00`, over midnight `18:00-2:00`, all day `0:00-24:00`; null when it is none. */
export function parseHours(written: string): Hours | null {
  const found = WRITTEN.exec(written.trim());
  if (found === null) return null;
  const [from, to] = [Number(found[1]) * 60 + Number(found[2]), Number(found[3]) * 60 + Number(found[4])];
  return from >= 24 * 60 || to > 24 * 60 || from === to ? null : { from, to };
}
