import { adminCode } from './admin-code.ts';
import { backup, backupTest } from './backup.ts';
import { compact } from './compact.ts';
import { dbCopy, dbUri } from './database.ts';
import { deadLettersList, deadLettersReplay } from './dead-letters.ts';
import { hookLog, hookPause, hookReplay, hookResume } from './hook.ts';
import { hookSecret } from './hook-secret.ts';
import { hookTest } from './hook-test.ts';
import { inboxList, inboxReplay } from './inbox.ts';
import { doctor } from './doctor.ts';
import { doctorDingTalk } from './doctor-dingtalk.ts';
import { doctorSlack } from './doctor-slack.ts';
import { doctorWeCom } from './doctor-wecom.ts';
import { init } from './init.ts';
import { restore } from './restore.ts';
import { jobs } from './jobs.ts';
import { linkCode } from './link-code.ts';
import { keyCreate, keyList, keyRevoke } from './key.ts';
import { start } from './start.ts';
import { trace } from './trace.ts';
import { upgrade } from './upgrade.ts';
import { wordsOf, type CliVerb } from './verb.ts';

/** Every verb of `gongdan`. */
export const verbs: readonly CliVerb[] = [
  start,
  init,
  adminCode,
  linkCode,
  keyCreate,
  keyList,
  keyRevoke,
  inboxList,
  inboxReplay,
  deadLettersList,
  deadLettersReplay,
  jobs,
  trace,
  // Before `doctor`, whose word it begins with.
  doctorSlack,
  doctorDingTalk,
  doctorWeCom,
  doctor,
  // Before `backup`, whose word it begins with.
  backupTest,
  hookLog,
  hookReplay,
  hookPause,
  hookResume,
  hookSecret,
  hookTest,
  backup,
  restore,
  upgrade,
  compact,
  dbUri,
  dbCopy,
];

/** The verb that a command line begins with, and the words after it; null: none. No words at all start the bot. */
export function verbOf(line: readonly string[]): { readonly verb: CliVerb; readonly args: readonly string[] } | null {
  if (line.length === 0) return { verb: start, args: [] };
  for (const verb of verbs) {
    const words = wordsOf(verb);
    if (words.every((word, i) => line[i] === word)) return { verb, args: line.slice(words.length) };
  }
  return null;
}
