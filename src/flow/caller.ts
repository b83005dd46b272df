import type { InboundEvent } from '../../adapters/adapter.ts';
import type { Actor } from '../domain/actor.ts';
import type { Person } from '../domain/directory.ts';
import { accountOf, personOf } from './account.ts';
import type { Parts } from './parts.ts';

/** The platform of what comes through the REST API; the app is the key's name. */
export const API = 'api';
/** The platform of what comes by webhook; the app is the source. */
export const HOOK = 'hook';

/** What a program is called as an actor: `api:erp`, `hook:shop`. */
export const programOf = ({ platform, app }: Pick<InboundEvent, 'platform' | 'app'>): string => `${platform}:${app}`;

const isProgram = ({ platform }: Pick<InboundEvent, 'platform'>): boolean => platform === API || platform === HOOK;

/**
 * Who speaks: the person an account stands for. Through the API the sender is a person's id, or the program itself: one without roles
 * above an agent's, for the shops of its key. Whom a key may speak for was checked when it came in.
 */
export async function speakerOf(
  parts: Pick<Parts, 'directory' | 'store'>,
  event: Pick<InboundEvent, 'platform' | 'app' | 'sender'>,
): Promise<Person | null> {
  if (!isProgram(event)) return personOf(parts, accountOf(event));
  const { people, teams } = parts.directory();
  if (event.sender.id !== programOf(event)) return people.get(event.sender.id) ?? null;
  const key = event.platform === API ? await parts.store.apiKeys.named(event.app) : null;
  const [team] = teams.values();
  if (key === null || key.revokedAt !== null || team === undefined) return null;
  return {
    id: programOf(event),
    name: key.name,
    outwardName: key.name,
    roles: ['agent'],
    teams: [...teams.keys()],
    shops: key.shops,
    locale: team.locale,
    timeZone: team.timeZone,
    shift: null,
    direct: [],
    outside: [],
  };
}

/** Who a change is written down to: a person, with the program they used, or the program itself. */
export async function actorOf(
  parts: Pick<Parts, 'directory' | 'store'>,
  event: Pick<InboundEvent, 'platform' | 'app' | 'sender'>,
  speaker?: Person,
): Promise<Actor> {
  const program = isProgram(event) ? programOf(event) : null;
  if (event.sender.id === program) return { kind: 'system', name: program };
  const person = speaker ?? (await speakerOf(parts, event));
  if (person === null) throw new Error('nobody the directory knows');
  return { kind: 'person', id: person.id, name: person.name, ...(program !== null && { via: program }) };
}
