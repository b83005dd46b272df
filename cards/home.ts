import type { Directory, Person } from '../src/domain/directory.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card, ListItem } from './card.ts';
import { rowOf } from './list.ts';
import { statusOf, teamName, titleOf, type Row } from './standing.ts';
import { verbsFor } from './ticket.ts';
import { actionOf, actionsOf, typedOf, verbLabel } from './verb.ts';

/** Whether somebody is on duty, with since or until when that is so. `since` null: they never were. */
export type HomeDuty =
  | { readonly state: 'on'; readonly since: Date; readonly until: Date }
  | { readonly state: 'away'; readonly until: Date }
  | { readonly state: 'off'; readonly since: Date | null };

/** Tickets with how many there are in all. */
export interface HomeTickets {
  readonly tickets: readonly Row[];
  readonly total: number;
}

/** What waits to be claimed, as far as its reader may claim it. */
export type HomeQueues =
  /** Of the teams somebody belongs to. */
  | { readonly of: 'teams'; readonly teams: readonly (HomeTickets & { readonly team: string })[] }
  /** Of every team, for who sees all and belongs to none: the longest first. `total`: how many teams have any. */
  | {
      readonly of: 'all';
      readonly teams: readonly { readonly team: string; readonly total: number; readonly oldest: Date | null }[];
      readonly total: number;
    }
  /** Somebody in no team. */
  | { readonly of: 'nobody' };

export interface HomeCardInput {
  readonly person: Person;
  readonly duty: HomeDuty;
  /** What is due first comes first. */
  readonly mine: HomeTickets;
  readonly queues: HomeQueues;
  readonly directory: Directory;
}

/** Somebody's own page: on duty or not, what they have to do, what their teams have waiting. Masked as lists are. */
export function drawHome(input: HomeCardInput, reader: Reader): Card {
  const title = text(reader, 'home.title', { who: input.person.name });
  const status = statusLine(input.duty, reader);
  return {
    kind: 'home',
    locale: reader.locale,
    tone: 'grey',
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks: [...mineOf(input, reader), { type: 'divider' }, ...queuesOf(input, reader)],
    actions: actionsFor(input, reader),
  };
}

function statusLine(duty: HomeDuty, reader: Reader): string {
  switch (duty.state) {
    case 'on':
      return text(reader, 'home.on', duty);
    case 'away':
      return text(reader, 'home.away', duty);
    case 'off':
      return text(reader, 'home.off', duty);
  }
}

const waitingIn = (queues: HomeQueues): number =>
  queues.of === 'nobody' ? 0 : queues.teams.reduce((sum, { total }) => sum + total, 0);

const heading = (line: string): Block => ({ type: 'text', style: 'plain', text: line });
const rows = (items: readonly ListItem[]): readonly Block[] => (items.length === 0 ? [] : [{ type: 'list', items }]);

/** How many of how many, where not all are shown. */
const more = ({ tickets, total }: HomeTickets, reader: Reader): readonly Block[] =>
  total > tickets.length ? [{ type: 'note', text: text(reader, 'card.more', { shown: tickets.length, total }) }] : [];

function mineOf({ mine, queues, person, directory }: HomeCardInput, reader: Reader): readonly Block[] {
  const first = heading(text(reader, 'home.mine', { count: mine.total }));
  if (mine.tickets.length === 0)
    return [first, { type: 'note', text: text(reader, 'home.mine_none', { waiting: waitingIn(queues) }) }];
  return [first, ...rows(mine.tickets.map((t) => ownRow(t, person, directory, reader))), ...more(mine, reader)];
}

/** One of the reader's own tickets: looked at, or carried on with what comes next. */
function ownRow(t: Row, person: Person, directory: Directory, reader: Reader): ListItem {
  const asking = { ticket: t, directory, reader };
  const action = actionOf('show', asking);
  const [next] = actionsOf(verbsFor(t), asking, { buttons: 1, expand: false });
  return {
    text: titleOf(t, reader, 'group'),
    detail: statusOf(t, directory, reader, person.id),
    ...(action === null ? {} : { action }),
    ...(next === undefined || next.placement === 'menu' ? {} : { also: { ...next, style: 'default' as const } }),
  };
}

function queuesOf({ queues, directory }: HomeCardInput, reader: Reader): readonly Block[] {
  switch (queues.of) {
    case 'nobody':
      return [{ type: 'note', text: text(reader, 'home.no_team', null) }];
    case 'all':
      return overview(queues, directory, reader);
    case 'teams': {
      const name = (team: string): string => teamName(directory, team);
      const empty = queues.teams.filter(({ total }) => total === 0).map(({ team }) => name(team));
      return [
        ...queues.teams
          .filter(({ total }) => total > 0)
          .flatMap((queue) => [
            heading(text(reader, 'home.queue', { team: name(queue.team), count: queue.total })),
            ...rows(queue.tickets.map((t) => rowOf(t, directory, reader))),
            ...more(queue, reader),
          ]),
        ...(empty.length === 0
          ? []
          : [{ type: 'note', text: text(reader, 'home.queue_none', { teams: empty }) } as const]),
      ];
    }
  }
}

function overview(
  { teams, total }: Extract<HomeQueues, { of: 'all' }>,
  directory: Directory,
  reader: Reader,
): readonly Block[] {
  const first = heading(text(reader, 'home.overview', null));
  if (teams.length === 0) return [first, { type: 'note', text: text(reader, 'home.overview_none', null) }];
  const items = teams.map((queue): ListItem => ({
    text: text(reader, 'home.queue', { team: teamName(directory, queue.team), count: queue.total }),
    ...(queue.oldest === null ? {} : { detail: text(reader, 'home.oldest', { at: queue.oldest }) }),
    action: button('list', { scope: `team:${queue.team}` }, reader),
  }));
  const shown = teams.length;
  return [
    first,
    ...rows(items),
    ...(total > shown ? [{ type: 'note', text: text(reader, 'home.overview_more', { shown, total }) } as const] : []),
  ];
}

/** Duty, the next ticket, the list and help. Whoever is not on duty goes on duty first; who is and has something waiting takes it. */
function actionsFor({ duty, queues }: HomeCardInput, reader: Reader): readonly Action[] {
  const change = button(duty.state === 'on' ? 'off' : 'on', {}, reader);
  const next = queues.of === 'nobody' ? [] : [button('next', {}, reader)];
  const rest = [button('list', {}, reader), button('help', {}, reader)];
  if (duty.state !== 'on') return [primary(change), ...next, ...rest];
  return [...next.map((a) => (waitingIn(queues) > 0 ? primary(a) : a)), change, ...rest];
}

const primary = (action: Action): Action => ({ ...action, style: 'primary' });

function button(command: string, args: Readonly<Record<string, string>>, reader: Reader): Action {
  const invoke = { command, args };
  return {
    label: verbLabel(command, reader),
    style: 'default',
    placement: 'button',
    invoke,
    typed: typedOf(invoke, reader.locale),
  };
}
