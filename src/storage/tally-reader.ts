import type { Row } from '../domain/figures.ts';
import { PRIORITIES, type Priority } from '../domain/status.ts';

/**
 * Reads of a stored tally what figures need, straight from its bytes: the driver's decoding costs several times as much as all the counting,
 * and digests read millions. Unknown fields are passed over; what is stored otherwise than `tallyOf` says is an error.
 */

/** Fields that are read, by their names' length and first two letters: no other field of a tally shares those with them. */
const codeOf = (name: string): number => (name.length << 16) | (name.charCodeAt(0) << 8) | name.charCodeAt(1);
const TEAM = codeOf('team');
const SHOP = codeOf('shop');
const CATEGORY = codeOf('category');
const SOURCE = codeOf('source');
const PRIORITY = codeOf('priority');
const ASSIGNEE = codeOf('assignee');
const RESOLVER = codeOf('resolver');
const OPENED = codeOf('openedAt');
const RESPONDED = codeOf('respondedAt');
const FIRST = codeOf('firstMs');
const RESOLVE = codeOf('resolveMs');
const OVERDUE = codeOf('overdue');
const PASSES = codeOf('passes');
const MERGED = codeOf('merged');
const DONE = codeOf('done');
const MISSES = codeOf('misses');
const REOPENS = codeOf('reopens');
const CLOCK = codeOf('clock');
const FROM = codeOf('from');

const DOUBLE = 0x01;
const STRING = 0x02;
const DOCUMENT = 0x03;
const ARRAY = 0x04;
const BOOLEAN = 0x08;
const DATE = 0x09;
const NULL = 0x0a;
const INT = 0x10;
const LONG = 0x12;
const HIGH = 2 ** 32;

export const blankRow = (): Row => ({
  team: '',
  shop: '',
  category: null,
  source: '',
  priority: 'normal',
  assignee: null,
  resolver: null,
  openedAt: Number.NaN,
  respondedAt: Number.NaN,
  firstMs: Number.NaN,
  resolveMs: Number.NaN,
  overdue: Number.NaN,
  passes: 0,
  merged: false,
  done: [],
  missed: [],
  missedAt: [],
  reopens: [],
});

/** Reads tallies one after another into the same row, which is good until the next one is read. */
export class TallyReader {
  readonly row = blankRow();
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  /** @throws RangeError, TypeError for bytes that are no tally */
  read(bytes: Uint8Array): Row {
    const { row } = this;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    row.category = row.assignee = row.resolver = null;
    row.respondedAt = row.firstMs = row.resolveMs = row.overdue = Number.NaN;
    row.done.length = row.missed.length = row.missedAt.length = row.reopens.length = 0;
    this.#at = 4;
    for (let type = this.#byte(); type !== 0; type = this.#byte()) this.#field(row, this.#name(), type);
    return row;
  }

  #field(row: Row, code: number, type: number): void {
    switch (code) {
      case TEAM:
        row.team = this.#text(type) ?? '';
        return;
      case SHOP:
        row.shop = this.#text(type) ?? '';
        return;
      case CATEGORY:
        row.category = this.#text(type);
        return;
      case SOURCE:
        row.source = this.#text(type) ?? '';
        return;
      case PRIORITY:
        row.priority = this.#priority(type);
        return;
      case ASSIGNEE:
        row.assignee = this.#text(type);
        return;
      case RESOLVER:
        row.resolver = this.#text(type);
        return;
      case OPENED:
        row.openedAt = this.#number(type);
        return;
      case RESPONDED:
        row.respondedAt = this.#number(type);
        return;
      case FIRST:
        row.firstMs = this.#number(type);
        return;
      case RESOLVE:
        row.resolveMs = this.#number(type);
        return;
      case OVERDUE:
        row.overdue = this.#number(type);
        return;
      case PASSES:
        row.passes = this.#number(type);
        return;
      case MERGED:
        row.merged = this.#flag(type);
        return;
      case DONE:
        this.#documents(type, (inner, innerType) => {
          const at = this.#number(innerType);
          if (inner === FROM) row.done.push(at, Number.NaN);
          else row.done[row.done.length - 1] = at;
        });
        return;
      case MISSES:
        this.#documents(type, (inner, innerType) => {
          if (inner === CLOCK) row.missed.push(this.#text(innerType) ?? '');
          else row.missedAt.push(this.#number(innerType));
        });
        return;
      case REOPENS:
        this.#inside(type, ARRAY, (_, innerType) => {
          row.reopens.push(this.#number(innerType));
        });
        return;
      default:
        this.#skip(type);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('a stored tally ends before its end');
    return byte;
  }

  /** The code of the name that stands here. */
  #name(): number {
    const from = this.#at;
    while (this.#byte() !== 0);
    const bytes = this.#bytes;
    const length = this.#at - from - 1;
    return (length << 16) | ((bytes[from] ?? 0) << 8) | (length > 1 ? (bytes[from + 1] ?? 0) : 0);
  }

  #text(type: number): string | null {
    if (type === NULL) return null;
    if (type !== STRING) throw wrong(type);
    const length = this.#bytes.readInt32LE(this.#at);
    const from = this.#at + 4;
    this.#at = from + length;
    return this.#bytes.toString('utf8', from, this.#at - 1);
  }

  #priority(type: number): Priority {
    const text = this.#text(type);
    const known = PRIORITIES.find((priority) => priority === text);
    if (known === undefined) throw new TypeError('a stored tally has no priority');
    return known;
  }

  #number(type: number): number {
    const at = this.#at;
    if (type === INT) {
      this.#at += 4;
      return this.#bytes.readInt32LE(at);
    }
    if (type === NULL) return Number.NaN;
    this.#at += 8;
    if (type === DATE || type === LONG) return this.#bytes.readInt32LE(at + 4) * HIGH + this.#bytes.readUInt32LE(at);
    if (type === DOUBLE) return this.#bytes.readDoubleLE(at);
    throw wrong(type);
  }

  #flag(type: number): boolean {
    if (type !== BOOLEAN) throw wrong(type);
    return this.#byte() === 1;
  }

  #documents(type: number, each: (code: number, type: number) => void): void {
    this.#inside(type, ARRAY, (_, innerType) => {
      this.#inside(innerType, DOCUMENT, each);
    });
  }

  #inside(type: number, wanted: number, each: (code: number, type: number) => void): void {
    if (type !== wanted) throw wrong(type);
    this.#at += 4;
    for (let inner = this.#byte(); inner !== 0; inner = this.#byte()) each(this.#name(), inner);
  }

  #skip(type: number): void {
    if (type === STRING) this.#at += 4 + this.#bytes.readInt32LE(this.#at);
    else if (type === DOCUMENT || type === ARRAY) this.#at += this.#bytes.readInt32LE(this.#at);
    else if (type === BOOLEAN) this.#at += 1;
    else if (type === INT) this.#at += 4;
    else if (type === DATE || type === LONG || type === DOUBLE) this.#at += 8;
    else if (type !== NULL) throw wrong(type);
  }
}

const wrong = (type: number): TypeError => new TypeError(`a stored tally has a value of type ${type} where none is`);
