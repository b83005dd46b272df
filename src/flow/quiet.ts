import * as z from 'zod';
import { addressKey, type Address } from '../domain/address.ts';
import type { LaneRange } from '../storage/outbox.ts';
import type { Store } from '../storage/store.ts';

/** The bot was restored from a backup and sends nothing until an admin has decided what becomes of what waits. */
export interface Quiet {
  /** The moment of the restore. */
  readonly since: Date;
  /** The moment whose state was restored. */
  readonly backupMadeAt: Date;
}

/** All lanes whose names begin so. */
const lanesOf = (prefix: string): LaneRange => ({ from: `${prefix}:`, to: `${prefix};` });

/** What customers are told. */
export const SAYS = lanesOf('say');
/** Private answers to people who act. */
export const ANSWERS = lanesOf('answer');
/** What goes out although the bot is quiet: what admins read about it, and what they let go by itself. */
export const CALM = lanesOf('quiet');
/** Everything else, in the order of the names: cards, boards, notices. */
export const OTHERS: readonly LaneRange[] = [
  { from: '', to: ANSWERS.from },
  { from: ANSWERS.to, to: CALM.from },
  { from: CALM.to, to: SAYS.from },
  { from: SAYS.to, to: '\uffff' },
];

/** The lane of what goes out to this address although the bot is quiet. */
export const calmLane = (to: Address): string => `${CALM.from}${addressKey(to)}`;

const counts = z.object({ messages: z.number(), cards: z.number(), reminders: z.number(), notices: z.number() });

const decision = z.object({
  what: z.enum(['void', 'send']),
  /** Id and name of the admin. */
  person: z.string(),
  name: z.string(),
  /** The inbox row it follows from: worked again, it is the same decision. */
  cause: z.string(),
  at: z.date(),
  /** What waited then. */
  counts,
});

/** The whole story of one restore; it is kept when it is over. */
const document = z.object({
  since: z.date(),
  backupMadeAt: z.date(),
  /** `quiet` until somebody decides · `voiding` while what waited is given up · `telling` while admins get to read who decided · `over`. */
  state: z.enum(['quiet', 'voiding', 'telling', 'over']),
  decision: decision.nullable(),
});

/** What waits: messages to customers, cards and words to colleagues, tickets whose moment has come, notices to subscriptions. */
export type Counts = z.output<typeof counts>;
export type Decision = z.output<typeof decision>;
export type QuietStory = z.output<typeof document>;

/** The document in `settings`. */
const NAME = 'quiet';

/** Whether the bot is quiet, as all processes on one store know it: asked without a look at the store. */
export interface LiveQuiet {
  /** Null: everything goes out as on any day. While it is set, nothing may leave but private answers to people who act. */
  (): Quiet | null;
  /** The last restore as far as this process knows; null: there never was one. */
  readonly story: () => QuietStory | null;
  /** Reads again; 1 when something changed. */
  refresh(): Promise<number>;
  /** Says that the store was just restored. Doing it twice changes nothing. */
  begin(restored: Quiet, at: Date): Promise<void>;
  /** Writes what follows from the story as it stands; null: nothing does. The story afterwards, whoever wrote it. */
  change(next: (story: QuietStory) => QuietStory | null, at: Date): Promise<QuietStory | null>;
}

export function liveQuiet({ settings }: Pick<Store, 'settings'>): LiveQuiet {
  const state: { story: QuietStory | null; version: number } = { story: null, version: 0 };

  const read = async (): Promise<{ story: QuietStory | null; version: number }> => {
    const found = await settings.load(NAME);
    state.story = found === null ? null : document.parse(found.value);
    state.version = found?.version ?? 0;
    return { ...state };
  };

  const change: LiveQuiet['change'] = async (next, at) => {
    for (;;) {
      const { story, version } = await read();
      const to = story === null ? null : next(story);
      if (to === null) return story;
      if (await settings.replace(NAME, version, to, at)) return (await read()).story;
    }
  };

  return Object.assign(
    () => {
      const { story } = state;
      if (story === null || (story.state !== 'quiet' && story.state !== 'voiding')) return null;
      return { since: story.since, backupMadeAt: story.backupMadeAt };
    },
    {
      story: () => state.story,
      async refresh() {
        if ((await settings.version(NAME)) === state.version) return 0;
        await read();
        return 1;
      },
      async begin({ since, backupMadeAt }: Quiet, at: Date) {
        for (;;) {
          const { story, version } = await read();
          // Taken up by a start that died, or by another process.
          if (story?.since.getTime() === since.getTime()) return;
          const fresh: QuietStory = { since, backupMadeAt, state: 'quiet', decision: null };
          if (await settings.replace(NAME, version, fresh, at)) {
            await read();
            return;
          }
        }
      },
      change,
    },
  );
}
