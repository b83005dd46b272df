import { runningUri } from '../embedded/archive.ts';
import { storeFolder } from '../place.ts';
import { refusal } from './store.ts';
import type { CliVerb } from './verb.ts';

export const dbUri: CliVerb = {
  usage: 'db uri',
  summary: 'cli.db_uri',
  run: ({ config, print }) => {
    if (config.mongodbUri !== null) throw refusal(config, { key: 'cli.uri_is_yours', params: null });
    const uri = runningUri(storeFolder(config));
    if (uri === undefined) throw refusal(config, { key: 'cli.not_running', params: { folder: storeFolder(config) } });
    print(uri);
    return Promise.resolve();
  },
};
