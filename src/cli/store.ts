import { finishRestore } from '../backup/installation.ts';
import type { Config } from '../config.ts';
import { runningUri } from '../embedded/archive.ts';
import { openEmbedded } from '../embedded/embedded.ts';
import { SetupError } from '../errors.ts';
import { orSetupError, storeFolder } from '../place.ts';
import { openStore, type Store } from '../storage/store.ts';
import { operator } from '../text/operator.ts';
import { say, type TerminalSentence } from '../text/text.ts';
import { refuseOtherSchema } from '../upgrade.ts';

/** A `SetupError` in the operator's language. */
export const refusal = (config: Config, sentence: TerminalSentence): SetupError =>
  new SetupError(say(sentence, operator(config.locale)));

/** Runs `work` on the store: MongoDB, the embedded store of a running process, or one opened for it. */
export async function withStore<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  await finishRestore(config);
  const directory = storeFolder(config);
  const uri = config.mongodbUri ?? (await runningUri(directory)) ?? null;
  const own = uri === null ? await orSetupError(() => openEmbedded({ directory })) : null;
  try {
    const store = await orSetupError(() =>
      openStore(uri ?? own?.uri ?? '', undefined, (opened) => refuseOtherSchema(opened, config)),
    );
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } finally {
    await own?.stop();
  }
}
