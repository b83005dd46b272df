import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter, Sink } from '../adapters/adapter.ts';
import { callable } from '../commands/callable.ts';
import { vocabulary } from '../commands/vocabulary.ts';
import { jobs } from '../jobs/registry.ts';
import { createScheduler } from '../jobs/scheduler.ts';
import { shiftableClock, type Clock } from './clock.ts';
import { urlHost, type Config } from './config.ts';
import { appKey, appName } from './domain/address.ts';
import { hasAdmin } from './domain/membership.ts';
import { routeByRules } from './domain/routing.ts';
import { openEmbedded } from './embedded/embedded.ts';
import { createFiles } from './files/disk.ts';
import { offerAdminCode } from './flow/first-admin.ts';
import { createApi } from './flow/api.ts';
import { createFlow, type Flow } from './flow/flow.ts';
import { liveDirectory } from './flow/live-directory.ts';
import { createTimeline } from './flow/timeline.ts';
import { openLink } from './flow/links.ts';
import type { Down } from './flow/outage.ts';
import type { Parts } from './flow/parts.ts';
import { createRoster } from './flow/roster.ts';
import type { ApiPorts } from './http/api/ports.ts';
import { apiRoutes } from './http/api/router.ts';
import { createHttpServer } from './http/server.ts';
import { createMetrics, type QueueFigures } from './http/metrics.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import { dataFolder, orSetupError, storeFolder } from './place.ts';
import { buildSandbox } from './sandbox.ts';
import { loadSecrets } from './secret.ts';
import { reseedDemo, seedDemo } from './seed.ts';
import { loadDemoTickets, provideDemo } from './shop/demo.ts';
import { loadShop, parseShop, type Shop } from './shop/shop.ts';
import { openStore, type Store } from './storage/store.ts';
import { triage } from './triage/triage.ts';
import { createVault } from './vault.ts';
import { watchStore } from './watch.ts';

export interface AppOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Whether loops and jobs run by themselves (default); tests in virtual time move the flow with `flow.settle()` instead. */
  readonly background?: boolean;
  /** Whether the demo shop's past is played into an empty store (default). */
  readonly past?: boolean;
  /** Where the embedded store keeps acknowledged writes safe from a power cut (default); tests go without. */
  readonly fsync?: boolean;
}

export interface App {
  /** Where the process listens. */
  readonly url: string;
  /** Where the data is, for the operator; never an address with credentials. */
  readonly data: string;
  readonly flow: Flow;
  readonly store: Store;
  /** `demo` or the file of the shop. */
  readonly shop: string;
  /** Nobody could run the place yet: the code that makes the first admin, null where one printed earlier is still good. */
  readonly firstAdmin: { readonly code: string | null } | null;
  /** Takes no more in, ends what is under way, gives everything back. */
  stop(): Promise<void>;
}

