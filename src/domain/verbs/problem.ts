import type { Decision, Facts } from '../decision.ts';
import type { NewEffect } from '../effect.ts';
import type { Intent } from '../intent.ts';
import { lacking } from '../permission.ts';
import type { Ticket, TicketRef } from '../ticket.ts';
import { accept, already, refuse } from './shared.ts';
import { refOf } from './split.ts';

/** Most tickets that are cases of one problem. */
export const MAX_CASES = 300;

type Of<T extends Intent['type']> = Extract<Intent, { type: T }>;

const telling = (
  tickets: readonly TicketRef[],
  type: 'link' | 'unlink',
  problem: TicketRef,
  { actor }: Facts,
): readonly NewEffect[] =>
  tickets.map(({ ticket }) => ({ kind: 'tell', ticket, by: actor, intent: { type, problem } }));

/** Many tickets are one matter: this one stands for it, and the others are told that they are cases of it. */
export function group(t: Ticket, { tickets }: Of<'group'>, facts: Facts): Decision {
  const missing = lacking(facts.actor, 'member', t, facts.directory);
  if (missing !== null) return refuse(missing);
  if (t.problem !== undefined && t.problem !== null)
    return refuse({ code: 'problem_case', no: t.number, of: t.problem.number });
  const known = new Set([t._id, ...(t.cases ?? []).map(({ ticket }) => ticket)]);
  const fresh = [...new Map(tickets.map((ref) => [ref.ticket, ref])).values()].filter((ref) => !known.has(ref.ticket));
  if (fresh.length === 0 && t.cases !== undefined) return already;
  if ((t.cases ?? []).length + fresh.length > MAX_CASES)
    return refuse({ code: 'problem_full', no: t.number, max: MAX_CASES });
  return accept([{ type: 'grouped', tickets: fresh }], telling(fresh, 'link', refOf(t), facts));
}

/** They are none of its cases. */
export function ungroup(t: Ticket, { tickets }: Of<'ungroup'>, facts: Facts): Decision {
  const missing = facts.actor.kind === 'person' ? lacking(facts.actor, 'member', t, facts.directory) : null;
  if (missing !== null) return refuse(missing);
  const named = new Set(tickets.map(({ ticket }) => ticket));
  const gone = (t.cases ?? []).filter(({ ticket }) => named.has(ticket));
  if (gone.length === 0) return already;
  return accept([{ type: 'ungrouped', tickets: gone }], telling(gone, 'unlink', refOf(t), facts));
}

/** It is a case of a problem; of one alone, so the one before is told. */
export function link(t: Ticket, { problem }: Of<'link'>, facts: Facts): Decision {
  const { problem: before = null } = t;
  if (before?.ticket === problem.ticket) return already;
  const leaves: readonly NewEffect[] =
    before === null
      ? []
      : [{ kind: 'tell', ticket: before.ticket, by: facts.actor, intent: { type: 'ungroup', tickets: [refOf(t)] } }];
  return accept([{ type: 'linked', problem }], leaves);
}

/** It is no case of this problem any more; of another one it stays. */
export const unlink = (t: Ticket, { problem }: Of<'unlink'>, _facts: Facts): Decision =>
  t.problem?.ticket === problem.ticket ? accept([{ type: 'unlinked', problem }]) : already;
