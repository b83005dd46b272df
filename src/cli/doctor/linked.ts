import type { Address } from '../../domain/address.ts';
import type { Directory, Team } from '../../domain/directory.ts';

/** A conversation that shows a team's tickets. */
export interface Linked {
  readonly address: Address;
  readonly team: Team;
}

/** Every conversation of a platform that is linked to a team, by the file or in chat. */
export const linkedOn = (platform: string, { teams }: Pick<Directory, 'teams'>): readonly Linked[] =>
  [...teams.values()].flatMap((team) =>
    team.groups.filter((address) => address.platform === platform).map((address) => ({ address, team })),
  );
