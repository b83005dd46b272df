import { adminCode } from './admin-code.ts';
import { backup, compact, restore } from './backup.ts';
import { dbCopy, dbUri } from './database.ts';
import { deadLettersList, deadLettersReplay } from './dead-letters.ts';
import { hookTest } from './hook-test.ts';
import { inboxList, inboxReplay } from './inbox.ts';
import { init } from './init.ts';
import { start } from './start.ts';
import { wordsOf, type CliVerb } from './verb.ts';

/** Every verb of `gongdan`. */
export const verbs: readonly CliVerb[] = [
  start,
  init,
  adminCode,
  inboxList,
  inboxReplay,
  deadLettersList,
  deadLettersReplay,
  hookTest,
  backup,
  restore,
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
