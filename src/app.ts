import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter, Changes, Entrance } from '../adapters/adapter.ts';
import { callable } from '../commands/callable.ts';
import { vocabulary } from '../commands/vocabulary.ts';
import { jobs } from '../jobs/registry.ts';
import { createScheduler } from '../jobs/scheduler.ts';
import { createDaily } from './backup/daily.ts';
import { backupFolder, finishRestore, sealingKeys, subjectOf } from './backup/installation.ts';
import { makeBackup, type MadeBackup, type Snapshot } from './backup/make.ts';
import { lastBackup } from './backup/record.ts';
import { createCharts } from './chart/charts.ts';
import { shiftableClock, type Clock } from './clock.ts';
import { urlHost, type Config } from './config.ts';
import { drain, type Part, type Started } from './drain.ts';
import { appKey } from './domain/address.ts';
import { hasAdmin } from './domain/membership.ts';
import { routeByRules } from './domain/routing.ts';
import { openEmbedded } from './embedded/embedded.ts';
import { createFiles } from './files/disk.ts';
import { offerAdminCode } from './flow/first-admin.ts';
import { createApi, type Api } from './flow/api.ts';
import { createFlow, type Flow } from './flow/flow.ts';
import { hookQueues } from './flow/hook-queues.ts';
import { liveDirectory } from './flow/live-directory.ts';
import { withoutSecret } from './flow/notify.ts';
import { createTimeline } from './flow/timeline.ts';
import { openExport } from './flow/export-link.ts';
import { openLink } from './flow/links.ts';
import type { Parts } from './flow/parts.ts';
import { liveQuiet } from './flow/quiet.ts';
import { createRoster } from './flow/roster.ts';
import type { ApiPorts } from './http/api/ports.ts';
import { apiRoutes } from './http/api/router.ts';
import { createHttpServer } from './http/server.ts';
import { createMetrics, type BackupFigures, type QueueFigures } from './http/metrics.ts';
import { buildHooks } from './hooks.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import { dataFolder, orSetupError, storeFolder } from './place.ts';
import { takeUpRestore } from './restored.ts';
import { buildSandbox } from './sandbox.ts';
import { buildDingTalk } from './dingtalk.ts';
import { buildOutside, warnOfUnreached } from './outside.ts';
import { buildSlack } from './slack.ts';
import { createNoteFault } from './fault.ts';
import { downLine, quietLine } from './degraded.ts';
import { loadSecrets } from './secret.ts';
import { reseedDemo, seedDemo } from './seed.ts';
import { loadDemoTickets, provideDemo } from './shop/demo.ts';
import { loadShop, parseShop, type Shop } from './shop/shop.ts';
import { databaseOf } from './storage/schema.ts';
import { openStore, type Store } from './storage/store.ts';
import { triage } from './triage/triage.ts';
import { upgradeStore } from './upgrade.ts';
import { createVault } from './vault.ts';
import { watchStore } from './watch.ts';
import { createPost } from './webhooks/post.ts';
import { buildWeCom } from './wecom.ts';

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
  /** Takes no more in, ends what is under way, gives everything back: in less than ten seconds. @throws Unended naming what did not end. */
  stop(): Promise<void>;
}

/** How long calls to platforms that are under way may take to end, ms: a part of the flow's share. */
const CALLS_MS = 2_000;

