import type { Directory, Team } from './directory.ts';

/** What routing may look at. */
export interface Routable {
  readonly category: string | null;
  readonly shop: string;
}

const serves = (team: Team, t: Routable): boolean => {
  const level = t.category?.split('.')[0];
  const byShop = team.shops.length === 0 || team.shops.includes(t.shop);
  const byCategory =
    team.categories.length === 0 ||
    (t.category !== null &&
      (team.categories.includes(t.category) || (level !== undefined && team.categories.includes(level))));
  return byShop && byCategory;
};

/** In which order waiting tickets are offered to somebody: what they put back comes after everything else. */
export const bestFirst = <T extends { readonly avoid: readonly string[] }>(
  waiting: readonly T[],
  person: string,
): readonly T[] => [
  ...waiting.filter((t) => !t.avoid.includes(person)),
  ...waiting.filter((t) => t.avoid.includes(person)),
];

/** How exactly a team names the category: the second level beats the first, the first beats "all". */
const exactness = (team: Team, category: string | null): number =>
  category !== null && team.categories.includes(category) ? 2 : team.categories.length > 0 ? 1 : 0;

/** The teams whose rules fit a ticket best; several when the rules cannot tell. Never empty as long as there is a team. */
export function candidates(directory: Directory, t: Routable): readonly Team[] {
  const all = [...directory.teams.values()];
  const fitting = all.filter((team) => serves(team, t));
  if (fitting.length === 0) {
    // Nobody named this category: the teams that serve the shop decide it among themselves.
    const byShop = all.filter((team) => team.shops.length === 0 || team.shops.includes(t.shop));
    return byShop.length > 0 ? byShop : all;
  }
  const best = Math.max(...fitting.map((team) => exactness(team, t.category)));
  return fitting.filter((team) => exactness(team, t.category) === best);
}

/** The seam for routing: which team gets a new ticket. `load` counts a team's open tickets and is asked only when rules leave a tie. */
export type Route = (
  directory: Directory,
  t: Routable,
  load: (team: string) => Promise<number>,
) => Promise<Team | null>;

/** Rules of the teams by category and shop; the least loaded wins a tie, then the order of configuration. */
export const routeByRules: Route = async (directory, t, load) => {
  const teams = candidates(directory, t);
  const [only] = teams;
  if (only === undefined) return null;
  if (teams.length === 1) return only;
  const loads = await Promise.all(teams.map(async (team) => ({ team, open: await load(team.id) })));
  return loads.reduce((best, next) => (next.open < best.open ? next : best)).team;
};
