import type { CommandContext } from './command.ts';
import type { Ticket } from '../src/domain/ticket.ts';

/** The ticket a command is about. @throws Error when there is none, which `execute` rules out. */
export function theTicket(context: CommandContext): Ticket {
  if (context.ticket === null) throw new Error('this command needs a ticket');
  return context.ticket;
}
