import { ticketName } from '../domain/ticket.ts';
import type { Tally } from '../domain/tally.ts';

type Cell = string | number | boolean | Date | null;

const between = (from: Date, to: Date | null): number | null => (to === null ? null : to.getTime() - from.getTime());

/** What a file tells of each ticket: nothing that a customer wrote. Lengths are milliseconds, `_working_` without nights and pauses. */
const COLUMNS: Readonly<Record<string, (t: Tally) => Cell>> = {
  ticket: ticketName,
  status: (t) => t.status,
  team: (t) => t.team,
  shop: (t) => t.shop,
  category: (t) => t.category,
  source: (t) => t.source,
  priority: (t) => t.priority,
  assignee: (t) => t.assignee,
  resolver: (t) => t.resolver,
  opened_at: (t) => t.openedAt,
  responded_at: (t) => t.respondedAt,
  resolved_at: (t) => t.resolvedAt,
  closed_at: (t) => t.closedAt,
  first_response_working_ms: (t) => t.firstMs,
  first_response_ms: (t) => between(t.openedAt, t.respondedAt),
  resolution_working_ms: (t) => t.resolveMs,
  resolution_ms: (t) => between(t.openedAt, t.resolvedAt),
  missed: (t) => [...new Set(t.misses.map(({ clock }) => clock))].join(' '),
  overdue_since: (t) => t.overdue,
  reopened: (t) => t.reopens.length,
  passes: (t) => t.passes,
  nudges: (t) => t.nudges,
  merged: (t) => t.merged,
  region: (t) => t.region,
};

const EXCEL_READS_UTF8 = '\uFEFF';
/** Programs for tables run what begins like this. */
const FORMULA = /^[=+\-@\t\r]/;

function written(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const line = (cells: readonly Cell[]): string => `${cells.map(written).join(',')}\r\n`;

/** Tickets as a table (RFC 4180, UTF-8 with a byte order mark), piece by piece. */
export async function* csvOf(tickets: AsyncIterable<Tally>): AsyncGenerator<string, void, undefined> {
  yield EXCEL_READS_UTF8 + line(Object.keys(COLUMNS));
  for await (const ticket of tickets) yield line(Object.values(COLUMNS).map((read) => read(ticket)));
}

/** Tickets as a JSON object per line. */
export async function* jsonlOf(tickets: AsyncIterable<Tally>): AsyncGenerator<string, void, undefined> {
  for await (const ticket of tickets) {
    const cells = Object.entries(COLUMNS).map(([name, read]) => [name, read(ticket)] as const);
    yield `${JSON.stringify(Object.fromEntries(cells))}\n`;
  }
}
