import { formatDecimal } from './decimal.ts';
import { Decimal, Int32 } from './value.ts';
import type { Numeric } from './value.ts';

/** A double as the server turns it into a string: six significant digits (C's `%g`). */
export function formatDouble(n: number): string {
  if (Number.isNaN(n)) return 'NaN';
  if (!Number.isFinite(n)) return n < 0 ? '-Infinity' : 'Infinity';
  if (n === 0) return Object.is(n, -0) ? '-0' : '0';
  const [mantissa = '', exponent = ''] = n.toExponential(5).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    const sign = power < 0 ? '-' : '+';
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return trimZeros(n.toFixed(Math.max(0, 5 - power)));
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/u, '') : text);

/** A number of any type as text. */
export function formatNumber(v: Numeric): string {
  if (typeof v === 'number') return formatDouble(v);
  return v instanceof Decimal ? formatDecimal(v) : String(v instanceof Int32 ? v.value : v);
}
