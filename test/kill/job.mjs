// A process that runs one job, which never ends, until it is killed. Writes a line when it has begun.
// node job.mjs STORE_URI LOCK_MS
import { writeSync } from 'node:fs';
import { createScheduler } from '../../dist/jobs/scheduler.js';
import { systemClock } from '../../dist/src/clock.js';
import { openStore } from '../../dist/src/storage/store.js';

const [uri, lockMs] = process.argv.slice(2);
const store = await openStore(uri);
const run = () => {
  writeSync(1, 'began\n');
  return new Promise(() => undefined);
};
await createScheduler({
  database: store.connection.db,
  process: 'killed',
  clock: systemClock,
  jobs: [{ name: 'retention', every: '1 hour', lockMs: Number(lockMs), run }],
  onRun: () => undefined,
  onFailure: async () => '',
  scanMs: 50,
}).start();
