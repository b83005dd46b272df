import type { PolicyCardInput, PolicyRule, PolicyValue } from '../../cards/policy.ts';
import { argsOf } from '../../cards/policy.ts';
import type { Answer, Outcome } from '../../commands/command.ts';
import type { Directory, Person } from '../domain/directory.ts';
import {
  isChatRule,
  limitIn,
  LIMITS,
  limitOf,
  overridden,
  partsOf,
  withChange,
  type Override,
  type PolicyChange,
  type Scope,
  type ScopeKind,
} from '../domain/overrides.ts';
import type { Label, Refusal } from '../domain/refusal.ts';
import { PRIORITIES, type Priority } from '../domain/status.ts';
import type { Promises, TermRule } from '../domain/terms.ts';
import { text } from '../text/text.ts';
import type { Parts } from './parts.ts';
import { MOST_CHANGES, MOST_OVERRIDES, POLICY, type PolicyDecision, type PolicyDocument } from './policy-document.ts';
import type { Said } from './run.ts';
import { whatIf } from './what-if.ts';

/** What somebody saw of a change counts for so long, ms. */
const SEEN_MS = 15 * 60_000;

type Asked = Extract<Outcome, { kind: 'policy' }>;

/** From what the effect of a change was computed: how often chat had changed the promises, which they were, and when. */
interface Seen {
  readonly edition: number;
  readonly version: number;
  readonly at: number;
}
const seenText = ({ edition, version, at }: Seen): string => `${edition}-${version}-${at}`;
function seenOf(written: string): Seen | null {
  const [, edition, version, at] = /^(\d{1,9})-(\d{1,16})-(\d{1,15})$/u.exec(written) ?? [];
  return at === undefined ? null : { edition: Number(edition), version: Number(version), at: Number(at) };
}

/** Managers of all shops change what is promised everywhere, of one shop what is promised there. */
const mayChange = ({ roles, shops }: Person, scope: Scope | null): boolean => {
  if (!roles.includes('manager') && !roles.includes('admin')) return false;
  const parts = scope === null ? null : partsOf(scope);
  return shops.length === 0 || (parts?.kind === 'shop' && shops.includes(parts.id));
};

/** Shows what is promised, what a change would do, and saves it once somebody has seen that. */
export function createPolicies(parts: Parts): (said: Said, asked: Asked) => Promise<Answer | Refusal> {
  const { store, clock, live, directory } = parts;

  const showAll = (speaker: Person): Answer => {
    const { file, document } = live.policy();
    const policy = cardOf(directory(), file, document, mayChange(speaker, null));
    return { view: { view: 'policy', policy } };
  };

  const propose = async (change: PolicyChange, overrides: readonly Override[]): Promise<Answer> => {
    const { file, edition } = live.policy();
    const now = clock.now();
    const was = directory();
    const promises = overridden(file, overrides, edition + 1);
    const found = await whatIf(store.tickets, { ...was, promises }, now);
    const tickets = await store.tickets.byNumbers(found.worst.map(({ number }) => number));
    const worst = found.worst.flatMap((late) => {
      const ticket = tickets.find(({ number }) => number === late.number);
      return ticket === undefined ? [] : [{ ...late, subject: ticket.subject, facts: ticket.facts }];
    });
    const seen = seenText({ edition, version: was.promises.version, at: now.getTime() });
    const { scope } = change;
    const known = {
      change,
      scope: scope === null ? null : labelOf(scope, was),
      was: change.limit === null ? null : nowIn(was.promises, scope ?? 'all', change.limit),
    };
    return { view: { view: 'what-if', whatIf: { ...found, ...known, worst, seen, now } } };
  };

  const saved = ({ scope, limit, ms }: PolicyChange): Answer => ({
    sentence: {
      key: 'policy.saved',
      params: { scope: scope === null ? null : labelOf(scope, directory()), limit, ms, was: null, moved: null },
    },
  });

  const save = async (said: Said, change: PolicyChange, written: string): Promise<Answer> => {
    const { document, edition } = live.policy();
    const cause = said.row._id;
    // Worked again after a crash it is the same decision.
    if (document.changes.some((c) => c.cause === cause)) return saved(change);
    const now = clock.now();
    const seen = seenOf(written);
    const again = {
      label: { key: 'policy.look_again', params: null } as const,
      invoke: { command: 'policy', args: argsOf(change) },
    };
    if (seen === null || now.getTime() - seen.at > SEEN_MS || seen.at > now.getTime() + SEEN_MS)
      return { sentence: { key: 'policy.too_old', params: { minutes: SEEN_MS / 60_000 } }, offers: [again] };
    const overtaken = (by: PolicyDecision | undefined): Answer => ({
      sentence: { key: 'policy.meanwhile', params: { by: by?.name ?? null, at: by?.at ?? null } },
      offers: [again],
    });
    if (seen.edition !== edition) return overtaken(document.changes.at(-1));
    if (seen.version !== directory().promises.version) return overtaken(undefined);
    const { speaker } = said;
    const decision: PolicyDecision = { ...change, person: speaker.id, name: speaker.name, at: now, cause };
    const next: PolicyDocument = {
      overrides: withChange(document.overrides, change),
      changes: [...document.changes, decision].slice(-MOST_CHANGES),
    };
    const isOurs = await store.settings.replace(POLICY, edition, next, now);
    await live.refresh();
    return isOurs ? saved(change) : overtaken(live.policy().document.changes.at(-1));
  };

  return async (said, { change, seen, sure }) => {
    // What other processes changed counts, too.
    await live.refresh();
    const { speaker } = said;
    if (change === null) return showAll(speaker);
    if (!mayChange(speaker, change.scope)) return { code: 'not_allowed', no: null, needs: 'manager', who: null };
    if (sure) return save(said, change, seen);
    const { overrides } = live.policy().document;
    const next = withChange(overrides, change);
    if (JSON.stringify(next) === JSON.stringify(overrides)) return { sentence: { key: 'policy.same', params: null } };
    if (next.length > MOST_OVERRIDES) return { sentence: { key: 'policy.too_many', params: { most: MOST_OVERRIDES } } };
    return propose(change, next);
  };
}

