import { BackupUnusable, type Keys } from '../backup/backup.ts';
import { isSealed, readHeader } from '../backup/read.ts';
import { unlock } from '../backup/seal.ts';
import { LEAST_PASSPHRASE } from '../config.ts';
import { knownSecret } from '../secret.ts';
import { operator } from '../text/operator.ts';
import { say, type TerminalSentence } from '../text/text.ts';
import { refusal } from './store.ts';
import type { CliContext } from './verb.ts';

type Asking = Pick<CliContext, 'config' | 'ask'>;

const hidden = ({ config, ask }: Asking, sentence: TerminalSentence): Promise<string> =>
  ask.hidden(say(sentence, operator(config.locale)));

/** What a new backup is sealed with: the setting, or what somebody at a terminal types twice; null: the installation's secret. */
export async function newPassphrase(context: Asking): Promise<string | null> {
  const { config, ask } = context;
  if (config.backups.passphrase !== null || !ask.interactive) return config.backups.passphrase;
  const first = await hidden(context, { key: 'backup.passphrase', params: null });
  if (first === '') return null;
  const again = await hidden(context, { key: 'backup.passphrase_again', params: null });
  if (first === again && first.length >= LEAST_PASSPHRASE) return first;
  throw refusal(config, { key: 'backup.passphrase_differs', params: null });
}

/** What opens a backup; its passphrase is asked for when that of the settings does not open it. @throws BackupUnusable */
export async function keysFor(context: Asking, file: string): Promise<Keys> {
  const { passphrase } = context.config.backups;
  const known: Keys = { passphrase, secret: knownSecret(context.config.secret) };
  const header = (await isSealed(file)) ? await readHeader(file) : null;
  if (header?.lock.by !== 'passphrase') return known;
  try {
    await unlock(header, known);
    return known;
  } catch (error) {
    if (!(error instanceof BackupUnusable)) throw error;
    const typed = await hidden(context, { key: 'backup.passphrase_of', params: { file } });
    return typed === '' ? known : { ...known, passphrase: typed };
  }
}
