import { accountKey, addressKey } from '../domain/address.ts';
import type { ShopThing } from '../text/setup.ts';
import { accountsOf, appOf, chatOf, groupsOf } from './accounts.ts';
import { CATEGORIES, PLACES } from './defaults.ts';
import { fixedText, shopTemplate } from './hook.ts';
import type { CheckedFile } from './problems.ts';
import type { ShopInput } from './schema.ts';
import { suggest } from './suggestion.ts';

type Path = readonly PropertyKey[];

/** Reports names that point at nothing and things that belong to two. */
export function checkReferences(file: CheckedFile, input: ShopInput): void {
  const exists = (thing: ShopThing, known: Iterable<string>) => {
    const set = new Set(known);
    return (values: readonly string[], path: Path): void => {
      for (const [i, value] of values.entries()) {
        if (set.has(value)) continue;
        const place = { line: file.lineOf([...path, i]), at: file.at(path).at };
        const suggestion = suggest(value, set);
        file.report(place.line, { key: 'setup.unknown_reference', params: { ...place, thing, value, suggestion } });
      }
    };
  };
  const once = () => {
    const seen = new Map<string, string>();
    return (key: string, value: string, path: Path): void => {
      const place = file.at(path);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, place.at);
      else file.report(place.line, { key: 'setup.twice', params: { ...place, value, first } });
    };
  };

  const team = exists('team', Object.keys(input.teams));
  const shop = exists('shop', Object.keys(input.shops));
  const category = exists('category', [...CATEGORIES.keys(), ...Object.keys(input.categories)]);

  const shopApp = once();
  for (const [id, s] of Object.entries(input.shops)) {
    for (const [i, app] of s.apps.entries()) {
      const { platform, app: name } = appOf(app);
      shopApp(`${platform}/${name}`, app, ['shops', id, 'apps', i]);
    }
  }
  const calendar = exists('calendar', Object.keys(input.calendars));
  const group = once();
  const teamName = once();
  for (const [id, t] of Object.entries(input.teams)) {
    category(t.categories, ['teams', id, 'categories']);
    shop(t.shops, ['teams', id, 'shops']);
    if (t.calendar !== undefined) calendar([t.calendar], ['teams', id, 'calendar']);
    if (t.calendar !== undefined && t.hours !== undefined) {
      const place = file.at(['teams', id, 'hours']);
      file.report(place.line, { key: 'calendars.hours_and_calendar', params: { line: place.line, at: `teams.${id}` } });
    }
    teamName(t.name, t.name, ['teams', id, 'name']);
    for (const key of ['groups', 'standby'] as const) {
      for (const address of groupsOf(t[key])) group(addressKey(address), address.conversation, ['teams', id, key]);
    }
  }
  for (const [id, s] of Object.entries(input.subscriptions)) shop(s.shops, ['subscriptions', id, 'shops']);
  const account = once();
  const direct = once();
  const emails = new Map<string, string>();
  const customers = new Set(Object.keys(input.sandbox?.customers ?? {}));
  for (const [id, p] of Object.entries(input.people)) {
    team(p.teams, ['people', id, 'teams']);
    shop(p.shops, ['people', id, 'shops']);
    if (p.shift !== undefined) {
      const shifts = p.teams.flatMap((t) => Object.keys(input.calendars[input.teams[t]?.calendar ?? '']?.shifts ?? {}));
      exists('shift', shifts)([p.shift], ['people', id, 'shift']);
    }
    if (p.email !== undefined) {
      const place = file.at(['people', id, 'email']);
      const first = emails.get(p.email);
      if (first === undefined) emails.set(p.email, place.at);
      else file.report(place.line, { key: 'setup.email_twice', params: { ...place, first } });
    }
    if (p.notify.email === true && p.email === undefined) {
      const place = file.at(['people', id, 'notify', 'email']);
      file.report(place.line, { key: 'setup.no_email', params: place });
    }
    const inTeams = p.roles.includes('agent') || p.roles.includes('lead');
    if (inTeams && p.teams.length === 0) {
      const place = file.at(['people', id]);
      file.report(place.line, { key: 'setup.lead_without_team', params: place });
    }
    for (const { app, user, direct: chat } of accountsOf(p)) {
      const path = ['people', id, 'accounts', app];
      account(accountKey({ ...appOf(app), user }), user, path);
      direct(addressKey({ ...appOf(app), conversation: chat }), chat, path);
      if (appOf(app).platform === 'sandbox' && customers.has(user)) {
        const place = file.at(path);
        const first = `sandbox.customers.${user}`;
        file.report(place.line, { key: 'setup.twice', params: { ...place, value: user, first } });
      }
    }
  }
  for (const [id, own] of Object.entries(input.categories)) {
    for (const key of ['zh', 'en'] as const) {
      if (own[key] !== undefined || CATEGORIES.has(id)) continue;
      const place = file.at(['categories', id]);
      file.report(place.line, { key: 'setup.missing_key', params: { ...place, key } });
    }
    const asked = once();
    for (const [i, { fact }] of (own.ask ?? []).entries()) asked(fact, fact, ['categories', id, 'ask', i]);
    if (id.includes('.')) category([id.split('.')[0] ?? ''], ['categories', id]);
  }
  for (const [i, rule] of input.triage.rules.entries()) {
    if (rule.category !== undefined) category([rule.category], ['triage', 'rules', i, 'category']);
  }
  const conversation = exists('conversation', sandboxConversations(input));
  for (const [i, limit] of (input.sandbox?.limits ?? []).entries())
    conversation(limit.conversations ?? [], ['sandbox', 'limits', i, 'conversations']);
  conversation(input.sandbox?.fixed ?? [], ['sandbox', 'fixed']);
  category(input.policies.half.categories, ['policies', 'half', 'categories']);
  const ruleId = once();
  for (const [i, rule] of input.policies.rules.entries()) {
    const path = ['policies', 'rules', i];
    category(rule.categories, [...path, 'categories']);
    shop(rule.shops, [...path, 'shops']);
    if (rule.id !== undefined) ruleId(rule.id, rule.id, [...path, 'id']);
  }
  const contactPlace = exists('place', [...PLACES.keys(), ...Object.keys(input.places)]);
  const shops = Object.keys(input.shops);
  for (const [source, h] of Object.entries(input.hooks)) {
    if (h.shop !== undefined) shop([h.shop], ['hooks', source, 'shop']);
    for (const [i, rule] of h.map.entries()) {
      const path = ['hooks', source, 'map', i];
      if (rule.category !== undefined) category([rule.category], [...path, 'category']);
      if (rule.team !== undefined) team([rule.team], [...path, 'team']);
      if (rule.customer?.place !== undefined) contactPlace([rule.customer.place], [...path, 'customer', 'place']);
      const named = rule.shop === undefined ? null : fixedText(rule.shop);
      if (named !== null) shop([named], [...path, 'shop']);
      if (rule.ignore === true || shopTemplate(rule, h, shops) !== null) continue;
      const place = file.at(path);
      file.report(place.line, { key: 'setup.missing_key', params: { ...place, key: 'shop' } });
    }
  }
  for (const [thing, path] of [
    [input.shops, 'shops'],
    [input.teams, 'teams'],
  ] as const) {
    if (Object.keys(thing).length > 0) continue;
    const place = file.at([path]);
    file.report(place.line, { key: 'setup.wrong_size', params: { ...place, least: 1, most: null } });
  }
}

/** Every conversation that the sandbox will have. */
function sandboxConversations({ sandbox, teams, people }: ShopInput): string[] {
  const groups = Object.values(teams).flatMap((t) => [...groupsOf(t.groups), ...groupsOf(t.standby)]);
  const accounts = Object.values(people).flatMap(accountsOf);
  return [
    ...Object.entries(sandbox?.customers ?? {}).map(([id, c]) => chatOf(id, c)),
    ...groups.filter((g) => g.platform === 'sandbox').map((g) => g.conversation),
    ...accounts.filter((a) => appOf(a.app).platform === 'sandbox').map((a) => a.direct),
  ];
}
