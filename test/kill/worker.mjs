// A process that delivers posts from a store to an emulated platform over HTTP, until it is killed. Writes a line after each step.
// node worker.mjs STORE_URI PLATFORM_URL NAME TAKEOVER_MS
import { writeSync } from 'node:fs';
import { systemClock } from '../../dist/src/clock.js';
import { createDeliverer } from '../../dist/src/flow/deliver.js';
import { createLoop } from '../../dist/src/flow/loop.js';
import { systemIds } from '../../dist/src/ids.js';
import { createLog } from '../../dist/src/log.js';
import { createNoteFault } from '../../dist/src/fault.js';
import { openStore } from '../../dist/src/storage/store.js';

const [storeUri, platformUrl, name, takeoverMs] = process.argv.slice(2);
const APP = 'emulated\none';

const call = async (method, conversation, key) => {
  const response = await fetch(platformUrl, {
    method: 'POST',
    body: JSON.stringify({ by: name, method, conversation, key }),
  });
  return response.json();
};
const adapter = {
  platform: 'emulated',
  app: 'one',
  capabilities: () => ({
    update: true,
    idempotentSend: false,
    privateInGroup: false,
    buttons: true,
    forms: false,
    images: false,
    maxText: 1000,
  }),
  limits: [],
  subjects: () => ({ member: null, robot: null }),
  send: ({ conversation }, _message, key) => call('send', conversation, key),
  update: ({ conversation }, _ref, _message, key) => call('update', conversation, key),
};
const nothing = () => undefined;
const directory = { people: new Map(), teams: new Map(), groups: new Map() };
const meter = {
  inbound: nothing,
  intent: nothing,
  delivered: nothing,
  platform: nothing,
  failed: nothing,
  notified: nothing,
  alarm: nothing,
};
const store = await openStore(storeUri);
const log = createLog({ level: 'silent', readable: false, clock: systemClock });
const noteFault = createNoteFault({ log, clock: systemClock, ids: systemIds, errors: store.errors });
const parts = {
  store,
  clock: systemClock,
  ids: systemIds,
  meter,
  log,
  noteFault,
  process: name,
  quiet: () => null,
  directory: () => directory,
};
const deliverer = createDeliverer({ ...parts, adapters: new Map([[APP, adapter]]) }, APP, adapter, Number(takeoverMs));
const step = async () => {
  const found = await deliverer.step();
  writeSync(1, 'step\n');
  return found;
};
createLoop(name, step, parts);
// The clock's own timers keep no process alive.
setInterval(nothing, 60_000);