/** What tickets of a scope are promised now where its own rule says so, else what is ordinary. */
function nowIn(promises: Promises, scope: Scope, limit: (typeof LIMITS)[number]): number | null {
  const own = promises.rules.find((rule) => isChatRule(rule, scope));
  return (own === undefined ? undefined : limitOf(own.values, limit)) ?? limitIn(promises.base, limit);
}

const READER = { timeZone: 'UTC', now: new Date(0) };
const ZH = { ...READER, locale: 'zh-CN' } as const;
const EN = { ...READER, locale: 'en' } as const;
const named = (kind: ScopeKind, name: Label): Label => ({
  'zh-CN': text(ZH, 'policy.scope', { kind, name: name['zh-CN'] }),
  en: text(EN, 'policy.scope', { kind, name: name.en }),
});

const plain = (name: string): Label => ({ 'zh-CN': name, en: name });
const inBoth = (key: 'value.policy_all' | `value.priority_${Priority}`): Label => ({
  'zh-CN': text(ZH, key, null),
  en: text(EN, key, null),
});

function labelOf(scope: Scope, { categories, shops }: Directory): Label {
  const parts = partsOf(scope);
  if (parts === null) return inBoth('value.policy_all');
  const { kind, id } = parts;
  switch (kind) {
    case 'category':
      return named(kind, categories.get(id)?.name ?? plain(id));
    case 'shop':
      return named(kind, plain(shops.get(id)?.name ?? id));
    case 'priority': {
      const priority = PRIORITIES.find((p) => p === id);
      return named(kind, priority === undefined ? plain(id) : inBoth(`value.priority_${priority}`));
    }
    case 'tag':
      return named(kind, plain(id));
  }
}

const namesOf = (rule: TermRule, directory: Directory): readonly Label[] =>
  [
    ...rule.shops.map((id): Scope => `shop:${id}`),
    ...rule.categories.map((id): Scope => `category:${id}`),
    ...rule.priorities.map((id): Scope => `priority:${id}`),
    ...rule.tags.map((id): Scope => `tag:${id}`),
  ].map((scope) => labelOf(scope, directory));

function cardOf(
  directory: Directory,
  file: Promises,
  { overrides, changes }: PolicyDocument,
  may: boolean,
): PolicyCardInput {
  const { base, rules } = directory.promises;
  const last = changes.at(-1);
  return {
    base: LIMITS.map((limit): PolicyValue => {
      const [ms, was] = [limitIn(base, limit), limitIn(file.base, limit)];
      return { limit, ms, file: was, isChanged: ms !== was };
    }),
    rules: rules.map((rule): PolicyRule => ({
      names: namesOf(rule, directory),
      share: rule.share,
      values: LIMITS.flatMap((limit) => {
        const ms = limitOf(rule.values, limit);
        return ms === undefined ? [] : [{ limit, ms, file: null, isChanged: false }];
      }),
      isChat: rule.exact === true,
    })),
    last: last === undefined ? null : { by: last.name, at: last.at },
    isChanged: overrides.length > 0,
    mayChange: may,
  };
}
