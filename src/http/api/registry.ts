import { createTicket } from './create-ticket.ts';
import type { Endpoint } from './endpoint.ts';
import { getTicket } from './get-ticket.ts';
import { listTickets } from './list-tickets.ts';
import type { ApiVerb } from './ports.ts';
import { runCommand } from './run-command.ts';
import { ticketHistory } from './ticket-history.ts';
import { ticketMessages } from './ticket-messages.ts';

/** Every endpoint of the API, where these verbs can be called. */
export const endpoints = (verbs: readonly ApiVerb[]): readonly Endpoint[] => [
  createTicket,
  listTickets,
  getTicket,
  ticketHistory,
  ticketMessages,
  runCommand(verbs),
];
