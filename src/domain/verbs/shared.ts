import type { Decision } from '../decision.ts';
import type { NewEffect } from '../effect.ts';
import type { Before, Change } from '../event.ts';
import type { Refusal } from '../refusal.ts';
import { TRANSITIONS, type Move, type Status } from '../status.ts';
import type { Ticket } from '../ticket.ts';

export const accept = (changes: readonly Change[], effects: readonly NewEffect[] = []): Decision => ({
  accepted: true,
  already: false,
  changes,
  effects,
});

/** It is so already: accepted, and nothing changes. */
export const already: Decision = { accepted: true, already: true, changes: [], effects: [] };

export const refuse = (refusal: Refusal): Decision => ({ accepted: false, refusal });

/** The status a move leads to, or null when the table does not know it. */
export const next = (t: Ticket, move: Move): Status | null => TRANSITIONS[t.status][move] ?? null;

export const wrongStatus = (t: Ticket, verb: string): Decision =>
  refuse({ code: 'wrong_status', no: t.number, verb, status: t.status });

/** The fields that any undoable verb may touch, as they stand. */
export const before = (t: Ticket): Before => ({
  status: t.status,
  assignee: t.assignee,
  owner: t.owner,
  ownerBack: t.ownerBack,
  offer: t.offer,
  passes: t.passes,
  avoid: t.avoid,
  team: t.team,
  disposition: t.disposition,
  wait: t.wait,
  clocks: t.clocks,
  until: t.until,
  claimedAt: t.claimedAt,
  resolvedAt: t.resolvedAt,
  closedAt: t.closedAt,
  news: t.news,
});

/** How a ticket stood before an event, as the event says. Those from before promises were clocks know only when the state ended by itself. */
export function wasBefore(event: { readonly data: Readonly<Record<string, unknown>> }): Before {
  const { due, nextDueAt, dueToken: _token, ...was } = (event.data['before'] ?? {}) as Before & Old;
  return due === undefined ? was : { ...was, until: nextDueAt ?? null };
}
interface Old {
  readonly due?: unknown;
  readonly nextDueAt?: Date | null;
  readonly dueToken?: unknown;
}

/** Where the customer can be written to. */
export const customerAddress = (t: Ticket) => t.links.find((l) => l.role === 'customer')?.address ?? null;
