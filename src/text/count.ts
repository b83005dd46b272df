const NBSP = '\u00A0';

/** `1 204` / `1,204`: groups of three digits, never broken over lines. */
export const grouped = (count: number, locale: 'zh' | 'en'): string =>
  String(Math.abs(count)).replaceAll(/\B(?=(?:\d{3})+$)/gu, locale === 'zh' ? NBSP : ',');

/** `96 %` / `96%` of a share between 0 and 1. Never 100 while anything is missing, nor 0 while there is anything. */
export function percent(share: number, locale: 'zh' | 'en'): string {
  return `${points(share)}${locale === 'zh' ? NBSP : ''}%`;
}

/** Hundredths of a share, whole. */
export function points(share: number): number {
  const whole = Math.round(share * 100);
  return Math.min(Math.max(whole, share > 0 ? 1 : 0), share < 1 ? 99 : 100);
}

/** `+120`, `−32`; null: no change. */
export const signed = (change: number, locale: 'zh' | 'en'): string | null =>
  change === 0 ? null : `${change > 0 ? '+' : '\u2212'}${grouped(change, locale)}`;
