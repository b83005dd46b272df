import type { Command } from './command.ts';
import { folded } from './fold.ts';
import { acknowledge } from './acknowledge.ts';
import { assign } from './assign.ts';
import { away } from './away.ts';
import { backlog } from './backlog.ts';
import { category } from './category.ts';
import { claim } from './claim.ts';
import { chase } from './chase.ts';
import { close } from './close.ts';
import { decline } from './decline.ts';
import { escalate } from './escalate.ts';
import { digest } from './digest.ts';
import { reassign } from './reassign.ts';
import { group } from './group.ts';
import { handover } from './handover.ts';
import { help } from './help.ts';
import { join } from './join.ts';
import { link } from './link.ts';
import { list } from './list.ts';
import { merge } from './merge.ts';
import { newTicket } from './new.ts';
import { next } from './next.ts';
import { note } from './note.ts';
import { off } from './off.ts';
import { on } from './on.ts';
import { pending } from './pending.ts';
import { policy } from './policy.ts';
import { priority } from './priority.ts';
import { problem } from './problem.ts';
import { release } from './release.ts';
import { remind } from './remind.ts';
import { reopen } from './reopen.ts';
import { resend } from './resend.ts';
import { reply } from './reply.ts';
import { resolve } from './resolve.ts';
import { reveal } from './reveal.ts';
import { stats } from './stats.ts';
import { show } from './show.ts';
import { tag } from './tag.ts';
import { told } from './told.ts';
import { transfer } from './transfer.ts';
import { split } from './split.ts';
import { undo } from './undo.ts';

/** The whole vocabulary, in the order in which help lists it. */
export const commands: readonly Command[] = [
  newTicket,
  list,
  show,
  claim,
  next,
  release,
  assign,
  transfer,
  decline,
  reply,
  told,
  note,
  reveal,
  pending,
  resolve,
  close,
  reopen,
  priority,
  category,
  tag,
  remind,
  escalate,
  acknowledge,
  on,
  off,
  away,
  digest,
  stats,
  chase,
  reassign,
  problem,
  handover,
  link,
  join,
  policy,
  resend,
  backlog,
  group,
  split,
  merge,
  undo,
  help,
];

/** Every word that calls a command. */
export const wordsOf = (c: Command): readonly string[] => [c.name, c.zh, c.initials, ...c.aliases];

const byWord: ReadonlyMap<string, Command> = new Map(commands.flatMap((c) => wordsOf(c).map((w) => [w, c])));

/** The command that a word calls: name, Chinese name, initials or alias, in any width and case; null when there is none. */
export const commandBy = (word: string): Command | null => byWord.get(folded(word)) ?? null;

/** The words that need no space after them, longest first. */
export const hanWords: readonly string[] = commands
  .flatMap(wordsOf)
  .filter((w) => /\p{Script=Han}/u.test(w))
  .toSorted((a, b) => b.length - a.length);