/** The composition root: the only place that knows every part. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, ids, log } = options;
  const clock = shiftableClock(options.clock);
  const started: Started[] = [];
  const stop = (): Promise<void> => drain(started.splice(0), clock);
  const onStop = (part: Part, end: Started['end']): void => void started.push({ part, end });
  try {
    await finishRestore(config);
    const demo = config.shopFile === null ? await provideDemo(config.data, config.locale) : null;
    const own = await loadShop(demo?.shop ?? config.shopFile ?? '', config.locale);
    const secrets = loadSecrets(config.secret, ids, config.locale);
    const embedded = config.mongodbUri === null ? await openOwnStore(config, options.fsync !== false) : null;
    if (embedded !== null) onStop('embedded', () => embedded.stop());

    const adapters = new Map<string, Adapter>();
    let figures = (): Promise<QueueFigures> => Promise.reject(new Error('the store is not open yet'));
    const metrics = createMetrics({
      log,
      queues: () => figures(),
      backup: () => backupFigures(config, clock),
    });
    const snapshot = embedded === null ? null : (file: string): Promise<void> => embedded.backup(file);
    const opened = await openStore(
      embedded?.uri ?? config.mongodbUri ?? '',
      (command, collection) => {
        metrics.write(command, collection);
      },
      async (fresh) => {
        const upgraded = await upgradeStore(fresh, { config, clock, ids, snapshot });
        if (upgraded !== null) log.info('the data was upgraded', { version: upgraded.to });
      },
    );
    onStop('store', () => opened.close());
    // Nobody else can be at work on an embedded store: what a killed process held is free.
    if (embedded !== null) await opened.freeAll(clock.now());

    const shop = await agreeOnShop(opened, own, clock, config);
    const files = createFiles({ directory: join(dataFolder(config), 'files'), facts: opened.files, clock, ids });
    const charts = createCharts({ clock });
    onStop('charts', () => charts.stop());
    const sandbox = config.sandbox.on
      ? await buildSandbox(config, shop, { store: opened, files, clock, ids, log })
      : null;
    if (sandbox !== null) adapters.set(appKey(sandbox), sandbox);
    let listens = `http://${urlHost(config.host)}:${config.port}`;
    const publicUrl = (): string => config.publicUrl ?? listens;
    const vault = createVault(secrets, ids);
    const noteFault = createNoteFault({ log, clock, ids, errors: opened.errors });
    const platformParts = { store: opened, files, clock, ids, log, vault, publicUrl, noteFault };
    const built = [
      await buildSlack(config, platformParts),
      await buildDingTalk(config, platformParts),
      await buildWeCom(config, platformParts),
    ];
    const entrances = built.filter((entrance) => entrance !== null);
    for (const entrance of entrances)
      for (const adapter of await entrance.load()) adapters.set(appKey(adapter), adapter);
    const outside = await buildOutside(config, clock);
    for (const adapter of outside) adapters.set(appKey(adapter), adapter);
    const live = liveDirectory(opened, clock, shop.directory);
    await live.refresh();
    warnOfUnreached(live.now(), adapters, log);
    const quiet = liveQuiet(opened);
    await takeUpRestore(dataFolder(config), quiet, clock.now(), config.locale);
    const parts: Parts = {
      store: opened,
      clock,
      ids,
      meter: metrics,
      log,
      noteFault,
      vault,
      process: ids.next(),
      roster: createRoster(opened, clock),
      directory: live.now,
      live,
      quiet,
      triage: (words) => triage(words, shop.rules),
      route: routeByRules,
      recent: new Map(),
      publicUrl,
      files,
      charts,
      postWebhook: createPost({ clock }),
      adapters,
    };
    figures = () => queueFigures(parts);
    const flow = createFlow(parts);
    onStop('platforms', async () => {
      await Promise.all([...adapters.values()].map((adapter) => adapter.stop()));
    });
    const ways = new Set(outside.map(({ platform }) => platform));
    for (const adapter of adapters.values()) {
      const started = orLog(adapter, log, () => adapter.start(flow.sink));
      // A mail server that hangs keeps nobody from their desk.
      if (!ways.has(adapter.platform)) await started;
    }
    const past =
      demo === null || options.past === false ? [] : await loadDemoTickets(demo.tickets, shop, config.locale);
    const seeding = sandbox === null || demo === null ? null : { store: opened, clock, flow, sandbox, shop, past };
    if (seeding !== null && options.past !== false) await seedDemo(seeding);
    for (const subscription of await withoutSecret(parts))
      log.warn('a subscription has no secret, so nothing is sent to it: gongdan hook secret', { subscription });
    const firstAdmin = await offerFirstAdmin(parts, ways);
    const background = options.background !== false;
    if (background) await flow.start();
    onStop('flow', () => flow.stop(CALLS_MS));

    const watch = watchStore(opened, clock);
    onStop('watch', () => watch.stop());
    /** How late each job last began. */
    const lags = new Map<string, number>();
    const daily = dailyBackup(options, clock, snapshot);
    const scheduler = createScheduler({
      database: databaseOf(opened.connection),
      clock,
      process: parts.process,
      jobs: jobs({ flow, store: opened, clock, directory: live.now, dailyBackup: daily }),
      onRun: (job, run) => {
        metrics.job(job, run, clock.now());
        lags.set(job, run.lagMs);
      },
      onFailure: (job, error) => {
        metrics.alarm('job', { job });
        return noteFault({ where: 'job', what: job, error });
      },
    });
    if (background) await scheduler.start();
    onStop('jobs', () => scheduler.stop());
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

    for (const entrance of entrances) {
      onStop('entrances', () => entrance.close());
      await orLog(entrance, log, () => entrance.open(flow.sink, comingAndGoing(adapters, flow, log)));
    }
    const api = createApi(parts, flow.sink);
    const hooks = await buildHooks({ parts, api, shop, isDemo: demo !== null, metrics, log });
    const server = createHttpServer({
      host: config.host,
      port: config.port,
      locale: config.locale,
      noteFault,
      clock,
      process: parts.process,
      metrics,
      openFile: (link) => openLink(parts, link),
      openExport: (link) => openExport(parts, flow.figures, link),
      hooks,
      routes: [
        { path: '/', router: apiRoutes(apiPorts(parts, api)) },
        ...[...adapters.values(), ...entrances].flatMap((a) => a.routes ?? []),
      ],
      unready: () => [
        ...watch.problems(),
        ...unhealthy([...adapters.values(), ...entrances].filter((a) => !ways.has(a.platform))),
      ],
      // Nobody works there: without them the bot is as good as ever.
      degraded: () => [...quietLine(flow.quiet()), ...flow.down().map(downLine), ...unhealthy(outside)],
    });
    const { url } = await server.start();
    listens = url.replace(/\/$/, '');
    onStop('http', () => server.stop());
    // First of all: a page's stream never ends by itself.
    onStop('streams', () => Promise.resolve(sandbox?.hangUp()));
    const data = embedded === null ? 'MongoDB' : dataFolder(config);
    return { url, data, shop: demo === null ? (config.shopFile ?? '') : 'demo', firstAdmin, flow, store: opened, stop };
  } catch (error) {
    // Why it could not start says more than what could not be ended.
    await stop().catch(() => undefined);
    throw error;
  }
}

