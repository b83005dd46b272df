import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { systemIds as ids } from '../ids.ts';
import { createLog } from '../log.ts';
import { createNoteFault } from '../fault.ts';
import { hasStore } from './doctor.ts';
import { withStore } from './store.ts';

/** Where the places of an error go: not among what the command itself prints. */
export interface Complaints {
  readonly isTTY?: boolean;
  write(line: string): unknown;
}

/**
 * A command failed for a reason that is ours and not the operator's: its places go to `stream` as a line of the log, and into the
 * store where there is one that can be reached. Gives the number under which `gongdan trace` finds it.
 */
export async function reportFailure(
  { config, clock, stream }: { readonly config: Config; readonly clock: Clock; readonly stream: Complaints },
  verb: string,
  error: unknown,
): Promise<string> {
  const line = { write: (words: string): void => void stream.write(words) };
  const log = createLog({ level: 'error', readable: stream.isTTY === true, clock, stream: line });
  const add: Parameters<typeof createNoteFault>[0]['errors']['add'] = async (stored) =>
    hasStore(config) ? withStore(config, (store) => store.errors.add(stored)) : true;
  return createNoteFault({ log, clock, ids, errors: { add } })({ where: 'command', what: verb, error });
}
