import type { Filter } from '../query/filter.ts';
import { copyOf } from '../values/encode.ts';
import type { Collection } from './catalogue.ts';
import { type Environment, recordKey, recordOf } from './environment.ts';
import { type IndexDefinition, lastUint32 } from './index-definition.ts';
import type { Examined, IndexScan, Interval, Plan } from './plan.ts';

/** A document that a scan found. */
export interface Found {
  readonly record: number;
  readonly bytes: Uint8Array;
}

const FIRST_CHUNK = 8;
const LARGEST_CHUNK = 1_024;

/**
 * The documents that a plan leads to and a filter accepts. It reads in chunks and holds no transaction between them, so it may
 * be continued at any later time and then sees what has changed since.
 * @param wanted how many documents will be asked for at least, where that is known
 */
export function* scan(
  environment: Environment,
  collection: Collection,
  plan: Plan,
  filter: Filter | undefined,
  examined: Examined,
  wanted = FIRST_CHUNK,
): Generator<Found, void, undefined> {
  if (plan.kind === 'index') {
    for (const record of indexRecords(environment, plan, examined, wanted)) {
      const shared = environment.records.getBinaryFast(recordKey(collection.id, record));
      if (!shared) continue;
      examined.documents++;
      if (!filter || filter.testRaw(shared)) yield { record, bytes: copyOf(shared, shared.length) };
    }
    return;
  }
  const first = recordKey(collection.id, 0);
  const last = recordKey(collection.id + 1, 0);
  let from = plan.backwards ? last - 1 : first;
  for (let limit = FIRST_CHUNK; ; limit = Math.min(limit * 2, LARGEST_CHUNK)) {
    examined.check?.();
    const range = { start: from, end: plan.backwards ? first : last, reverse: plan.backwards, limit };
    const found: { item: Found; at: number }[] = [];
    let seen = 0;
    for (const { key, value } of environment.records.getRange(range)) {
      seen++;
      from = plan.backwards ? key - 1 : key + 1;
      if (!filter || filter.testRaw(value)) found.push({ item: { record: recordOf(key), bytes: value }, at: seen });
    }
    const before = examined.documents;
    for (const { item, at } of found) {
      examined.documents = before + at;
      yield item;
    }
    examined.documents = before + seen;
    if (seen < limit) return;
  }
}

/** The record numbers of an index scan, each once. */
export function* indexRecords(
  environment: Environment,
  plan: IndexScan,
  examined: Examined,
  wanted = FIRST_CHUNK,
): Generator<number, void, undefined> {
  const { index, backwards } = plan;
  if (plan.merge) {
    yield* mergedRecords(environment, plan, plan.merge, examined, wanted);
    return;
  }
  // Several keys of one document may lie between the bounds.
  const seen = index.multikey || plan.intervals.length > 1 ? new Set<number>() : undefined;
  const intervals = backwards ? plan.intervals.toReversed() : plan.intervals;
  for (const interval of intervals) {
    if (plan.isLookup) {
      const entry = environment.entries.getBinaryFast(withNumber(index, interval.start));
      if (!entry) continue;
      examined.keys++;
      yield lastUint32(entry);
      continue;
    }
    for (const { record } of intervalRecords(environment, index, interval, backwards, examined, wanted)) {
      if (seen?.has(record)) continue;
      seen?.add(record);
      yield record;
    }
  }
}

/** The records of several intervals in the order of what follows the prefix of each, each record once. */
function* mergedRecords(
  environment: Environment,
  plan: IndexScan,
  prefixes: readonly number[],
  examined: Examined,
  wanted: number,
): Generator<number, void, undefined> {
  const { index, backwards, intervals } = plan;
  const seen = index.multikey ? new Set<number>() : undefined;
  const isAfter = (a: Source, b: Source): boolean => {
    const order = Buffer.compare(a.head.key.subarray(a.skip), b.head.key.subarray(b.skip));
    return backwards ? order < 0 : order > 0;
  };
  /** What comes first stands last. */
  const sources: Source[] = [];
  const insert = (source: Source): void => {
    let low = 0;
    for (let high = sources.length; low < high;) {
      const middle = (low + high) >> 1;
      if (isAfter(sources[middle] ?? source, source)) low = middle + 1;
      else high = middle;
    }
    sources.splice(low, 0, source);
  };
  for (const [i, interval] of intervals.entries()) {
    // Each of many gives little.
    const entries = intervalRecords(environment, index, interval, backwards, examined, Math.min(wanted, FIRST_CHUNK));
    const { value: head } = entries.next();
    if (head) insert({ entries, skip: 4 + (prefixes[i] ?? 0), head });
  }
  for (let source = sources.pop(); source; source = sources.pop()) {
    const { record } = source.head;
    const { value: head } = source.entries.next();
    if (head) insert({ ...source, head });
    if (seen?.has(record)) continue;
    seen?.add(record);
    yield record;
  }
}

/** An interval that is read with others, at its next entry. */
interface Source {
  readonly entries: Generator<Entry, void, undefined>;
  readonly skip: number;
  readonly head: Entry;
}

interface Entry {
  readonly key: Uint8Array;
  readonly record: number;
}

function* intervalRecords(
  environment: Environment,
  index: IndexDefinition,
  interval: Interval,
  backwards: boolean,
  examined: Examined,
  wanted: number,
): Generator<Entry, void, undefined> {
  const first = withNumber(index, interval.start);
  const last = withNumber(index, interval.end);
  let from = backwards ? last : first;
  let skipFirst = false;
  for (let limit = Math.min(wanted, LARGEST_CHUNK); ; limit = Math.min(limit * 2, LARGEST_CHUNK)) {
    examined.check?.();
    const found: Entry[] = [];
    let seen = 0;
    const range = backwards
      ? { start: from, end: first, inclusiveEnd: true, reverse: true, limit: limit + 1 }
      : { start: from, end: last, limit: skipFirst ? limit + 1 : limit };
    for (const { key, value } of environment.entries.getRange(range)) {
      if (skipFirst || (backwards && Buffer.compare(key, last) === 0)) {
        // A backward range begins with its upper bound, and a continued one with what was read last.
        skipFirst = false;
        if (Buffer.compare(key, from) === 0) continue;
      }
      seen++;
      found.push({ key, record: lastUint32(index.unique ? value : key) });
      from = key;
      if (seen === limit) break;
    }
    for (const entry of found) {
      examined.keys++;
      yield entry;
    }
    if (seen < limit) return;
    skipFirst = true;
  }
}

/** How many entries lie between the bounds of a plan. */
export function countEntries(environment: Environment, plan: IndexScan): number {
  let count = 0;
  for (const interval of plan.intervals)
    count += environment.entries.getKeysCount({
      start: withNumber(plan.index, interval.start),
      end: withNumber(plan.index, interval.end),
    });
  return count;
}

function withNumber(index: IndexDefinition, key: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(4 + key.length);
  bytes.writeUInt32BE(index.id, 0);
  bytes.set(key, 4);
  return bytes;
}
