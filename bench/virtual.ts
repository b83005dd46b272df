import { join } from 'node:path';
import { createCharts } from '../src/chart/charts.ts';
import type { Adapter, InboundEvent, OutMessage, Ref } from '../adapters/adapter.ts';
import type { SandboxLimit } from '../adapters/sandbox/limits.ts';
import { createSandbox } from '../adapters/sandbox/sandbox.ts';
import type { SandboxMessage } from '../adapters/sandbox/store.ts';
import { appKey } from '../src/domain/address.ts';
import { routeByRules } from '../src/domain/routing.ts';
import { DeliveryError } from '../src/errors.ts';
import { createFiles } from '../src/files/disk.ts';
import { createFlow, type Flow } from '../src/flow/flow.ts';
import { liveDirectory } from '../src/flow/live-directory.ts';
import { liveQuiet } from '../src/flow/quiet.ts';
import type { Parts } from '../src/flow/parts.ts';
import { createRoster } from '../src/flow/roster.ts';
import { systemIds } from '../src/ids.ts';
import { createLog } from '../src/log.ts';
import { createNoteFault } from '../src/fault.ts';
import { parseShop } from '../src/shop/shop.ts';
import { sandboxStore } from '../src/storage/sandbox.ts';
import { ensureIndexes, type Store } from '../src/storage/store.ts';
import { triage } from '../src/triage/triage.ts';
import { createVault } from '../src/vault.ts';
import { createPost } from '../src/webhooks/post.ts';
import { manualClock, type ManualClock } from '../test/support/clock.ts';
import { aStore } from '../test/support/flow.ts';

/** One message that the platform was asked to post or change. */
export interface Call {
  readonly at: number;
  readonly method: 'send' | 'update';
  readonly conversation: string;
  readonly message: OutMessage;
  readonly key: string;
  /** The platform's id of the message; null: it was refused. */
  readonly ref: string | null;
  /** The platform refused it for its rate, or swallowed it. */
  readonly outcome: 'taken' | 'refused' | 'dropped';
}

/** The whole flow over the sandbox in virtual time, in this process. */
export interface Virtual {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly parts: Parts;
  readonly flow: Flow;
  readonly calls: readonly Call[];
  /** How long boards showed what was no longer so, ms, each time one was drawn. */
  readonly lags: readonly number[];
  accept(event: InboundEvent): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it with a shop (the text of a `gongdan.yaml`), the platform's limits and the conversations whose messages cannot be changed. */
export async function openVirtual(
  source: string,
  limits: readonly SandboxLimit[],
  fixed: readonly string[],
): Promise<Virtual> {
  const on = await aStore();
  const { store, directory } = on;
  const kept = sandboxStore(store.connection);
  await ensureIndexes(kept.models);
  const clock = manualClock();
  const shop = parseShop(source, 'gongdan.yaml', 'en');
  if (shop.sandbox === null) throw new Error('the shop has no sandbox');
  const files = createFiles({ directory: join(directory, 'files'), facts: store.files, clock, ids: systemIds });
  const sandbox = createSandbox({
    store: kept,
    clock,
    ids: systemIds,
    files,
    limits,
    fixed,
    people: shop.sandbox.people,
    conversations: shop.sandbox.conversations,
    access: { token: null, hosts: [] },
    web: '',
  });
  const calls: Call[] = [];
  const watched = watch(sandbox, clock, calls, (id) => kept.find(id));
  const live = liveDirectory(store, clock, shop.directory);
  const lags: number[] = [];
  const seen = (_app: string, ms: number): void => {
    lags.push(ms);
  };
  const nothing = (): void => undefined;
  const log = createLog({ level: 'silent', readable: false, clock });
  const parts: Parts = {
    store,
    clock,
    ids: systemIds,
    meter: {
      inbound: nothing,
      intent: nothing,
      delivered: nothing,
      seen,
      platform: nothing,
      failed: nothing,
      notified: nothing,
      alarm: nothing,
    },
    log,
    noteFault: createNoteFault({ log, clock, ids: systemIds, errors: store.errors }),
    vault: createVault({ grantKey: Buffer.alloc(32, 1), digestSalt: 'salt', linkKey: Buffer.alloc(32, 2) }, systemIds),
    process: systemIds.next(),
    roster: createRoster(store, clock),
    directory: live.now,
    live,
    quiet: liveQuiet(store),
    charts: createCharts({ clock }),
    triage: (text) => triage(text, shop.rules),
    route: routeByRules,
    recent: new Map(),
    publicUrl: () => 'http://127.0.0.1',
    postWebhook: createPost({ clock }),
    files,
    adapters: new Map([[appKey(sandbox), watched]]),
  };
  const flow = createFlow(parts);
  await sandbox.start(flow.sink);
  return {
    clock,
    store,
    parts,
    flow,
    calls,
    lags,
    accept: async (event) => {
      await flow.sink.accept(event, { answerBy: 0 });
    },
    async stop() {
      await flow.stop();
      await sandbox.stop();
      await on.close();
    },
  };
}

/** The same adapter, its calls written down with what the platform made of them. */
function watch(
  adapter: Adapter,
  clock: ManualClock,
  calls: Call[],
  find: (id: string) => Promise<SandboxMessage | null>,
): Adapter {
  const noted = async (call: Omit<Call, 'at' | 'ref' | 'outcome'>, work: () => Promise<Ref>): Promise<Ref> => {
    const at = clock.monotonic();
    try {
      const ref = await work();
      const outcome = shows(await find(ref.id), call.message) ? 'taken' : 'dropped';
      calls.push({ ...call, at, ref: ref.id, outcome });
      return ref;
    } catch (error) {
      if (error instanceof DeliveryError && error.failure === 'rate-limited')
        calls.push({ ...call, at, ref: null, outcome: 'refused' });
      throw error;
    }
  };
  return {
    ...adapter,
    send: (address, message, key, visibleTo) =>
      noted({ method: 'send', conversation: address.conversation, message, key }, () =>
        adapter.send(address, message, key, visibleTo),
      ),
    update: (address, ref, message, key, grant) =>
      noted({ method: 'update', conversation: address.conversation, message, key }, () =>
        adapter.update(address, ref, message, key, grant),
      ),
  };
}

/** Whether what the platform was asked to show, or something newer, stands there. */
function shows(kept: SandboxMessage | null, message: OutMessage): boolean {
  if (kept === null) return false;
  return message.type === 'card' ? (kept.version ?? 0) >= message.version : kept.text === message.text;
}
