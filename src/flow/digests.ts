import { addressKey, appKey, type Address } from '../domain/address.ts';
import { inZone } from '../domain/calendar.ts';
import { dueDigests, type DigestReader, type DueDigest } from '../domain/digest-schedule.ts';
import type { Directory, Person } from '../domain/directory.ts';
import { calendarOf } from '../domain/duty.ts';
import { scopeName, type Scope } from '../domain/figure.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import { cards } from '../../cards/registry.ts';
import { directOf } from './account.ts';
import type { Attempt, Delivery } from './deliver.ts';
import { keepChart, makeDigest } from './digest.ts';
import type { Compared, FigureReads } from './figures.ts';
import type { OutboxBody } from '../storage/outbox.ts';
import type { Parts } from './parts.ts';
import { asMessage } from './picture.ts';
import { laneOf, sendPost } from './post.ts';
import { groupReader, personReader } from './reader.ts';
import { outboxRow, postId } from './row.ts';

/** Somebody, or a group, who gets digests of a scope. */
interface Recipient {
  /** The same for good: what they have got is kept under it. */
  readonly id: string;
  readonly scope: Scope;
  /** See `Digest.asks`. */
  readonly asks: string;
  readonly to: Address;
  /** Null: a group, where no names are told. */
  readonly person: string | null;
  readonly reader: Pick<DigestReader, 'calendar' | 'promotions'>;
  readonly named: (person: string) => boolean;
}

/** Looks who has to get a digest now and sees to it that each gets it once; how many were sent. */
export function createDigests(parts: Parts, figures: FigureReads): () => Promise<number> {
  const { store, clock, directory } = parts;

  const send = async (
    { id, scope, asks, to, person, named }: Recipient,
    due: DueDigest,
    compared: Compared,
    charts: Map<string, Promise<string | null>>,
  ): Promise<void> => {
    const { kind, key, period, until } = due;
    const reader = person === null ? groupReader(parts, to) : personReader(parts, person);
    const canShow = parts.adapters.get(appKey(to))?.capabilities(to).images === true;
    const drawing = `${scopeName(scope)}\n${reader.locale}`;
    if (canShow && !charts.has(drawing))
      charts.set(drawing, keepChart(parts, { scope, period, until }, compared, reader));
    const chart = canShow ? ((await charts.get(drawing)) ?? null) : null;
    const digest = await makeDigest(parts, { kind, scope, asks, period, until, named }, compared, chart);
    const body: OutboxBody = { kind: 'digest', person, digest, ref: null };
    const _id = postId(`digest:${id}:${key}`);
    await store.outbox.add([outboxRow({ _id, lane: laneOf(to), address: to, body }, clock.now())]);
    // Cut before this it is made again, under the same key: the first one counts.
    await store.digestMarks.note(id, key, kind === 'daily' ? period.to : null);
  };

  return async () => {
    const now = clock.now();
    const begin = await store.tallies.begin();
    if (begin === null) return 0;
    const all = recipientsOf(parts);
    const marks = await store.digestMarks.load(all.map(({ id }) => id));
    const due = all.flatMap((recipient) => {
      const { told = [], last = null } = marks.get(recipient.id) ?? {};
      return (
        dueDigests(directory().digest, { ...recipient.reader, told, last }, now)
          // Before the first ticket there is nothing to tell.
          .filter(({ until }) => begin < until)
          .map((one) => ({ recipient, one }))
      );
    });
    const periods = new Map<string, typeof due>();
    for (const one of due) {
      const { period, until } = one.one;
      const key = [period.timeZone, period.key, until.getTime()].join('\n');
      periods.set(key, [...(periods.get(key) ?? []), one]);
    }
    // One period after another: each may read all that happened since it began.
    for (const those of periods.values()) {
      const [first] = those;
      if (first === undefined) continue;
      const scopes = new Map(those.map(({ recipient: { scope } }) => [scopeName(scope), scope]));
      const compared = await figures.compared(first.one.period, [...scopes.values()], first.one.until);
      const charts = new Map<string, Promise<string | null>>();
      for (const { recipient, one } of those) {
        const of = compared.get(scopeName(recipient.scope));
        if (of !== undefined) await send(recipient, one, of, charts);
      }
    }
    return due.length;
  };
}

/** Everybody who gets digests, as far as this process reaches them. */
function recipientsOf(parts: Pick<Parts, 'directory' | 'adapters'>): readonly Recipient[] {
  const directory = parts.directory();
  const { promotions } = directory;
  const people = [...directory.people.values()];
  const managers = people.filter(isManager).flatMap((person): readonly Recipient[] => {
    const to = directOf(parts, person);
    if (to === null) return [];
    const scope = scopeOf(person);
    const calendar = inZone(calendarOf(person, directory), person.timeZone);
    const reader = { calendar, promotions };
    return [
      { id: `${scopeName(scope)}\n${person.id}`, scope, asks: '', to, person: person.id, reader, named: () => true },
    ];
  });
  if (!directory.digest.teams) return managers;
  const teams = [...directory.teams.values()].flatMap((team): readonly Recipient[] => {
    const reader = { calendar: team.calendar, promotions };
    const groups = team.groups
      .filter((to) => parts.adapters.has(appKey(to)))
      .map((to) => ({
        scope: { team: team.id },
        asks: `team:${team.id}`,
        to,
        person: null,
        reader,
        named: () => false,
      }));
    const leads = people
      .filter((person) => person.roles.includes('lead') && !isManager(person) && person.teams.includes(team.id))
      .flatMap((person) => {
        const to = directOf(parts, person);
        const scope: Scope = person.shops.length === 0 ? { team: team.id } : { teams: [team.id], shops: person.shops };
        const named = (of: string): boolean => directory.people.get(of)?.teams.includes(team.id) === true;
        return to === null ? [] : [{ scope, asks: `team:${team.id}`, to, person: person.id, reader, named }];
      });
    return [...groups, ...leads].map((r) => ({
      ...r,
      id: `${scopeName(r.scope)}\n${r.person ?? addressKey(r.to)}`,
    }));
  });
  return [...managers, ...teams];
}

export const isManager = ({ roles }: Pick<Person, 'roles'>): boolean => roles.includes('manager');

/** All that a manager's figures are of: everything, or their shops. */
const scopeOf = ({ shops }: Pick<Person, 'shops'>): Scope => (shops.length === 0 ? 'all' : { teams: null, shops });

/** Posts a digest, in the words of who reads it. */
export async function digestRow(
  attempt: Attempt,
  row: OutboxRow,
  body: Extract<OutboxBody, { kind: 'digest' }>,
): Promise<Delivery> {
  if (body.ref !== null) return { state: 'done' };
  const { parts } = attempt;
  const reader = body.person === null ? groupReader(parts, row.address) : personReader(parts, body.person);
  const directory: Directory = parts.directory();
  return sendPost(attempt, row, asMessage(cards.digest({ digest: body.digest, directory }, reader), 1));
}
