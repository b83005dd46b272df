import type { Decision, Facts } from '../decision.ts';
import type { Person } from '../directory.ts';
import { membersOnDuty } from '../duty.ts';
import type { NewEffect } from '../effect.ts';
import type { Change } from '../event.ts';
import type { Intent } from '../intent.ts';
import { lacking, leads, maySee } from '../permission.ts';
import { OPEN } from '../status.ts';
import type { Offer, Ticket } from '../ticket.ts';
import { asBefore } from './cover.ts';
import { assign, nameOf } from './hands.ts';
import { accept, already, before, next, refuse, wrongStatus } from './shared.ts';

/** Most colleagues that a refusal names as being on duty. */
const NAMED = 5;

/** Passes a ticket on, with a note: to another team's queue at its age, or as an offer to a person. */
export function transfer(t: Ticket, intent: Extract<Intent, { type: 'transfer' }>, facts: Facts): Decision {
  // What nobody has claimed any member may send to the right team; what somebody works on is theirs to pass on.
  const missing = lacking(facts.actor, t.assignee === null ? 'member' : 'assignee', t, facts.directory);
  if (missing !== null) return refuse(missing);
  if (intent.note === null || intent.note.trim() === '') return refuse({ code: 'note_required' });
  const { note, words } = intent;
  if (intent.person !== null) return offer(t, intent.person, { note, words }, facts);
  const team = intent.team === null ? undefined : facts.directory.teams.get(intent.team);
  if (team === undefined) return refuse({ code: 'unknown_team', name: intent.team ?? '' });
  if (t.team === team.id && t.assignee === null && t.offer === null) return already;
  const to = next(t, 'transfer_team');
  if (to === null) return wrongStatus(t, 'transfer');
  return accept([{ type: 'transferred', team: team.id, note, to, before: before(t) }], passed(t, facts));
}

/** Offers a ticket: whoever has it stays responsible until it is taken. */
function offer(t: Ticket, to: string, said: { note: string; words: string }, facts: Facts): Decision {
  const { actor, directory, now } = facts;
  const person = directory.people.get(to);
  if (person === undefined) return refuse({ code: 'unknown_person', name: to });
  if (actor.kind !== 'person') return wrongStatus(t, 'transfer');
  if (t.assignee === person.id && t.offer === null && OPEN.has(t.status)) return already;
  if (person.id === actor.id) return assign(t, { type: 'assign', person: to, seen: t.assignee }, facts);
  const status = next(t, 'offer');
  if (status === null) return wrongStatus(t, 'transfer');
  if (t.offer?.to === person.id) return already;
  if (t.offer !== null && t.offer.by !== actor.id && !leadsHere(t, facts)) return refuse(offered(t, t.offer, facts));
  const team = maySee(person, { team: t.team, shop: t.shop }) ? t.team : person.teams[0];
  const mayShop = person.shops.length === 0 || person.shops.includes(t.shop);
  if (team === undefined || !mayShop) return refuse({ code: 'not_in_team', name: person.name, no: t.number });
  if (!facts.onDuty(person.id)) return refuse(offDuty(person, team, facts));
  const until = new Date(now.getTime() + t.policy.offerMs);
  const change: Change = {
    type: 'offered',
    person: person.id,
    by: actor.id,
    team,
    ...said,
    until,
    to: status,
    before: t.offer === null ? before(t) : { ...before(t), ...asBefore(t, 'offered', fallback(t)) },
  };
  const since = t.history.seq + 1;
  return accept([change], [draw('offer', person.id, since), ...passed(t, facts)]);
}

/** Where a ticket falls back to when nobody takes it. */
const fallback = (t: Ticket): 'in_progress' | 'new' => (t.assignee === null ? 'new' : 'in_progress');

const draw = (card: 'offer' | 'alert', person: string, since: number): NewEffect => ({
  kind: 'draw',
  places: [{ card, person, since }],
});

/** The pass that is one too many is told to the leads. */
function passed(t: Ticket, { directory, actor }: Facts): readonly NewEffect[] {
  if (t.passes + 1 !== t.policy.passes) return [];
  const told = [...directory.people.values()].filter(
    (p) => p.roles.includes('lead') && p.teams.includes(t.team) && !(actor.kind === 'person' && actor.id === p.id),
  );
  return told.map((p) => draw('alert', p.id, t.history.seq + 1));
}

const leadsHere = (t: Ticket, { actor, directory }: Facts): boolean => {
  const person = actor.kind === 'person' ? directory.people.get(actor.id) : undefined;
  return person !== undefined && leads(person, t.team);
};

const offered = (t: Ticket, to: Offer, facts: Facts) =>
  ({ code: 'offered', no: t.number, to: nameOf(facts, to.to), until: to.until }) as const;

function offDuty(person: Person, team: string, facts: Facts) {
  const standing = facts.standing(person.id);
  const { actor } = facts;
  const on = membersOnDuty(team, facts.directory, facts.onDuty)
    .filter((p) => !(actor.kind === 'person' && p.id === actor.id))
    .slice(0, NAMED)
    .map((p) => p.name);
  return { code: 'off_duty', name: person.name, until: standing.state === 'away' ? standing.until : null, on } as const;
}

/**
 * What claiming means on a ticket that is offered to somebody: they take it, who offered it takes it back, a lead may claim it, everybody
 * else reads whom it waits for. Null: claim as usual.
 */
export function claimOffered(t: Ticket, to: Offer, by: string, facts: Facts): Decision | null {
  if (to.to === by) return accept([taken(t, by, facts)]);
  if (t.assignee === by) return accept([ended(t, 'retracted', to)]);
  return leadsHere(t, facts) ? null : refuse(offered(t, to, facts));
}

/** Somebody takes what was offered to them; a ticket of another team comes along to theirs. */
export function taken(t: Ticket, by: string, { directory }: Facts): Change {
  const person = directory.people.get(by);
  const stays = person === undefined || maySee(person, { team: t.team, shop: t.shop });
  const team = stays ? t.team : (person.teams[0] ?? t.team);
  return { type: 'taken', person: by, team, to: next(t, 'claim') ?? 'in_progress', before: before(t) };
}

/** An offer that nobody took: the ticket is where it was, with whoever had it. */
export const ended = (t: Ticket, type: 'declined' | 'lapsed' | 'retracted', to: Offer): Change => ({
  type,
  person: to.to,
  restored: asBefore(t, 'offered', fallback(t)),
});

/** Says no to an offer. */
export function decline(t: Ticket, _intent: Extract<Intent, { type: 'decline' }>, facts: Facts): Decision {
  const { offer: to } = t;
  if (to === null || facts.actor.kind !== 'person' || to.to !== facts.actor.id)
    return refuse({ code: 'not_offered', no: t.number });
  return accept([ended(t, 'declined', to)], [draw('alert', to.by, t.history.seq + 1)]);
}

/** Nobody took it in time: it comes back, and both read so. */
export const lapse = (t: Ticket, to: Offer): Decision =>
  accept([ended(t, 'lapsed', to)], [draw('alert', to.by, t.history.seq + 1)]);
