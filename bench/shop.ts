/** The shop of the benchmark. */

export const TEAMS = ['presale', 'aftersale', 'logistics', 'finance'] as const;

export const agentOf = (i: number): string => `a${i}`;
export const customerOf = (i: number): string => `k${i}`;
export const teamOf = (i: number): (typeof TEAMS)[number] => TEAMS[i % TEAMS.length] ?? TEAMS[0];

/** A `gongdan.yaml` (JSON is YAML): each team has every fourth agent and takes the tickets that name it. */
export function shopFile(agents: number, customers: number): string {
  const entries = <T>(n: number, make: (i: number) => readonly [string, T]): Record<string, T> =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => make(i)));
  return JSON.stringify({
    shops: { shop: { name: 'Shop', apps: ['sandbox'] } },
    teams: entries(TEAMS.length, (i) => [
      teamOf(i),
      { name: teamOf(i), categories: [teamOf(i)], groups: { sandbox: `g-${teamOf(i)}` } },
    ]),
    people: entries(agents, (i) => {
      const accounts = { sandbox: { user: agentOf(i), direct: `d-${agentOf(i)}` } };
      return [agentOf(i), { name: agentOf(i), roles: ['agent'], teams: [teamOf(i)], accounts }];
    }),
    categories: entries(TEAMS.length, (i) => [teamOf(i), { zh: teamOf(i), en: teamOf(i) }]),
    triage: { defaults: false, rules: TEAMS.map((id) => ({ words: [id], category: id })) },
    sandbox: { customers: entries(customers, (i) => [customerOf(i), { name: `Customer ${i}` }]) },
  });
}
