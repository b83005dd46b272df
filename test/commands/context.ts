import type { CommandContext, Outcome, TicketFilter, TicketRow } from '../../commands/command.ts';
import type { Person } from '../../src/domain/directory.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { commandBy } from '../../commands/registry.ts';
import { execute } from '../../commands/execute.ts';
import { parse } from '../../commands/parse.ts';
import type { Command } from '../../commands/command.ts';
import { aDirectory, aTicket, NOW } from '../support/tickets.ts';

/** Tickets in memory, with the filters that were asked for. */
export function reads(tickets: readonly Ticket[]) {
  const asked: TicketFilter[] = [];
  const matching = (f: TicketFilter): TicketRow[] =>
    tickets
      .filter(
        (t) =>
          (f.status?.includes(t.status) ?? true) &&
          (f.team?.includes(t.team) ?? true) &&
          (f.shop?.includes(t.shop) ?? true) &&
          (f.assignee === undefined || f.assignee === t.assignee),
      )
      .toSorted((a, b) => (f.order === 'oldest' ? a.number - b.number : b.number - a.number));
  return {
    asked,
    byNumber: async (number: number) => tickets.find((t) => t.number === number) ?? null,
    list: async (f: TicketFilter, limit: number) => {
      asked.push(f);
      return matching(f).slice(0, limit);
    },
    count: async (f: TicketFilter) => matching(f).length,
  };
}

export function aPersonOf(id: string): Person {
  const found = aDirectory().people.get(id);
  if (found === undefined) throw new Error(`no ${id} in the fixture`);
  return found;
}

/** What 李雷 has when he speaks in the after-sales group about T-4821. */
export function aContext(more: Partial<CommandContext> = {}): CommandContext {
  return {
    speaker: aPersonOf('lilei'),
    directory: aDirectory(),
    now: NOW,
    conversation: { platform: 'sandbox', app: 'demo', conversation: 'group:aftersales' },
    ticket: aTicket(),
    tickets: reads([aTicket({ _id: 'ticket-4790', number: 4790 })]),
    from: 'text',
    cause: 'cause-1',
    draft: () => Promise.resolve(null),
    attachments: [],
    ...more,
  };
}

export function aCommand(name: string): Command {
  const found = commandBy(name);
  if (found === null) throw new Error(`no command ${name}`);
  return found;
}

/** Types a line and runs what it means. */
export async function typed(line: string, more: Partial<CommandContext> = {}): Promise<Outcome> {
  const parsed = parse(line);
  if (parsed.kind !== 'command') throw new Error(`"${line}" is no command but ${JSON.stringify(parsed)}`);
  return execute(parsed.command, { from: 'text', line: parsed.line }, aContext(more));
}

export async function intended(line: string, more: Partial<CommandContext> = {}) {
  const outcome = await typed(line, more);
  if (outcome.kind !== 'intent') throw new Error(`"${line}" gave ${JSON.stringify(outcome)}`);
  return outcome;
}

export async function refused(line: string, more: Partial<CommandContext> = {}) {
  const outcome = await typed(line, more);
  if (outcome.kind !== 'refused') throw new Error(`"${line}" gave ${JSON.stringify(outcome)}`);
  return outcome.refusal;
}
