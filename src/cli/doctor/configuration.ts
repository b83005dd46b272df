import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isOpenToOthers, type Config } from '../../config.ts';
import type { Directory } from '../../domain/directory.ts';
import { hasAdmin } from '../../domain/membership.ts';
import { SetupError } from '../../errors.ts';
import { liveDirectory } from '../../flow/live-directory.ts';
import { dataFolder } from '../../place.ts';
import { loadShop, type Shop } from '../../shop/shop.ts';
import { ok, problem, warning, type Check, type Finding, type Surroundings } from './check.ts';

export interface ConfigurationFacts {
  /** What is wrong with `gongdan.yaml`, all of it; null: nothing. */
  readonly problems: string | null;
  /** Teams none of whose groups is on a connected platform. */
  readonly withoutGroup: readonly string[];
  /** Whether somebody can run the place. */
  readonly hasAdmin: boolean;
  /** Files with secrets that other users of the machine can read. */
  readonly readable: readonly string[];
}

export function judgeConfiguration(facts: ConfigurationFacts): readonly Finding[] {
  const { problems, withoutGroup, readable } = facts;
  const findings: Finding[] = [];
  if (problems !== null)
    findings.push(
      problem(
        { key: 'doctor.shop_problems', params: { problems } },
        { key: 'doctor.shop_problems_todo', params: null },
      ),
    );
  if (!facts.hasAdmin)
    findings.push(warning({ key: 'doctor.no_admin', params: null }, { key: 'doctor.no_admin_todo', params: null }));
  if (withoutGroup.length > 0)
    findings.push(
      warning(
        { key: 'doctor.no_group', params: { teams: withoutGroup } },
        { key: 'doctor.no_group_todo', params: null },
      ),
    );
  for (const path of readable)
    findings.push(
      problem({ key: 'doctor.readable', params: { path } }, { key: 'doctor.readable_todo', params: { path } }),
    );
  return findings.length > 0 ? findings : [ok({ key: 'doctor.shop_ok', params: null })];
}

export const configuration: Check = {
  name: 'configuration',
  run: async (surroundings) => {
    const { config } = surroundings;
    const secrets = config.secret.from === 'setting' ? [] : [config.secret.path];
    const readable = secrets.filter((path) => existsSync(path) && isOpenToOthers(path));
    const none = { problems: null, withoutGroup: [], hasAdmin: true, readable };
    try {
      const directory = await organised(surroundings);
      return judgeConfiguration(directory === null ? none : { ...none, ...staffing(config, directory) });
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      return judgeConfiguration({ ...none, problems: error.message });
    }
  },
};

/** The shop as its file has it; null: there is no file yet. Throws a `SetupError` with all that is wrong with it. */
export async function ownShop(config: Config): Promise<Shop | null> {
  const file = config.shopFile ?? join(dataFolder(config), 'gongdan.yaml');
  // The demo shop is made with the first start.
  return config.shopFile === null && !existsSync(file) ? null : await loadShop(file, config.locale);
}

/** The organisation as file and chat have it; null: there is no file yet. Throws a `SetupError` with all that is wrong with it. */
async function organised({ config, clock, store }: Surroundings): Promise<Directory | null> {
  const shop = await ownShop(config);
  if (shop === null) return null;
  const { directory } = shop;
  const live = store === null ? null : liveDirectory(store, clock, directory);
  await live?.refresh();
  return live?.now() ?? directory;
}

/** The same for checks that have nothing to say of the file: null as well where it has problems. */
export async function organisation(surroundings: Surroundings): Promise<Directory | null> {
  try {
    return await organised(surroundings);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return null;
  }
}

/** Who is there. */
function staffing(config: Config, directory: Directory): Pick<ConfigurationFacts, 'withoutGroup' | 'hasAdmin'> {
  const connected = platformsOf(config);
  const apps = [...directory.accounts.keys()].map((key) => key.split('\n').slice(0, 2).join('\n'));
  return {
    withoutGroup: [...directory.teams.values()]
      .filter(({ groups }) => !groups.some(({ platform }) => connected.has(platform)))
      .map(({ id }) => id),
    hasAdmin: hasAdmin(directory, new Set(apps.filter((app) => connected.has(app.split('\n')[0] ?? '')))),
  };
}

const platformsOf = ({ platforms, sandbox }: Config): ReadonlySet<string> =>
  new Set([...platforms.keys(), ...(sandbox.on ? ['sandbox'] : [])]);