/** What the REST API stands on. Verbs that only show something are its own reads. */
function apiPorts(parts: Parts, api: Api): ApiPorts {
  const { store, directory, vault: signer, clock, ids } = parts;
  const { tickets, messages, apiKeys: keys } = store;
  return { api, tickets, messages, keys, directory, verbs: callable, signer, clock, ids };
}

async function openOwnStore(config: Config, fsync: boolean) {
  const directory = storeFolder(config);
  return orSetupError(async () => {
    mkdirSync(directory, { recursive: true });
    return openEmbedded({ directory, fsync });
  });
}

/** What makes the daily backup when it is due; null: none is made, as on MongoDB, which has tools of its own. */
function dailyBackup(
  { config, ids, log }: AppOptions,
  clock: Clock,
  snapshot: Snapshot | null,
): (() => Promise<void>) | null {
  if (config.backups.daily === 'off') return null;
  if (snapshot === null) {
    log.info('no daily backup: the data is in MongoDB, use mongodump and backup --without-store');
    return null;
  }
  const make = (file: string): Promise<MadeBackup> =>
    makeBackup(subjectOf(config, snapshot), file, sealingKeys(config, ids), { clock, ids });
  const makeWhenDue = createDaily(backupFolder(config), clock, make);
  return async () => {
    const made = await makeWhenDue();
    if (made !== null) log.info('a backup was made', { count: made.entries });
  };
}

/** All processes on one store work by the same shop file: the newest that was imported. */
async function agreeOnShop(store: Store, own: Shop, clock: Clock, config: Config): Promise<Shop> {
  await store.settings.import('shop', own.hash, own.source, clock.now());
  const source = await store.settings.read('shop');
  return typeof source === 'string' && source !== own.source ? parseShop(source, 'gongdan.yaml', config.locale) : own;
}

/** Where a real platform is connected its people count, else those of the sandbox. */
async function offerFirstAdmin(parts: Parts, ways: ReadonlySet<string>): Promise<App['firstAdmin']> {
  const chats = [...parts.adapters].filter(([, a]) => !ways.has(a.platform));
  const real = chats.filter(([, a]) => a.platform !== 'sandbox').map(([app]) => app);
  const apps = new Set(real.length > 0 ? real : chats.map(([app]) => app));
  return hasAdmin(parts.directory(), apps) ? null : { code: await offerAdminCode(parts) };
}

/** One platform that cannot start never stops the others. */
async function orLog({ platform }: { readonly platform: string }, log: Log, start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (err) {
    log.error('a platform could not be started', { platform, err });
  }
}

/** Installations that come and go while the process runs. */
function comingAndGoing(adapters: Map<string, Adapter>, flow: Flow, log: Log): Changes {
  return {
    async joined(adapter) {
      adapters.set(appKey(adapter), adapter);
      await orLog(adapter, log, () => adapter.start(flow.sink));
      flow.join(adapter);
    },
    async left(adapter) {
      adapters.delete(appKey(adapter));
      await flow.leave(adapter);
      await adapter.stop();
    },
  };
}

const unhealthy = (parts: readonly Pick<Entrance, 'platform' | 'health'>[]): readonly string[] =>
  parts.flatMap((a) => {
    const { ok, detail } = a.health();
    return ok ? [] : [`${a.platform}: ${detail}`];
  });

async function backupFigures(config: Config, clock: Clock): Promise<BackupFigures | null> {
  const last = await lastBackup(dataFolder(config));
  return last === null ? null : { ageMs: clock.now().getTime() - last.at.getTime(), bytes: last.bytes };
}

async function queueFigures(parts: Parts): Promise<QueueFigures> {
  const { store, clock } = parts;
  const at = clock.now();
  const [perApp, deadLetters, inbox, hooks] = await Promise.all([
    store.outbox.counts([...parts.adapters.keys()]),
    store.outbox.countDead(),
    store.inbox.counts(),
    hookQueues(parts, store),
  ]);
  return {
    inboxDepth: inbox.open,
    outboxDepth: perApp.reduce((sum, a) => sum + a.pending, 0),
    outboxOldestMs: Math.max(0, ...perApp.map((a) => (a.oldest === null ? 0 : at.getTime() - a.oldest.getTime()))),
    deadLetters,
    parkedRows: inbox.parked,
    hooks,
  };
}
