import type { Config } from '../config.ts';
import type { Directory, Person } from '../domain/directory.ts';
import { belongs, CODES } from '../domain/membership.ts';
import { newCode } from '../flow/codes.ts';
import { systemIds as ids } from '../ids.ts';
import { loadSecrets } from '../secret.ts';
import { suggest } from '../shop/suggestion.ts';
import { createVault } from '../vault.ts';
import { directoryOf } from './directory.ts';
import { refusal, withStore } from './store.ts';
import type { CliVerb } from './verb.ts';

export const linkCode: CliVerb = {
  usage: 'link-code PERSON',
  summary: 'cli.link_code',
  run: (context) =>
    withStore(context.config, async (store) => {
      const { config, clock, args, tell } = context;
      const person = named(config, await directoryOf(store, context), args.join(' ').trim());
      const vault = createVault(loadSecrets(config.secret, ids, config.locale), ids);
      const code = await newCode({ store, vault, clock, ids }, `person:${person.id}`, CODES.printedMs);
      tell({ key: 'setup.link_code', params: { code, name: person.name } });
    }),
};

/** Somebody by id, or by a name that nobody else has. */
function named(config: Config, { people }: Directory, value: string): Person {
  if (value === '') throw refusal(config, { key: 'cli.which_person', params: null });
  const here = [...people.values()].filter(belongs);
  const byId = here.find(({ id }) => id === value);
  const [found, ...more] = byId === undefined ? here.filter(({ name }) => name === value) : [byId];
  if (found === undefined) {
    const suggestion = suggest(value, [...here.map(({ id }) => id), ...here.map(({ name }) => name)]);
    throw refusal(config, { key: 'cli.person_unknown', params: { value, suggestion } });
  }
  if (more.length > 0)
    throw refusal(config, { key: 'cli.person_several', params: { value, ids: [found, ...more].map(({ id }) => id) } });
  return found;
}
