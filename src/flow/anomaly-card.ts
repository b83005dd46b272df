import type { AnomalyCardInput } from '../../cards/anomaly.ts';
import { categoryPath } from '../../cards/facts.ts';
import { mask } from '../domain/mask.ts';
import type { Ticket } from '../domain/ticket.ts';
import { wordsIn } from '../domain/words.ts';
import { derivedId } from '../ids.ts';
import type { Anomaly } from '../storage/anomalies.ts';
import { text, type Reader } from '../text/text.ts';
import { partsOf } from './anomaly-counts.ts';
import type { Parts } from './parts.ts';

/** Tickets that stand on the card. */
const SAMPLES = 3;
const MOST_WORDS = 3;
/** A word is one of many when it stands in this share of the tickets. */
const OFTEN = 0.4;

/** What a warning shows, as it is now; null: it is forgotten. */
export async function anomalyNow(
  parts: Pick<Parts, 'store' | 'directory'>,
  id: string,
  reader: Reader,
): Promise<AnomalyCardInput | null> {
  const anomaly = await parts.store.anomalies.load(id);
  if (anomaly === null) return null;
  const directory = parts.directory();
  const tickets = await ticketsOf(parts, anomaly);
  const [, kind, value] = partsOf(anomaly.key);
  const about =
    kind === 'person'
      ? ({ kind: 'slow', who: directory.people.get(value)?.name ?? value } as const)
      : ({ kind: 'surge', what: whatOf(kind, value, directory, reader) } as const);
  const { open, since, at, count, usual, by, windowMs } = anomaly;
  return {
    about,
    open,
    since,
    at,
    count,
    usual,
    by,
    windowMs,
    tickets: anomaly.tickets,
    samples: tickets.slice(-SAMPLES),
    words: kind === 'person' ? [] : commonWords(tickets),
    problem: problemOf(tickets),
    directory,
  };
}

const ticketsOf = async ({ store }: Pick<Parts, 'store'>, { tickets }: Anomaly): Promise<readonly Ticket[]> =>
  (await store.tickets.byNumbers(tickets.map((ref) => ref.number))).toSorted((a, b) => a.number - b.number);

/** Which state its card shows: another one where something else stands on it. */
export async function anomalyState(parts: Pick<Parts, 'store'>, anomaly: Anomaly): Promise<string> {
  const { open, count, usual, tickets } = anomaly;
  const problem = problemOf(await ticketsOf(parts, anomaly));
  return derivedId('anomaly', JSON.stringify([open, count, usual, tickets.map((ref) => ref.number), problem]));
}

function whatOf(kind: string, value: string, directory: AnomalyCardInput['directory'], reader: Reader): string {
  switch (kind) {
    case 'category':
      return categoryPath(directory, value, reader);
    case 'shop':
      return directory.shops.get(value)?.name ?? value;
    case 'region':
      return value;
    default:
      return text(reader, 'anomaly.all', null);
  }
}

/** The problem under which most of these tickets stand that stand under one. */
function problemOf(tickets: readonly Ticket[]): AnomalyCardInput['problem'] {
  const counts = new Map<number, number>();
  for (const t of tickets) {
    const no = t.problem?.number ?? (t.cases === undefined || t.cases.length === 0 ? undefined : t.number);
    if (no !== undefined) counts.set(no, (counts.get(no) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted((a, b) => b[1] - a[1]);
  if (most === undefined) return null;
  const [no, count] = most;
  const missing = tickets.filter((t) => t.number !== no && t.problem?.number !== no).map((t) => t.number);
  return { no, count, missing };
}

const HAN_PAIR = /^\p{Script=Han}{2}$/u;

/** What is written in many of them, masked: Chinese in runs as long as they are common. */
function commonWords(tickets: readonly Ticket[]): readonly string[] {
  const subjects = tickets.map((t) => mask(t.subject, []));
  const counts = new Map<string, number>();
  for (const subject of subjects) for (const word of wordsIn(subject)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const least = Math.max(2, Math.ceil(tickets.length * OFTEN));
  const common = new Set([...counts].filter(([word, n]) => n >= least && !/\d|\*/u.test(word)).map(([word]) => word));
  const runs = new Map<string, number>();
  for (const subject of subjects) {
    for (const run of runsIn(subject, common)) runs.set(run, (runs.get(run) ?? 0) + 1);
  }
  return [...runs]
    .toSorted((a, b) => b[1] - a[1] || b[0].length - a[0].length)
    .map(([run]) => run)
    .filter((run, i, all) => all.slice(0, i).every((other) => !other.includes(run) && !run.includes(other)))
    .slice(0, MOST_WORDS);
}

/** The longest runs of a text in which every pair is common, and its common words. */
function runsIn(subject: string, common: ReadonlySet<string>): ReadonlySet<string> {
  const runs = new Set<string>();
  let run = '';
  for (const word of wordsIn(subject)) {
    if (!common.has(word)) run = '';
    else if (HAN_PAIR.test(word) && run !== '' && run.endsWith(word.slice(0, 1))) {
      runs.delete(run);
      run += word.slice(1);
      runs.add(run);
    } else {
      run = word;
      runs.add(run);
    }
  }
  return runs;
}
