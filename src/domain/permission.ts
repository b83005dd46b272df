import { programName, type Actor } from './actor.ts';
import type { Directory, Person } from './directory.ts';
import type { Refusal } from './refusal.ts';
import type { Ticket } from './ticket.ts';

/** The rights a verb can ask for on one ticket, weakest first: of its team, who works on it or a lead, a lead. */
export type Right = 'member' | 'assignee' | 'lead';

const above = (p: Person): boolean => p.roles.includes('manager') || p.roles.includes('admin');

/** What decides who may see a ticket. */
type Seeable = Pick<Ticket, 'team' | 'shop'> & Partial<Pick<Ticket, 'offer'>>;

/** Whether the person may see this ticket at all: its team or above, or whom it is offered to, and its shop. */
export function maySee(person: Person, ticket: Seeable): boolean {
  if (person.shops.length > 0 && !person.shops.includes(ticket.shop)) return false;
  if (ticket.offer?.to === person.id) return true;
  return above(person) || person.teams.includes(ticket.team);
}

/** The teams whose tickets the person may see; null: every team's. */
export const visibleTeams = (person: Person): readonly string[] | null => (above(person) ? null : person.teams);

function holds(person: Person, right: Right, ticket: Pick<Ticket, 'team' | 'shop' | 'assignee'>): boolean {
  if (!maySee(person, ticket)) return false;
  switch (right) {
    case 'member':
      return true;
    case 'assignee':
      return ticket.assignee === person.id || leads(person, ticket.team);
    case 'lead':
      return leads(person, ticket.team);
  }
}

/** Whether the person leads this team. */
export function leads(person: Person, team: string): boolean {
  return above(person) || (person.roles.includes('lead') && person.teams.includes(team));
}

const assigneeName = ({ assignee }: Pick<Ticket, 'assignee'>, { people }: Directory): string | null =>
  assignee === null ? null : (people.get(assignee)?.name ?? assignee);

/** Null when the actor has the right; rights come from the directory's person, never from what a card or token says. */
export function lacking(actor: Actor, right: Right, ticket: Ticket, directory: Directory): Refusal | null {
  const who = assigneeName(ticket, directory);
  // A part of ours does what was decided before; another program has an agent's rights, whichever team's.
  if (actor.kind === 'system')
    return programName(actor.name) === null || right === 'member'
      ? null
      : { code: 'not_allowed', no: ticket.number, needs: right, who };
  const person = actor.kind === 'person' ? directory.people.get(actor.id) : undefined;
  if (person === undefined) return { code: 'not_allowed', no: ticket.number, needs: 'member', who: null };
  if (holds(person, right, ticket)) return null;
  if (!maySee(person, ticket)) return { code: 'not_allowed', no: ticket.number, needs: 'member', who: null };
  return { code: 'not_allowed', no: ticket.number, needs: right, who };
}

/** Whether there is anybody at all who has the right on this ticket: what nobody may do is not offered. */
export const somebodyMay = (
  right: Right,
  ticket: Pick<Ticket, 'team' | 'shop' | 'assignee'>,
  directory: Directory,
): boolean => {
  for (const person of directory.people.values()) if (holds(person, right, ticket)) return true;
  return false;
};
