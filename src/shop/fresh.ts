import { stringify } from 'yaml';
import type { Locale } from '../domain/directory.ts';
import { text, type Reader } from '../text/text.ts';
import { CATEGORIES } from './defaults.ts';

export interface FreshTeam {
  readonly id: string;
  readonly name: string;
  /** Top-level category ids; empty: whatever no other team names. */
  readonly categories: readonly string[];
}

/** What a new shop is asked. */
export interface FreshShop {
  readonly name: string;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly teams: readonly FreshTeam[];
  readonly admin: string;
}

/** Kinds of teams by their names, and what usually goes to them. */
const KINDS: readonly { readonly id: string; readonly words: RegExp; readonly categories: readonly string[] }[] = [
  { id: 'presale', words: /售前|pre-?\s?sale/iu, categories: ['presale', 'order', 'payment', 'promotion', 'account'] },
  {
    id: 'aftersale',
    words: /售后|after-?\s?sale/iu,
    categories: ['returns', 'quality', 'damaged', 'invoice', 'installation', 'complaint', 'other'],
  },
  { id: 'logistics', words: /物流|logistic|shipping/iu, categories: ['logistics'] },
  { id: 'warehouse', words: /仓|warehouse/iu, categories: ['damaged'] },
  { id: 'finance', words: /财务|finance/iu, categories: ['payment', 'invoice'] },
  { id: 'service', words: /客服|service|support/iu, categories: [] },
];

const MOST_TEAMS = 20;
const MOST_NAME = 60;

/** Teams by name with what usually goes to them; a category that two would take goes to the first. Null: no list of different names. */
export function teamsNamed(list: string): readonly FreshTeam[] | null {
  const names = split(list, /[,，、;；]/u);
  if (names.length === 0 || names.length > MOST_TEAMS || new Set(names).size < names.length) return null;
  if (names.some((n) => Array.from(n).length > MOST_NAME)) return null;
  const ids = new Set<string>();
  const taken = new Set<string>();
  return names.map((name, i): FreshTeam => {
    const kind = KINDS.find((k) => k.words.test(name) && !ids.has(k.id));
    const slug = name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/gu, '-')
      .replaceAll(/^[^a-z]+|-+$/gu, '')
      .slice(0, 40);
    const id = kind?.id ?? (slug === '' || ids.has(slug) ? `team${i + 1}` : slug);
    ids.add(id);
    // A single team does everything.
    const categories = names.length === 1 ? [] : (kind?.categories ?? []).filter((c) => !taken.has(c));
    for (const c of categories) taken.add(c);
    return { id, name, categories };
  });
}

/** Top-level categories as they are shown and may be written. */
const TOP = [...CATEGORIES.values()].filter((c) => !c.id.includes('.'));

/** Which category goes where, as it can be written back: `售前：订单 支付；物流：物流`. */
export const categoriesLine = (teams: readonly FreshTeam[], locale: Locale): string =>
  teams
    .filter((t) => t.categories.length > 0)
    .map((t) => `${t.name}${locale === 'zh-CN' ? '：' : ': '}${t.categories.map((c) => shown(c, locale)).join(' ')}`)
    .join(locale === 'zh-CN' ? '；' : '; ');

const shown = (id: string, locale: Locale): string =>
  locale === 'zh-CN' ? (CATEGORIES.get(id)?.name['zh-CN'] ?? id) : id;

/** The teams with what such a line says; the words that are neither a team nor a category when there are any. */
export function withCategories(
  teams: readonly FreshTeam[],
  line: string,
): { readonly teams: readonly FreshTeam[] } | { readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const byTeam = new Map<string, string[]>();
  for (const part of split(line, /[;；\n]/u)) {
    const [name = '', words = ''] = part.split(/[:：=]/u);
    const team = teams.find((t) => t.name === name.trim() || t.id === name.trim().toLowerCase());
    if (team === undefined) {
      unknown.push(name.trim());
      continue;
    }
    for (const word of split(words, /[\s,，、]/u)) {
      const found = TOP.find((c) => [c.id, c.name['zh-CN'], c.name.en.toLowerCase()].includes(word.toLowerCase()));
      if (found === undefined) unknown.push(word);
      else byTeam.set(team.id, [...(byTeam.get(team.id) ?? []), found.id]);
    }
  }
  if (unknown.length > 0) return { unknown };
  return { teams: teams.map((t) => ({ ...t, categories: [...new Set(byTeam.get(t.id))] })) };
}

const split = (list: string, at: RegExp): string[] =>
  list
    .split(at)
    .map((s) => s.trim())
    .filter((s) => s !== '');

/** The text of a `gongdan.yaml` with comments in the shop's language; `loadShop` takes it as it is. */
export function freshShop(shop: FreshShop): string {
  const reader: Reader = { locale: shop.locale, timeZone: shop.timeZone, now: new Date(0) };
  const value = (v: unknown): string =>
    stringify(v, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
  const note = (key: CommentKey): string[] =>
    text(reader, key, null)
      .split('\n')
      .map((line) => `# ${line}`);
  const teams = shop.teams.flatMap((t) => [
    `  ${value(t.id)}:`,
    `    name: ${value(t.name)}`,
    ...(t.categories.length === 0 ? [] : [`    categories: ${value(t.categories)}`]),
    `    groups: { sandbox: g-${t.id} }`,
  ]);
  return [
    ...note('init.comment_head'),
    '',
    `locale: ${shop.locale}`,
    `timeZone: ${value(shop.timeZone)}`,
    '',
    'shops:',
    '  main:',
    `    name: ${value(shop.name)}`,
    '    apps: [sandbox]',
    '',
    ...note('init.comment_teams'),
    'teams:',
    ...teams,
    '',
    ...note('init.comment_people'),
    'people:',
    '  admin:',
    `    name: ${value(shop.admin)}`,
    '    roles: [admin, lead, agent]',
    `    teams: ${value(shop.teams.map((t) => t.id))}`,
    '    accounts: { sandbox: { user: admin, direct: d-admin } }',
    '',
    ...note('init.comment_policies'),
    'policies:',
    '  firstResponse: 3m',
    '  nextResponse: 10m',
    '  resolution: 24h',
    '',
    ...note('init.comment_trust'),
    'trust: []',
    '',
    ...note('init.comment_sandbox'),
    'sandbox:',
    '  customers:',
    `    customer: { name: ${value(text(reader, 'init.sample_customer', null))} }`,
    '',
  ].join('\n');
}

type CommentKey = `init.comment_${'head' | 'teams' | 'people' | 'policies' | 'trust' | 'sandbox'}`;
