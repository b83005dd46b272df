import type { Digest, DigestItem, Numbers } from '../src/domain/digest.ts';
import type { Directory } from '../src/domain/directory.ts';
import { figureName, readScope, reachOf, type Figure } from '../src/domain/figure.ts';
import { points } from '../src/text/count.ts';
import { text, type ParamsOf, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card, ListItem } from './card.ts';
import { categoryName } from './facts.ts';
import type { Invocation } from './invocation.ts';
import { nameOf, teamName } from './standing.ts';
import { typedOf } from './verb.ts';

export interface DigestCardInput {
  readonly digest: Digest;
  readonly directory: Directory;
}

/** The figures of a period for who acts on them: a sentence, what has to be done, four numbers, a picture; the rest is behind a button. */
export function drawDigest({ digest, directory }: DigestCardInput, reader: Reader): Card {
  // Days are told by the clocks of whom the figures are of.
  const r: Reader = { ...reader, timeZone: digest.period.timeZone };
  const { numbers, items, overdue } = digest;
  const rate = shareOf(numbers);
  const before = digest.before === null ? null : shareOf(digest.before);
  const title = text(r, 'digest.headline', {
    when: whenOf(digest),
    count: numbers.new,
    inTime: rate,
    change: rate === null || before === null ? null : points(rate) - points(before),
    overdue,
  });
  const { from } = digest.period;
  const status = text(r, 'digest.status', {
    who: whoOf(digest, directory),
    from,
    last: lastOf(digest),
    todo: items.length,
  });
  const todo: Block =
    items.length === 0
      ? { type: 'text', style: 'plain', text: text(r, 'digest.nothing', null) }
      : { type: 'list', items: items.map((item) => itemOf(item, digest, directory, r)) };
  return {
    kind: 'digest',
    locale: r.locale,
    tone: overdue > 0 ? 'red' : items.length > 0 ? 'amber' : 'green',
    title,
    summary: title,
    status,
    blocks: [todo, { type: 'fields', fields: fieldsOf(digest, r) }, ...history(digest, r), ...pictureOf(digest, r)],
    actions: [
      button(text(r, 'digest.more', null), 'button', { command: 'digest', args: { ask: askOf(digest, 'more') } }, r),
      ...seeing(digest, directory, r),
      button(text(r, 'digest.export', null), 'menu', { command: 'stats', args: { ask: askOf(digest, 'export') } }, r),
    ],
  };
}

/** All the rest of a digest, for the one person who asked; `exports`: whether they may have the tickets as files. */
export function drawDigestRest(
  { digest, directory, exports }: DigestCardInput & { readonly exports: boolean },
  reader: Reader,
): Card {
  const r: Reader = { ...reader, timeZone: digest.period.timeZone };
  const { rest, numbers } = digest;
  const title = text(r, 'digest.more_title', whenOf(digest));
  const row = (line: string, figure: Figure, count: number): ListItem => ({
    text: line,
    ...(count > 0 && { action: see(text(r, 'digest.see_row', null), 'button', digest, figure, r) }),
  });
  const spreads = (
    [
      ['first', rest.firstResponse],
      ['resolution', rest.resolution],
    ] as const
  ).flatMap(([of, spread]) =>
    spread === null
      ? []
      : [{ type: 'note', text: text(r, 'digest.spread', { of, p50: spread.p50, p90: spread.p90 }) } as const],
  );
  const share = numbers.resolved === 0 ? null : rest.reopened / numbers.resolved;
  const rows: readonly ListItem[] = [
    row(text(r, 'digest.late', { count: rest.late, first: rest.lateFirst }), { is: 'late', clock: null }, rest.late),
    row(text(r, 'digest.reopened', { count: rest.reopened, share }), { is: 'reopened' }, rest.reopened),
    ...rest.causes.map(({ category, count, change }) =>
      row(
        text(r, 'digest.cause', { category: categoryName(directory, category, r) ?? null, count, change }),
        { is: 'cause', category },
        count,
      ),
    ),
    ...rest.sources.map(({ source, count }) => {
      const [kind = '', platform = ''] = source.split('/');
      return row(text(r, 'digest.source', { kind, platform, count }), { is: 'source', source }, count);
    }),
    // Each of the three numbers has its tickets there.
    ...rest.people.map(({ person, resolved, open, late }) => ({
      text: text(r, 'digest.person', { who: nameOf(directory, person), resolved, open, late }),
      action: button(
        text(r, 'digest.see_row', null),
        'button',
        { command: 'stats', args: { ask: askOf(digest, person) } },
        r,
      ),
    })),
  ];
  return {
    kind: 'list',
    locale: r.locale,
    tone: 'grey',
    title,
    summary: title,
    blocks: [...spreads, { type: 'list', items: rows }],
    actions: exports
      ? [
          button(
            text(r, 'digest.export', null),
            'button',
            { command: 'stats', args: { ask: askOf(digest, 'export') } },
            r,
          ),
        ]
      : [],
  };
}

