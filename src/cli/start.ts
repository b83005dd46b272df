import { startApp, type App } from '../app.ts';
import { Unended } from '../drain.ts';
import { systemIds } from '../ids.ts';
import { createLog, type Log } from '../log.ts';
import type { CliContext, CliVerb } from './verb.ts';

/** Every part has a share of the time; whatever happens, the process is gone by then. */
const DRAIN_MS = 9_900;

export const start: CliVerb = {
  usage: 'start',
  summary: 'cli.start',
  run: async (context) => {
    const { config, clock } = context;
    const log = createLog({ level: config.logLevel, readable: process.stdout.isTTY, clock });
    const app = await startApp({ config, clock, ids: systemIds, log });
    announce(context, app);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shutDown(context, app, log));
  },
};

/** What the operator reads after the start. */
function announce({ config, tell }: CliContext, app: App): void {
  const { url, data, shop } = app;
  tell({ key: 'setup.started', params: { url, store: data, shop } });
  if (app.firstAdmin !== null) {
    const { code } = app.firstAdmin;
    tell(
      code === null ? { key: 'setup.admin_code_kept', params: null } : { key: 'setup.admin_code', params: { code } },
    );
  }
  const { on, token } = config.sandbox;
  if (on && token === null) tell({ key: 'setup.sandbox_open', params: { url } });
  if (on && token !== null) tell({ key: 'setup.sandbox_token', params: { url, token } });
}

async function shutDown({ clock }: CliContext, app: App, log: Log): Promise<void> {
  const unclean = (what: string, err: unknown): void => {
    log.error('the process did not stop cleanly', { what, ...(err !== undefined && { err }) });
    process.exit(1);
  };
  clock.after(DRAIN_MS, () => {
    unclean('drain', undefined);
  });
  try {
    await app.stop();
    process.exit(0);
  } catch (error) {
    if (error instanceof Unended) unclean(error.parts.join(', '), error.cause);
    else unclean('drain', error);
  }
}
