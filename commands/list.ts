import { bestFirst } from '../src/domain/routing.ts';
import { OPEN, STATUSES, type Status } from '../src/domain/status.ts';
import { visibleTeams } from '../src/domain/permission.ts';
import type { Sentence } from '../src/text/text.ts';
import type { Command, CommandContext, Outcome, TicketFilter } from './command.ts';

/** Rows of one list. */
const LIMIT = 10;
const UNCLAIMED: readonly Status[] = ['new', 'offered'];
const CLAIMED = STATUSES.filter((s) => OPEN.has(s) && !UNCLAIMED.includes(s));

export const list: Command = {
  name: 'list',
  zh: '列表',
  initials: 'lb',
  aliases: ['队列', 'ls', 'queue'],
  summary: 'command.summary_list',
  subject: 'none',
  params: [{ name: 'scope', type: 'scope', required: false, label: 'command.label_scope' }],
  permission: 'member',
  run: async (args, context) => {
    const scope = args['scope'] ?? '';
    const { speaker, directory } = context;
    const shops = speaker.shops.length === 0 ? {} : { shop: speaker.shops };
    const of = scope.slice(scope.indexOf(':') + 1);
    if (scope === 'mine')
      return rows(context, { key: 'command.list_mine', params: null }, [
        { ...shops, status: [...OPEN], assignee: speaker.id, order: 'oldest' },
      ]);
    const status = scope.startsWith('status:') ? STATUSES.find((s) => s === of) : undefined;
    const teams = scope.startsWith('team:') ? [of] : speaker.teams;
    // Who belongs to no team sees all of them or, below a manager, none.
    const all = teams.length === 0 && visibleTeams(speaker) === null;
    const within = all ? shops : { ...shops, team: teams };
    if (status !== undefined)
      return rows(context, { key: 'command.list_status', params: { status } }, [
        { ...within, status: [status], order: OPEN.has(status) ? 'oldest' : 'newest' },
      ]);
    const names = teams.map((t) => directory.teams.get(t)?.name ?? t);
    return rows(context, { key: 'command.list_open', params: { teams: names } }, [
      { ...within, status: UNCLAIMED, order: 'oldest' },
      { ...within, status: CLAIMED, order: 'oldest' },
    ]);
  },
};

/** The first rows of these filters, one after the other, with how many there are in all. */
async function rows(context: CommandContext, title: Sentence, filters: readonly TicketFilter[]): Promise<Outcome> {
  const found = await Promise.all(filters.map((f) => context.tickets.list(f, LIMIT)));
  const counts = await Promise.all(filters.map((f) => context.tickets.count(f)));
  const tickets = found.flatMap((some) => bestFirst(some, context.speaker.id)).slice(0, LIMIT);
  const total = counts.reduce((a, b) => a + b, 0);
  if (tickets.length > 0) return { kind: 'answer', answer: { view: { view: 'list', title, tickets, total } } };
  const mine = title.key === 'command.list_mine';
  return { kind: 'answer', answer: { sentence: { key: 'command.list_none', params: { mine } } } };
}
