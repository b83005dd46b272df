import { useEffect, useState } from 'react';

/** As long as styles take to slide a row out. */
const LEAVING_MS = 260;

export interface Row<T> {
  readonly key: string;
  readonly item: T;
  readonly leaving: boolean;
}

const rowsOf = <T>(items: readonly T[], keyOf: (item: T) => string): Row<T>[] => {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const key = keyOf(item);
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return { key: times === 0 ? key : `${key}#${times}`, item, leaving: false };
  });
};

/** What is shown between two states of a list: rows that are gone stay, marked, where they stood after the row before them. */
export function withLeaving<T>(before: readonly Row<T>[], after: readonly Row<T>[]): Row<T>[] {
  const kept = new Set(after.map(({ key }) => key));
  const result = [...after];
  for (const [at, row] of before.entries()) {
    if (kept.has(row.key)) continue;
    const above = before.slice(0, at).findLast(({ key }) => result.some((r) => r.key === key));
    const place = above === undefined ? 0 : result.findIndex(({ key }) => key === above.key) + 1;
    result.splice(place, 0, { ...row, leaving: true });
  }
  return result;
}

/** The rows of a list that changes in place: what was taken out slides out. */
export function useLeaving<T>(items: readonly T[], keyOf: (item: T) => string): readonly Row<T>[] {
  const [shown, setShown] = useState({ items, rows: rowsOf(items, keyOf) });
  let { rows } = shown;
  if (shown.items !== items) {
    rows = withLeaving(
      shown.rows.filter(({ leaving }) => !leaving),
      rowsOf(items, keyOf),
    );
    setShown({ items, rows });
  }
  const leaves = rows.some(({ leaving }) => leaving);
  useEffect(() => {
    if (!leaves) return undefined;
    const timer = setTimeout(() => {
      setShown((now) => ({ ...now, rows: now.rows.filter(({ leaving }) => !leaving) }));
    }, LEAVING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [leaves, items]);
  return rows;
}