const shareOf = ({ inTime: { met, of } }: Numbers): number | null => (of === 0 ? null : met / of);

/** The last day it tells of. */
export const lastOf = ({ period, until }: Digest): Date => new Date(Math.min(period.to.getTime(), until.getTime()) - 1);

const spanOf = ({ period: { key } }: Digest): 'day' | 'days' | 'week' | 'month' =>
  key.startsWith('days:') ? 'days' : key.startsWith('week:') ? 'week' : key.startsWith('month:') ? 'month' : 'day';

function whenOf(digest: Digest): ParamsOf<'digest.more_title'> {
  const { period, until } = digest;
  const span = spanOf(digest);
  const isOver = until >= period.to;
  const soFar = { day: 'so_far', days: 'days', week: 'so_far_week', month: 'so_far_month' } as const;
  return { of: isOver ? span : soFar[span], from: period.from, last: lastOf(digest), until };
}

/** Names of the teams and shops it is of; none: of everything. */
export function whoOf({ scope }: Pick<Digest, 'scope'>, directory: Directory): readonly string[] {
  const { teams, shops } = reachOf(readScope(scope) ?? 'all');
  return [
    ...(teams ?? []).map((team) => teamName(directory, team)),
    ...(shops ?? []).map((shop) => directory.shops.get(shop)?.name ?? shop),
  ];
}

/** What a number is asked for by: `late.open team:aftersale day:2026-11-10`, and up to when if it is not over. */
export function askOf({ asks, period, until }: Pick<Digest, 'asks' | 'period' | 'until'>, what: string): string {
  const asOf = until < period.to ? `@${until.getTime()}` : '';
  return [what, asks, period.key, asOf].filter((part) => part !== '').join(' ');
}

function itemOf(item: DigestItem, digest: Digest, directory: Directory, r: Reader): ListItem {
  switch (item.what) {
    case 'overdue':
      return {
        text: text(r, 'digest.item_overdue', { count: item.count }),
        action: press(
          text(r, 'digest.remind_all', null),
          { command: 'chase', args: digest.asks === '' ? {} : { of: digest.asks } },
          r,
        ),
      };
    case 'away':
      return {
        text: text(r, 'digest.item_away', { who: nameOf(directory, item.person), count: item.count }),
        action: reassign(item.person, directory, r),
      };
    case 'surge': {
      const { category, count, usual } = item;
      const named = categoryName(directory, category, r) ?? category;
      return {
        text: text(r, 'digest.item_surge', { category: named, count, usual }),
        action: press(
          text(r, 'digest.open_problem', null),
          { command: 'problem', args: { category, of: askOf(digest, '') } },
          r,
        ),
      };
    }
  }
}

/** Gives all that somebody has to their team again, or to one of its people. */
function reassign(person: string, directory: Directory, r: Reader): Action {
  const invoke: Invocation = { command: 'reassign', args: { person } };
  const label = text(r, 'digest.reassign', null);
  const own = directory.people.get(person)?.teams ?? [];
  const options = [
    ...own.map((team) => ({ value: `team:${team}`, label: teamName(directory, team) })),
    ...[...directory.people.values()]
      .filter(({ id, teams }) => id !== person && teams.some((team) => own.includes(team)))
      .map(({ id, name }) => ({ value: `person:${id}`, label: name })),
  ];
  const to = {
    name: 'to',
    label: text(r, 'command.label_to', null),
    type: 'select',
    required: true,
    max: 200,
    options,
  } as const;
  const form = { title: label, submit: text(r, 'figures.next_step', null), invoke, fields: [to] };
  return { ...press(label, invoke, r), ...(options.length > 0 && { form }) };
}

