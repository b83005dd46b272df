import { parseArgs } from 'node:util';
import { makeKey } from '../flow/api-keys.ts';
import { systemIds as ids } from '../ids.ts';
import { suggest } from '../shop/suggestion.ts';
import { SCOPES, type ApiKey, type Scope } from '../storage/api-keys.ts';
import type { KeyThing } from '../text/cli.ts';
import { directoryOf } from './directory.ts';
import { refusal, withStore } from './store.ts';
import type { CliContext, CliVerb } from './verb.ts';

/** Requests a second when nothing is said, and the most that can be. */
const RATE = 50;
const MOST_RATE = 10_000;

const OPTIONS = {
  scope: { type: 'string', multiple: true },
  shop: { type: 'string', multiple: true },
  'may-act-as': { type: 'string', multiple: true },
  rate: { type: 'string' },
} as const;

export const keyCreate: CliVerb = {
  usage: 'key create NAME [--scope SCOPE]... [--shop SHOP]... [--may-act-as PERSON]... [--rate N]',
  summary: 'cli.key_create',
  run: (context) =>
    withStore(context.config, async (store) => {
      const { config, clock, tell, print } = context;
      const { name, options } = read(context);
      const directory = await directoryOf(store, context);
      const known = <T extends string>(
        thing: KeyThing,
        values: readonly string[],
        there: Iterable<T>,
      ): readonly T[] => {
        const all = [...there];
        return values.map((value) => {
          const found = all.find((one) => one === value);
          if (found !== undefined) return found;
          throw refusal(config, { key: 'cli.key_unknown', params: { thing, value, suggestion: suggest(value, all) } });
        });
      };
      const scopes = known<Scope>('scope', options.scope ?? [...SCOPES].filter((s) => s !== 'customers:read'), SCOPES);
      const shops = known('shop', options.shop ?? [], directory.shops.keys());
      const actors = known('person', options['may-act-as'] ?? [], directory.people.keys());
      const rate = Number(options.rate ?? RATE);
      if (!Number.isInteger(rate) || rate < 1 || rate > MOST_RATE)
        throw refusal(config, { key: 'cli.key_rate', params: { most: MOST_RATE } });
      const key = await makeKey({ store, clock, ids }, { name, scopes, shops, actors, rate });
      if (key === null) throw refusal(config, { key: 'cli.key_taken', params: { name } });
      tell({ key: 'cli.key_made', params: { name, scopes } });
      print(key);
    }),
};

export const keyList: CliVerb = {
  usage: 'key list',
  summary: 'cli.key_list',
  run: ({ config, tell, print }) =>
    withStore(config, async (store) => {
      const keys = await store.apiKeys.all();
      tell({ key: 'cli.keys', params: { count: keys.length } });
      for (const key of keys) print(lineOf(key));
    }),
};

export const keyRevoke: CliVerb = {
  usage: 'key revoke NAME',
  summary: 'cli.key_revoke',
  run: ({ config, clock, args, tell }) =>
    withStore(config, async (store) => {
      const [name = ''] = args;
      const found = await store.apiKeys.revoke(name, clock.now());
      if (!found) {
        const there = (await store.apiKeys.all()).filter((key) => key.revokedAt === null).map((key) => key.name);
        const params = { thing: 'key', value: name, suggestion: suggest(name, there) } as const;
        throw refusal(config, { key: 'cli.key_unknown', params });
      }
      tell({ key: 'cli.key_revoked', params: { name } });
    }),
};

function read({ config, args }: CliContext) {
  try {
    const { values: options, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const [name = '', ...more] = positionals;
    if (more.length === 0 && /^[a-z0-9][a-z0-9._-]{0,39}$/.test(name)) return { name, options };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw refusal(config, { key: 'cli.key_usage', params: null });
}

/** One line per key, with tabs between; never anything of its secret. */
function lineOf({ name, scopes, shops, actors, rate, createdAt, usedAt, revokedAt }: ApiKey): string {
  const state = revokedAt === null ? 'active' : `revoked ${revokedAt.toISOString()}`;
  const all = [scopes.join(','), `shops=${shops.join(',') || '*'}`, `actors=${[`api:${name}`, ...actors].join(',')}`];
  const times = [createdAt.toISOString(), `used=${usedAt?.toISOString() ?? '-'}`];
  return [name, state, ...all, `${rate}/s`, ...times].join('\t');
}
