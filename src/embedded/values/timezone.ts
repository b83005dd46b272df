import { MongoError } from '../error.ts';
import { floorDivide, msFromCivil } from './calendar.ts';

/** A time zone. Offsets are milliseconds to add to UTC. */
export interface TimeZone {
  /** The name or offset as it was given. */
  readonly name: string;
  offsetAt(utcMs: bigint): number;
}

const HOUR = 3_600_000n;
/** The years that JavaScript's dates can hold. */
const LIMIT = 8_640_000_000_000_000n;

/** The server's time zone tables end with the year 2037: the offset that holds then is kept for ever. */
const LAST_RULE = 2_145_916_800_000n;

class FixedZone implements TimeZone {
  readonly name: string;
  readonly #offset: number;
  constructor(name: string, offset: number) {
    this.name = name;
    this.#offset = offset;
  }

  offsetAt(): number {
    return this.#offset;
  }
}

/** A zone of the tz database. An Intl call is slow, so the offset is kept per hour, if it does not change within the hour. */
class NamedZone implements TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #byHour = new Map<bigint, number | undefined>();

  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  offsetAt(utcMs: bigint): number {
    if (utcMs >= LAST_RULE) return this.offsetAt(LAST_RULE - 1n);
    const hour = floorDivide(utcMs, HOUR);
    if (this.#byHour.size > 100_000) this.#byHour.clear();
    if (!this.#byHour.has(hour)) {
      const first = this.#ask(hour * HOUR);
      const last = this.#ask(hour * HOUR + HOUR - 1000n);
      this.#byHour.set(hour, first === last ? first : undefined);
    }
    return this.#byHour.get(hour) ?? this.#ask(utcMs);
  }

  #ask(utcMs: bigint): number {
    if (utcMs > LIMIT || utcMs < -LIMIT) {
      throw new MongoError(115, 'a named time zone for a date beyond the year 275760 is not supported');
    }
    const seconds = floorDivide(utcMs, 1000n);
    const parts = new Map(this.#format.formatToParts(Number(seconds) * 1000).map((part) => [part.type, part.value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0);
    const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year');
    const local = msFromCivil({
      year,
      month: number('month'),
      day: number('day'),
      hour: number('hour'),
      minute: number('minute'),
      second: number('second'),
      millisecond: 0,
    });
    return Number(local - seconds * 1000n);
  }
}

export const UTC: TimeZone = new FixedZone('UTC', 0);

const zones = new Map<string, TimeZone>([
  ['UTC', UTC],
  ['GMT', UTC],
]);

function offsetZone(name: string): TimeZone | undefined {
  const parts = /^([+-])(\d{2})(?::?(\d{2}))?$/u.exec(name);
  if (!parts) return undefined;
  const minutes = Number(parts[2]) * 60 + Number(parts[3] ?? 0);
  return new FixedZone(name, (parts[1] === '-' ? -minutes : minutes) * 60_000);
}

/** The three-letter names of the tz database; Intl knows others, such as PST. */
const ABBREVIATIONS = new Set('CET EET EST HST MET MST WET GMT UTC UCT PRC ROC ROK'.split(' '));

function namedZone(name: string): TimeZone | undefined {
  if (!/^[A-Z]/u.test(name) || (/^[A-Z]{3}$/u.test(name) && !ABBREVIATIONS.has(name))) return undefined;
  try {
    const canonical = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    // Intl accepts names in any case, the tz database does not.
    if (canonical !== name && canonical.toLowerCase() === name.toLowerCase()) return undefined;
    return new NamedZone(name);
  } catch {
    return undefined;
  }
}

/**
 * The zone of a name of the tz database or of an offset such as `+08:00`.
 * @throws MongoError 40485 for what is neither
 */
export function timeZone(name: string): TimeZone {
  let zone = zones.get(name);
  if (!zone) {
    zone = offsetZone(name) ?? namedZone(name);
    if (!zone) throw new MongoError(40_485, `unrecognized time zone identifier: "${name}"`);
    zones.set(name, zone);
  }
  return zone;
}

/** Local milliseconds of a moment. */
export const toLocal = (utcMs: bigint, zone: TimeZone): bigint => utcMs + BigInt(zone.offsetAt(utcMs));

/** The moment of a local time, which a gap moves on; of two moments that an overlap offers the server's library takes this one. */
export function fromLocal(localMs: bigint, zone: TimeZone): bigint {
  const first = zone.offsetAt(localMs);
  const second = zone.offsetAt(localMs - BigInt(first));
  if (first === second) return localMs - BigInt(first);
  const isSettled = first > 0 || zone.offsetAt(localMs - BigInt(second)) === second;
  return localMs - BigInt(isSettled ? second : first);
}
