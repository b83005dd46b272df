import { startApp, type App } from '../app.ts';
import { systemIds } from '../ids.ts';
import { createLog, type Log } from '../log.ts';
import type { CliContext, CliVerb } from './verb.ts';

/** A process that does not end by itself within this time after a signal is ended. */
const DRAIN_MS = 15_000;

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
  clock.after(DRAIN_MS, () => process.exit(1));
  try {
    await app.stop();
    process.exit(0);
  } catch (err) {
    log.error('the process did not stop cleanly', { err });
    process.exit(1);
  }
}
