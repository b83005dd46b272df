import { addDecimals } from '../values/decimal-math.ts';
import { decimalFromInteger, exactDecimal } from '../values/decimal.ts';
import { INT64_MAX, INT64_MIN, shortest } from '../values/number.ts';
import { Int32 } from '../values/value.ts';
import type { Decimal, Numeric } from '../values/value.ts';

/**
 * A running sum whose type is the widest that was added. Integers are added exactly, doubles with a compensation
 * (error-free two-sum), so that the order of the terms does not matter more than it must.
 */
export class Sum {
  #isLong = false;
  #isDouble = false;
  #integers = 0n;
  #high = 0;
  #low = 0;
  #special = 0;
  #decimal: Decimal | undefined;

  add(v: Numeric): void {
    if (v instanceof Int32) {
      this.#integers += BigInt(v.value);
    } else if (typeof v === 'bigint') {
      this.#isLong = true;
      this.#integers += v;
    } else if (typeof v === 'number') {
      this.#isDouble = true;
      this.#addDouble(v);
    } else {
      this.#decimal = this.#decimal ? addDecimals(this.#decimal, v) : v;
    }
  }

  #addDouble(v: number): void {
    this.#special += v;
    const sum = this.#high + v;
    const carried = sum - this.#high;
    this.#low += this.#high - (sum - carried) + (v - carried);
    this.#high = sum;
  }

  #doubleTotal(): number {
    if (!Number.isFinite(this.#special) || !Number.isFinite(this.#high)) return this.#special;
    if (!this.#isDouble) return Number(this.#integers);
    const whole = Number(this.#integers);
    const rest = Number(this.#integers - BigInt(whole));
    const sum = this.#high + whole;
    const carried = sum - this.#high;
    return sum + (this.#high - (sum - carried) + (whole - carried) + this.#low + rest);
  }

  /** The sum as a decimal, from all parts. */
  decimalTotal(): Decimal {
    let total = this.#decimal ?? decimalFromInteger(0n);
    if (this.#isDouble) {
      total = addDecimals(total, exactDecimal(this.#doubleParts()));
      if (Number.isFinite(this.#special)) total = addDecimals(total, exactDecimal(this.#low));
    }
    return addDecimals(total, decimalFromInteger(this.#integers));
  }

  #doubleParts(): number {
    return Number.isFinite(this.#special) ? this.#high : this.#special;
  }

  total(): Numeric {
    if (this.#decimal) return this.decimalTotal();
    if (this.#isDouble) return this.#doubleTotal();
    if (this.#integers > INT64_MAX || this.#integers < INT64_MIN) return Number(this.#integers);
    return this.#isLong ? this.#integers : shortest(this.#integers);
  }

  get isDecimal(): boolean {
    return this.#decimal !== undefined;
  }

  /** The total as a double, for averages. */
  asDouble(): number {
    return this.#doubleTotal();
  }
}
