import { maySee } from '../src/domain/permission.ts';
import type { TicketRef } from '../src/domain/ticket.ts';
import type { Command, CommandContext, Outcome } from './command.ts';
import { ticketNumber } from './parse.ts';
import { theTicket } from './subject.ts';

/** Most tickets that are named at once. */
const MOST_NAMED = 60;

export const group: Command = {
  name: 'group',
  zh: '归为问题',
  initials: 'gwwt',
  aliases: ['同一问题'],
  summary: 'command.summary_group',
  subject: 'ticket',
  params: [{ name: 'tickets', type: 'rest', required: false, label: 'problem.cases', max: 500 }],
  permission: 'member',
  run: async (args, context) => {
    const no = theTicket(context).number;
    const words = (args['tickets'] ?? '').split(/[\s,，;；、]+/u).filter((word) => word !== '');
    const out = words.some((word) => MINUS.test(word));
    const numbers = [...new Set(words.map((word) => ticketNumber(word.replace(MINUS, ''))))];
    const wrong = words.find((word) => ticketNumber(word.replace(MINUS, '')) === null || MINUS.test(word) !== out);
    if (wrong !== undefined || numbers.length > MOST_NAMED)
      return {
        kind: 'refused',
        refusal: { code: 'unknown_value', what: 'ticket', given: wrong ?? `${numbers.length}`, possible: [] },
      };
    const others = numbers.flatMap((n) => (n === null || n === no ? [] : [n]));
    const named = await refsOf(others, context);
    if ('kind' in named) return named;
    const params = { no, out };
    return {
      kind: 'intent',
      intent: { type: out ? 'ungroup' : 'group', tickets: named },
      done: { key: 'problem.done', params: { ...params, numbers: named.map((ref) => ref.number) } },
      already: { key: 'problem.already', params },
    };
  },
};

const MINUS = /^[-−－]/u;

/** The tickets of these numbers; refused is what the speaker may not see, for to them it is not there. */
async function refsOf(
  numbers: readonly number[],
  { tickets, speaker }: CommandContext,
): Promise<readonly TicketRef[] | Outcome> {
  const found: TicketRef[] = [];
  for (const number of numbers) {
    const ticket = await tickets.byNumber(number);
    if (ticket === null || !maySee(speaker, ticket))
      return { kind: 'refused', refusal: { code: 'not_found', no: `T-${number}` } };
    found.push({ ticket: ticket._id, number });
  }
  return found;
}
