import type { CSSProperties } from 'react';
import { appName, duration, moment } from './figures.ts';
import type { Machine } from './model.ts';
import { useWords } from './words.tsx';

type AppNow = Machine['apps'][number];
type Budget = AppNow['budgets'][number];
type Room = AppNow['rooms'][number];
type Board = Room['boards'][number];
type Surge = Machine['surge'];

/** One installation on one platform: how it does, the groups in which tickets queue, and what is left of its limits. */
export function MachineApp({ app, surge }: { readonly app: AppNow; readonly surge: Surge }) {
  const words = useWords();
  const { sends, downSince, waiting, oldestMs, dead, lagMs, budgets, rooms } = app;
  const number = (n: number): string => n.toLocaleString(words.locale);
  return (
    <section className="panel app">
      <h2 className="line">
        <span className="name grow">{appName(app.app)}</span>
        <span className="state" data-tone={downSince === null ? 'green' : 'red'}>
          {downSince === null ? words.say('machine_up') : words.say('machine_down', { at: moment(downSince, words) })}
        </span>
      </h2>
      <div className="facts">
        <span>{words.say(sends ? 'machine_sends' : 'machine_else')}</span>
        <span>
          {oldestMs === null
            ? words.say('machine_waits', { n: number(waiting) })
            : words.say('machine_waits_for', { n: number(waiting), for: duration(oldestMs, words) })}
        </span>
        <span>{words.say('machine_deads', { n: number(dead) })}</span>
        <span>
          {lagMs === null ? words.say('machine_no_lag') : words.say('machine_lag', { for: duration(lagMs, words) })}
        </span>
      </div>
      <h3>{words.say('machine_groups')}</h3>
      {rooms.length === 0 && <p className="quiet">{words.say('machine_no_groups')}</p>}
      <ul className="cards">
        {rooms.map((room) => (
          <RoomCard key={room.conversation} room={room} surge={surge} />
        ))}
      </ul>
      <h3>{words.say('machine_budgets')}</h3>
      {budgets.length === 0 && <p className="quiet">{words.say('machine_no_budgets')}</p>}
      <ul className="cards">
        {inOrder(budgets, rooms).map((budget) => (
          <BudgetCard key={`${budget.name} ${budget.group?.conversation ?? ''}`} budget={budget} />
        ))}
      </ul>
    </section>
  );
}

/** The whole bot's, then each group's below the group: their order stays, whatever is used most. */
function inOrder(budgets: readonly Budget[], rooms: readonly Room[]): readonly Budget[] {
  const place = ({ group }: Budget): number =>
    group === null ? -1 : rooms.findIndex(({ conversation }) => conversation === group.conversation);
  return budgets.toSorted((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
}

function RoomCard({ room, surge }: { readonly room: Room; readonly surge: Surge }) {
  const words = useWords();
  const { name, conversation, surgeSince, waiting, oldest, boards } = room;
  const count = Math.max(surge.boards, ...boards.map((board) => board.number));
  const all = Array.from({ length: count }, (_, i): Board => {
    const none: Board = { number: i + 1, rows: 0, state: 'none', shownAt: null };
    return boards.find((board) => board.number === i + 1) ?? none;
  });
  return (
    <li className="room">
      <div className="line">
        <span className="grow cut">
          <span className="name">{name}</span> <span className="quiet">{conversation}</span>
        </span>
        <span className="state" data-tone={surgeSince === null ? 'grey' : 'amber'}>
          {surgeSince === null
            ? words.say('machine_calm')
            : words.say('machine_surge', { at: moment(surgeSince, words) })}
        </span>
      </div>
      <div className="line">
        <span>{words.say('machine_list')}</span>
        <strong className="length">{waiting.toLocaleString(words.locale)}</strong>
        <span className="quiet grow cut">
          {oldest === null
            ? words.say('machine_none')
            : words.say('machine_since', { at: moment(oldest, words, true) })}
        </span>
      </div>
      <ul className="boards">
        {all.map((board) => (
          <BoardRow key={board.number} board={board} most={surge.rows} />
        ))}
      </ul>
    </li>
  );
}

function BoardRow({ board, most }: { readonly board: Board; readonly most: number }) {
  const words = useWords();
  const { number, rows, state, shownAt } = board;
  const note =
    state === 'live' && shownAt !== null
      ? words.say('machine_live', { at: moment(shownAt, words, true) })
      : words.say(state === 'reserved' ? 'machine_reserved' : 'machine_hidden');
  return (
    <li className="board">
      <span>{words.say('machine_board', { n: number })}</span>
      <span className="dots" aria-hidden="true">
        {Array.from({ length: most }, (_, i) => (
          <i key={i} className={i < rows ? 'on' : ''} />
        ))}
      </span>
      <span>
        {rows} / {most}
      </span>
      <span className="board-note quiet small">{note}</span>
    </li>
  );
}

function BudgetCard({ budget }: { readonly budget: Budget }) {
  const words = useWords();
  const { name, group, used, count, windowMs, reserve } = budget;
  const kept = reserve === undefined ? 0 : reserve.urgent + reserve.redraw;
  const free = count - kept;
  const [tone, state] =
    used >= count
      ? (['red', 'full'] as const)
      : used >= free
        ? (['amber', 'tight'] as const)
        : (['blue', 'free'] as const);
  const number = (n: number): string => n.toLocaleString(words.locale);
  const shares = { '--used': Math.min(1, used / count), '--free': free / count };
  return (
    <li className="budget">
      <div className="line">
        <span className="grow cut">
          <span className="name">{group?.name ?? words.say('machine_whole')}</span>{' '}
          <span className="quiet">{name}</span>
        </span>
        <span className="state" data-tone={tone}>
          {words.say(`machine_${state}`)}
        </span>
      </div>
      <div className={kept === 0 ? 'bar whole' : 'bar'} data-tone={tone} style={shares as CSSProperties}>
        <i />
      </div>
      <div className="line small">
        <span className="grow">
          {number(used)} / {number(count)} {words.say('machine_window', { for: duration(windowMs, words) })}
        </span>
        <span className="quiet">{kept > 0 && words.say('machine_reserve', { n: number(kept) })}</span>
      </div>
    </li>
  );
}
