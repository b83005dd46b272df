import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { owning } from '../embedded/archive.ts';
import { flush } from '../embedded/storage/file-check.ts';
import { writeWhole } from './whole.ts';

/** In the data folder while something is put in place: `new/` what comes, `old/` what went, `plan.json` from the moment on which it counts. */
const FOLDER = 'restore';

/** Left in the data folder by a restore, for the next start: when it was, and the moment of the backup (ISO 8601). */
export const RESTORED_FILE = 'restored.json';

const planSchema = z.object({
  members: z.array(
    z.object({
      /** Name below `new/`. */
      from: z.string(),
      /** Where it goes, relative to the data folder. */
      to: z.string(),
    }),
  ),
  at: z.iso.datetime(),
  backupMadeAt: z.iso.datetime(),
});

/** What is put in place of what: written down once all of it lies ready, and then only carried out. */
export type Plan = z.infer<typeof planSchema>;

/** Told between any two steps: after any of them the process may be killed. */
export type OnStep = (step: string) => Promise<void>;
const quietly: OnStep = () => Promise.resolve();

/** Where a data folder's store lies; whoever owns it owns the folder. */
const storeOf = (dataFolder: string): string => path.join(dataFolder, 'store');

/**
 * Puts a data folder's content in place of what is there, so that after a kill at any moment either all of the old or all of the new
 * stands once `finishPlacing` was called. `stage` fills a folder and says where each thing in it goes.
 * @throws DirectoryInUse while a process works on the folder; what `stage` throws, and nothing was touched
 */
export async function placeContent(
  dataFolder: string,
  stage: (into: string) => Promise<Plan>,
  onStep: OnStep = quietly,
): Promise<void> {
  await owning(storeOf(dataFolder), async () => {
    await settle(dataFolder, onStep);
    const folder = path.join(dataFolder, FOLDER);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const plan = await stage(path.join(folder, 'new'));
      await onStep('staged');
      await writeWhole(path.join(folder, 'plan.json'), JSON.stringify(plan));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    await onStep('planned');
    await settle(dataFolder, onStep);
  });
}

/**
 * Ends what a restore that was killed had begun: `finished` when it had got as far as to count, else `undone`; `none`: there was none.
 * To be called before anything of the folder is read.
 * @throws DirectoryInUse while a restore is under way
 */
export async function finishPlacing(dataFolder: string, onStep: OnStep = quietly): Promise<'none' | Ended> {
  if (!existsSync(path.join(dataFolder, FOLDER))) return 'none';
  return owning(storeOf(dataFolder), () => settle(dataFolder, onStep));
}

type Ended = 'finished' | 'undone';

async function settle(dataFolder: string, onStep: OnStep): Promise<Ended> {
  const folder = path.join(dataFolder, FOLDER);
  const planFile = path.join(folder, 'plan.json');
  const isPlanned = existsSync(planFile);
  if (isPlanned) {
    const plan = planSchema.parse(JSON.parse(await readFile(planFile, 'utf8')));
    await mkdir(path.join(folder, 'old'), { recursive: true, mode: 0o700 });
    for (const [i, { from, to }] of plan.members.entries())
      await swap(
        path.join(folder, 'new', from),
        path.resolve(dataFolder, to),
        path.join(folder, 'old', String(i)),
        onStep,
      );
    const { at, backupMadeAt } = plan;
    await writeWhole(path.join(dataFolder, RESTORED_FILE), `${JSON.stringify({ at, backupMadeAt })}\n`);
    await onStep('marked');
    await rm(planFile);
    flush(folder);
    await onStep('unplanned');
  }
  await rm(folder, { recursive: true, force: true });
  return isPlanned ? 'finished' : 'undone';
}

/** What has been moved already is not there any more, so that doing this again goes on where it was. */
async function swap(incoming: string, target: string, old: string, onStep: OnStep): Promise<void> {
  if (!existsSync(incoming)) return;
  await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
  if (existsSync(target)) {
    await move(target, old);
    await onStep(`away ${path.basename(target)}`);
  }
  // The reader table belongs to the file that went.
  await rm(`${target}-lock`, { force: true });
  await move(incoming, target);
  await onStep(`placed ${path.basename(target)}`);
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    // gongdan.yaml may lie on another disk.
    await copyFile(from, `${to}.partial`);
    flush(`${to}.partial`);
    await rename(`${to}.partial`, to);
    await rm(from);
  }
  flush(path.dirname(to));
  flush(path.dirname(from));
}
