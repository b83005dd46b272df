import { startApp, type App } from './app.ts';
import { systemClock } from './clock.ts';
import { processEnvironment, readConfig, type Config } from './config.ts';
import { SetupError } from './errors.ts';
import { systemIds } from './ids.ts';
import { createLog, type Log } from './log.ts';
import { operator } from './text/operator.ts';
import { text } from './text/text.ts';

/** A process that does not end by itself within this time after a signal is ended. */
const DRAIN_MS = 15_000;

async function start(): Promise<void> {
  const env = processEnvironment();
  const config = readConfig({ env, cwd: process.cwd(), ids: systemIds, platforms: [] });
  const log = createLog({ level: config.logLevel, readable: process.stdout.isTTY, clock: systemClock });
  const app = await startApp({ config, clock: systemClock, ids: systemIds, log });
  announce(config, app);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shutDown(app, log));
}

/** What the operator reads after the start. */
function announce(config: Config, app: App): void {
  const reader = operator(config.locale);
  const { url, data, shop } = app;
  const lines = [text(reader, 'setup.started', { url, store: data, shop })];
  const { on, token } = config.sandbox;
  if (on && token === null) lines.push(text(reader, 'setup.sandbox_open', { url }));
  if (on && token !== null) lines.push(text(reader, 'setup.sandbox_token', { url, token }));
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function shutDown(app: App, log: Log): Promise<void> {
  systemClock.after(DRAIN_MS, () => {
    process.exitCode = 1;
    process.exit();
  });
  try {
    await app.stop();
    process.exit(0);
  } catch (err) {
    log.error('the process did not stop cleanly', { err });
    process.exit(1);
  }
}

try {
  await start();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