/** The composition root: the only place that knows every part. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, ids, log } = options;
  const clock = shiftableClock(options.clock);
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    // What one part cannot give back, for the store is away, must not keep the others.
    for (const step of undo.splice(0).toReversed()) await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    const demo = config.shopFile === null ? await provideDemo(config.data, config.locale) : null;
    const own = await loadShop(demo?.shop ?? config.shopFile ?? '', config.locale);
    const secrets = loadSecrets(config.secret, ids, config.locale);
    const embedded = config.mongodbUri === null ? await openOwnStore(config, options.fsync !== false) : null;
    if (embedded !== null) undo.push(() => embedded.stop());

    let store: Store | null = null;
    const adapters = new Map<string, Adapter>();
    const metrics = createMetrics({ log, queues: () => queueFigures(store, [...adapters.keys()], clock.now()) });
    const opened = await openStore(embedded?.uri ?? config.mongodbUri ?? '', (command, collection) => {
      metrics.write(command, collection);
    });
    store = opened;
    undo.push(() => opened.close());
    // Nobody else can be at work on an embedded store: what a killed process held is free.
    if (embedded !== null) await Promise.all([opened.leases.freeAll(), opened.inbox.freeAll(clock.now())]);

    const shop = await agreeOnShop(opened, own, clock, config);
    const files = createFiles({ directory: join(dataFolder(config), 'files'), facts: opened.files, clock, ids });
    const sandbox = config.sandbox.on
      ? await buildSandbox(config, shop, { store: opened, files, clock, ids, log })
      : null;
    if (sandbox !== null) adapters.set(appKey(sandbox), sandbox);
    const live = liveDirectory(opened, clock, shop.directory);
    await live.refresh();
    let listens = `http://${urlHost(config.host)}:${config.port}`;
    const parts: Parts = {
      store: opened,
      clock,
      ids,
      meter: metrics,
      vault: createVault(secrets, ids),
      process: ids.next(),
      roster: createRoster(opened, clock),
      directory: live.now,
      live,
      triage: (words) => triage(words, shop.rules),
      route: routeByRules,
      recent: new Map(),
      publicUrl: () => config.publicUrl ?? listens,
      files,
      adapters,
    };
    const flow = createFlow(parts);
    for (const adapter of adapters.values()) {
      await startAdapter(adapter, flow.sink, log);
      undo.push(() => adapter.stop());
    }
    const past =
      demo === null || options.past === false ? [] : await loadDemoTickets(demo.tickets, shop, config.locale);
    const seeding = sandbox === null || demo === null ? null : { store: opened, clock, flow, sandbox, shop, past };
    if (seeding !== null && options.past !== false) await seedDemo(seeding);
    const firstAdmin = await offerFirstAdmin(parts);
    const background = options.background !== false;
    if (background) await flow.start();
    undo.push(() => flow.stop());

    const watch = watchStore(opened, clock);
    undo.push(() => watch.stop());
    const database = opened.connection.db;
    if (database === undefined) throw new Error('the store is connected but has no database');
    /** How late each job last began. */
    const lags = new Map<string, number>();
    const scheduler = createScheduler({
      database,
      clock,
      jobs: jobs(flow, opened, clock, () => live.now().filing.draftMs),
      onRun: (job, { lagMs, failed }) => {
        metrics.jobLag(job, lagMs);
        lags.set(job, lagMs);
        if (failed) metrics.alarm('job', { job });
      },
    });
    if (background) await scheduler.start();
    undo.push(() => scheduler.stop());
    sandbox?.open({
      vocabulary: (locale) => vocabulary(live.now(), clock.now(), locale),
      ticket: createTimeline(parts, sandbox),
      machine: async () => ({
        ...(await flow.machine()),
        jobs: Array.from(lags, ([name, lagMs]) => ({ name, lagMs })),
      }),
      restart:
        seeding === null
          ? null
          : async (forget) => {
              await scheduler.stop();
              await flow.stop();
              try {
                await forget();
                await reseedDemo(seeding, live);
              } finally {
                if (background) {
                  await flow.start();
                  await scheduler.start();
                }
              }
            },
    });

    const server = createHttpServer({
      host: config.host,
      port: config.port,
      locale: config.locale,
      log,
      ids,
      clock,
      metrics,
      openFile: (link) => openLink(parts, link),
      routes: [
        { path: '/', router: apiRoutes(apiPorts(parts, flow)) },
        ...[...adapters.values()].flatMap((a) => a.routes ?? []),
      ],
      unready: () => [...watch.problems(), ...unhealthy(adapters.values())],
      degraded: () => flow.down().map(downLine),
    });
    const { url } = await server.start();
    listens = url.replace(/\/$/, '');
    undo.push(() => server.stop());
    // First of all: a page's stream never ends by itself.
    undo.push(() => Promise.resolve(sandbox?.hangUp()));
    const data = embedded === null ? 'MongoDB' : dataFolder(config);
    return { url, data, shop: demo === null ? (config.shopFile ?? '') : 'demo', firstAdmin, flow, store: opened, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the REST API stands on. Verbs that only show something are its own reads. */
function apiPorts(parts: Parts, flow: Flow): ApiPorts {
  const { store, directory, vault: signer, clock, ids } = parts;
  const { tickets, messages, apiKeys: keys } = store;
  const api = createApi(parts, flow.sink);
  return { api, tickets, messages, keys, directory, verbs: callable, signer, clock, ids };
}

async function openOwnStore(config: Config, fsync: boolean) {
  const directory = storeFolder(config);
  return orSetupError(async () => {
    mkdirSync(directory, { recursive: true });
    return openEmbedded({ directory, fsync });
  });
}

/** All processes on one store work by the same shop file: the newest that was imported. */
async function agreeOnShop(store: Store, own: Shop, clock: Clock, config: Config): Promise<Shop> {
  await store.settings.import('shop', own.hash, own.source, clock.now());
  const source = await store.settings.read('shop');
  return typeof source === 'string' && source !== own.source ? parseShop(source, 'gongdan.yaml', config.locale) : own;
}

/** Where a real platform is connected its people count, else those of the sandbox. */
async function offerFirstAdmin(parts: Parts): Promise<App['firstAdmin']> {
  const real = [...parts.adapters].filter(([, a]) => a.platform !== 'sandbox').map(([app]) => app);
  const apps = new Set(real.length > 0 ? real : parts.adapters.keys());
  return hasAdmin(parts.directory(), apps) ? null : { code: await offerAdminCode(parts) };
}

/** One platform that cannot start never stops the others. */
async function startAdapter(adapter: Adapter, sink: Sink, log: Log): Promise<void> {
  try {
    await adapter.start(sink);
  } catch (err) {
    log.error('a platform could not be started', {
      platform: adapter.platform,
      err,
    });
  }
}

const unhealthy = (adapters: Iterable<Adapter>): readonly string[] =>
  [...adapters].flatMap((a) => {
    const { ok, detail } = a.health();
    return ok ? [] : [`${a.platform}: ${detail}`];
  });

/** `slack/T1: no answer since 2026-11-11T14:02:00Z, 132 wait` */
function downLine({ app, since, reason, waiting }: Down): string {
  const what = reason === 'auth' ? 'credentials refused' : 'no answer';
  return `${appName(app)}: ${what} since ${since.toISOString().replace(/\.\d+Z$/, 'Z')}, ${waiting} wait`;
}

async function queueFigures(store: Store | null, apps: readonly string[], at: Date): Promise<QueueFigures> {
  if (store === null) throw new Error('the store is not open yet');
  const [perApp, deadLetters, inbox] = await Promise.all([
    store.outbox.counts(apps),
    store.outbox.countDead(),
    store.inbox.counts(),
  ]);
  return {
    inboxDepth: inbox.open,
    outboxDepth: perApp.reduce((sum, a) => sum + a.pending, 0),
    outboxOldestMs: Math.max(0, ...perApp.map((a) => (a.oldest === null ? 0 : at.getTime() - a.oldest.getTime()))),
    deadLetters,
    parkedRows: inbox.parked,
  };
}