function fieldsOf(digest: Digest, r: Reader): readonly { readonly label: string; readonly value: string }[] {
  const { numbers, before, week, period } = digest;
  const against = (of: (n: Numbers) => number | null) => {
    const now = of(numbers);
    const than = (earlier: Numbers | null): number | null => {
      const then = earlier === null ? null : of(earlier);
      return now === null || then === null ? null : now - then;
    };
    return { before: than(before), week: than(week), of: spanOf(digest), from: period.from };
  };
  const plain = (name: 'new' | 'resolved' | 'backlog') => ({
    label: text(r, `digest.label_${name}`, null),
    value: text(r, 'digest.value', { count: numbers[name], against: against((n) => n[name]) }),
  });
  const rate = (n: Numbers): number | null => {
    const share = shareOf(n);
    return share === null ? null : points(share);
  };
  return [
    plain('new'),
    plain('resolved'),
    {
      label: text(r, 'digest.label_in_time', null),
      value: text(r, 'digest.rate', { ...numbers.inTime, against: against(rate) }),
    },
    plain('backlog'),
  ];
}

/** Whoever has nothing to compare with yet reads when there will be. */
const history = (digest: Digest, r: Reader): readonly Block[] =>
  digest.before !== null || digest.week !== null ? [] : [{ type: 'note', text: text(r, 'digest.no_history', null) }];

/** The chart; its words say what it shows where it is not seen. */
function pictureOf(digest: Digest, r: Reader): readonly Block[] {
  const { peak, chart } = digest;
  if (peak === null) return [];
  const of = spanOf(digest) === 'day' ? 'hour' : 'day';
  const line = text(r, 'digest.peak', { at: peak.at, count: peak.count, of });
  return chart === null ? [{ type: 'note', text: line }] : [{ type: 'image', file: chart, alt: line, wide: true }];
}

/** Every number of the card can be pressed: what opens the tickets behind it. */
function seeing(digest: Digest, directory: Directory, r: Reader): readonly Action[] {
  const { numbers, overdue, items, peak, rest } = digest;
  const plain = (what: ParamsOf<'digest.see'>['what'], figure: Figure, count: number, at = ''): readonly Action[] =>
    count === 0 ? [] : [see(text(r, 'digest.see', { what, count, at }), 'menu', digest, figure, r)];
  const hour =
    peak === null || spanOf(digest) !== 'day'
      ? []
      : plain('slot', { is: 'slot', slot: peak.slot }, peak.count, text(r, 'digest.slot', { at: peak.at }));
  const surges = items.flatMap((item): readonly Action[] => {
    if (item.what !== 'surge') return [];
    const { category, count } = item;
    const label = text(r, 'digest.see_cause', { category: categoryName(directory, category, r) ?? category, count });
    return [see(label, 'menu', digest, { is: 'cause', category }, r)];
  });
  const away = items.flatMap((item): readonly Action[] => {
    if (item.what !== 'away') return [];
    const label = text(r, 'digest.see_held', { who: nameOf(directory, item.person), count: item.count });
    return [see(label, 'menu', digest, { is: 'held', person: item.person }, r)];
  });
  return [
    ...plain('overdue', { is: 'late.open' }, overdue),
    ...away,
    ...surges,
    ...plain('new', { is: 'new' }, numbers.new),
    ...plain('resolved', { is: 'resolved' }, numbers.resolved),
    ...plain('in_time', { is: 'response.met' }, numbers.inTime.met),
    ...plain('late_first', { is: 'late', clock: 'firstResponse' }, rest.lateFirst),
    ...plain('backlog', { is: 'backlog', age: null }, numbers.backlog),
    ...hour,
  ];
}

const see = (label: string, placement: Action['placement'], digest: Digest, figure: Figure, r: Reader): Action =>
  button(label, placement, { command: 'stats', args: { ask: askOf(digest, figureName(figure)) } }, r);

const press = (label: string, invoke: Invocation, r: Reader): Action => button(label, 'button', invoke, r);

const button = (label: string, placement: Action['placement'], invoke: Invocation, r: Reader): Action => ({
  label,
  style: 'default',
  placement,
  invoke,
  typed: typedOf(invoke, r.locale),
});
