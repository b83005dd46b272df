/** The shop of the kill test: three teams, their people, and one customer for each story. */

export const TEAMS = ['presale', 'aftersale', 'logistics'] as const;
export type TeamId = (typeof TEAMS)[number];

/** Words that the rules of the shop route to each team. */
export const WORDS: Readonly<Record<TeamId, string>> = { presale: '售前词', aftersale: '售后词', logistics: '物流词' };

export const AGENTS_PER_TEAM = 20;

export const agentsOf = (team: TeamId): readonly string[] =>
  Array.from({ length: AGENTS_PER_TEAM }, (_, i) => `${team}${i}`);

export const customerOf = (story: number): string => `k${story}`;

/** A `gongdan.yaml` (JSON is YAML) whose holds are short enough to pass within the test. */
export function shopFile(stories: number): string {
  // Always open: what customers read may not depend on the hour at which the test runs.
  const hours = '0:00-24:00';
  const teams = TEAMS.map((id) => [id, { name: id, hours, categories: [id], groups: { sandbox: `g-${id}` } }]);
  const people = TEAMS.flatMap((team) =>
    agentsOf(team).map((id) => [
      id,
      { name: id, roles: ['lead', 'agent'], teams: [team], accounts: { sandbox: { user: id, direct: `d-${id}` } } },
    ]),
  );
  const customers = Array.from({ length: stories }, (_, i) => [customerOf(i), { name: `客户${i}` }]);
  return JSON.stringify({
    shops: { shop: { name: '店', apps: ['sandbox'] } },
    teams: Object.fromEntries(teams) as unknown,
    people: Object.fromEntries(people) as unknown,
    categories: Object.fromEntries(TEAMS.map((id) => [id, { zh: id, en: id }])),
    policies: { replyHold: '0.2s', noticeHold: '0.3s' },
    triage: { defaults: false, rules: TEAMS.map((id) => ({ words: [WORDS[id]], category: id })) },
    sandbox: { customers: Object.fromEntries(customers) as unknown },
  });
}
