import { join } from 'node:path';
import type { Config } from './config.ts';
import { SetupError } from './errors.ts';

/** The demo shop keeps its data in a folder of its own, so that it never mixes with a real shop's. */
export const dataFolder = (config: Config): string =>
  config.shopFile === null ? join(config.data, 'demo') : config.data;

/** Where the embedded store lies. */
export const storeFolder = (config: Config): string => join(dataFolder(config), 'store');

/** What the embedded store says when it cannot be used is one clear sentence already. */
export async function orSetupError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}
