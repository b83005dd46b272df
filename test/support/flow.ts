import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter, Capabilities, InboundMessage, Limit, OutMessage } from '../../adapters/adapter.ts';
import type { Clock } from '../../src/clock.ts';
import { openEmbedded } from '../../src/embedded/embedded.ts';
import { DeliveryError } from '../../src/errors.ts';
import { createCharts } from '../../src/chart/charts.ts';
import { createFiles } from '../../src/files/disk.ts';
import { createFlow, type Flow } from '../../src/flow/flow.ts';
import type { RosterReads } from '../../src/flow/roster.ts';
import { liveDirectory } from '../../src/flow/live-directory.ts';
import type { Parts } from '../../src/flow/parts.ts';
import { liveQuiet } from '../../src/flow/quiet.ts';
import { routeByRules } from '../../src/domain/routing.ts';
import { systemIds } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createNoteFault } from '../../src/fault.ts';
import { openStore, type Store } from '../../src/storage/store.ts';
import { triage } from '../../src/triage/triage.ts';
import { DEFAULT_RULES } from '../../src/triage/default-rules.ts';
import { createVault } from '../../src/vault.ts';
import { createPost } from '../../src/webhooks/post.ts';
import { manualClock, type ManualClock } from './clock.ts';
import { aDirectory } from './tickets.ts';

/** An embedded store on its own, for what stands directly on it. */
export interface OwnStore {
  readonly store: Store;
  readonly uri: string;
  /** A folder that is gone when it is closed. */
  readonly directory: string;
  /** Forgets every document, so that the next story begins as the first did. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function aStore(driverOptions = ''): Promise<OwnStore> {
  const directory = await mkdtemp(join(tmpdir(), 'store-'));
  const embedded = await openEmbedded({ directory, fsync: false });
  const store = await openStore(`${embedded.uri}${driverOptions}`);
  return {
    store,
    uri: embedded.uri,
    directory,
    async empty() {
      const collections = (await store.connection.db?.collections()) ?? [];
      await Promise.all(collections.map((c) => c.deleteMany({})));
    },
    async close() {
      await store.close();
      await embedded.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One call that an adapter's double took. */
export interface Call {
  readonly method: 'send' | 'update' | 'reply' | 'withdraw';
  readonly conversation: string;
  readonly key: string;
  readonly message: OutMessage;
  readonly at: number;
  /** The posted message below which it was put. */
  readonly thread?: string;
  /** The only user who sees it. */
  readonly visibleTo?: string;
  /** The secret of the grant that a change spent. */
  readonly spent?: string;
}

/** A platform that notes what it takes and fails as told: the next calls meet these failures, in order. */
export interface DoubleAdapter extends Adapter {
  readonly calls: Call[];
  fails(...failures: readonly (DeliveryError | null)[]): void;
}

export const failure = (kind: DeliveryError['failure'], retryAfterMs?: number): DeliveryError =>
  new DeliveryError(kind, `scripted: ${kind}`, retryAfterMs);

/** How long a double's grants are good, as WeCom's codes. */
export const LENT_MS = 72 * 3_600_000;

const NOTHING: OutMessage = { type: 'text', text: '', attachments: [] };

export function doubleAdapter(
  clock: Clock,
  limits: readonly Limit[] = [],
  can: Partial<Capabilities> = {},
): DoubleAdapter {
  const calls: Call[] = [];
  const script: (DeliveryError | null)[] = [];
  const take = (
    method: Call['method'],
    conversation: string,
    key: string,
    message: OutMessage,
    more: Pick<Call, 'spent' | 'visibleTo'> = {},
  ): void => {
    calls.push({
      method,
      conversation,
      key,
      message,
      at: clock.now().getTime(),
      ...(message.type === 'text' && message.thread !== undefined && { thread: message.thread }),
      ...more,
    });
    const next = script.shift();
    if (next !== undefined && next !== null) throw next;
  };
  return {
    calls,
    fails: (...failures) => {
      script.push(...failures);
    },
    platform: 'sandbox',
    app: 'demo',
    capabilities: () => ({
      update: true,
      idempotentSend: true,
      privateInGroup: true,
      buttons: true,
      forms: true,
      images: true,
      threads: false,
      maxText: 4_000,
      ...can,
    }),
    limits,
    subjects: (_address, visibleTo) => ({ member: visibleTo ?? null, robot: null }),
    routes: null,
    start: async () => undefined,
    stop: async () => undefined,
    send: async (address, message, key, visibleTo) => {
      take('send', address.conversation, key, message, visibleTo === undefined ? {} : { visibleTo });
      const expiresAt = new Date(clock.now().getTime() + LENT_MS);
      const grants = can.update === 'by-grant' ? { grants: [{ secret: `sent:${key}`, uses: 1, expiresAt }] } : {};
      return { id: `posted:${key}`, ...grants };
    },
    ...(can.update === 'by-grant' && {
      withdraw: async (address, ref) => {
        calls.push({
          method: 'withdraw',
          conversation: address.conversation,
          key: ref.id,
          message: NOTHING,
          at: clock.now().getTime(),
        });
      },
    }),
    update: async (address, ref, message, key, grant) => {
      take('update', address.conversation, key, message, grant === undefined ? {} : { spent: grant.secret });
      return ref;
    },
    reply: async (_grant, message, key) => {
      take('reply', '', key, message);
    },
    lookUp: async () => null,
    health: () => ({ ok: true, detail: 'ok' }),
  };
}

/** Everybody is on duty, for ever. */
function everybodyThere(): RosterReads {
  const since = new Date(0);
  const until = new Date('2100-01-01T00:00:00Z');
  const on = (_id: string) => ({ _id, state: 'on', since, until, ends: until, by: _id }) as const;
  const roster = new Map([...aDirectory().people.keys()].map((id) => [id, on(id)] as const));
  return { read: async () => roster, keep: async () => undefined };
}

export interface Bench {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly parts: Parts;
  readonly adapter: DoubleAdapter;
  readonly flow: Flow;
  readonly alarms: { what: string; detail: Readonly<Record<string, string | number>> }[];
  /** A customer writes; what it causes happens. */
  writes(text: string, more?: Partial<InboundMessage>): Promise<void>;
  /** Time passes, and what falls due happens. */
  passes(ms: number): Promise<void>;
}

let events = 0;

/** The flow over a store, with the directory of `tickets.ts` and a double for the platform. */
export function aBench(
  store: Store,
  more: Partial<Parts> = {},
  limits: readonly Limit[] = [],
  can: Partial<Capabilities> = {},
  clock: ManualClock = manualClock(),
): Bench {
  const adapter = doubleAdapter(clock, limits, can);
  const alarms: Bench['alarms'] = [];
  const live = liveDirectory(store, clock, aDirectory());
  const log = more.log ?? createLog({ level: 'silent', readable: false, clock });
  const parts: Parts = {
    store,
    clock,
    ids: systemIds,
    meter: {
      inbound: () => undefined,
      intent: () => undefined,
      delivered: () => undefined,
      seen: () => undefined,
      platform: () => undefined,
      failed: () => undefined,
      notified: () => undefined,
      alarm: (what, detail) => {
        alarms.push({ what, detail });
      },
    },
    log,
    noteFault: createNoteFault({ log, clock, ids: systemIds, errors: store.errors }),
    vault: createVault({ grantKey: Buffer.alloc(32, 1), digestSalt: 'salt', linkKey: Buffer.alloc(32, 2) }, systemIds),
    process: systemIds.next(),
    roster: everybodyThere(),
    directory: live.now,
    live,
    quiet: liveQuiet(store),
    triage: (text) => triage(text, { own: [], shipped: DEFAULT_RULES }),
    route: routeByRules,
    recent: new Map(),
    publicUrl: () => 'https://desk.example',
    files: createFiles({ directory: tmpdir(), facts: store.files, clock, ids: systemIds }),
    charts: createCharts({ clock }),
    postWebhook: createPost({ clock }),
    adapters: new Map([['sandbox\ndemo', adapter]]),
    ...more,
  };
  const flow = createFlow(parts);
  return {
    clock,
    store,
    parts,
    adapter,
    flow,
    alarms,
    async writes(text, changed = {}) {
      events += 1;
      await flow.sink.accept({ ...aMessage(clock, `event-${events}`, text), ...changed });
      await flow.settle();
    },
    async passes(ms) {
      clock.advance(ms);
      await flow.settle();
      await flow.wake();
      await flow.settle();
    },
  };
}

export const aMessage = (clock: ManualClock, id: string, text: string): InboundMessage => ({
  kind: 'message',
  platform: 'sandbox',
  app: 'demo',
  id,
  conversation: { id: 'customer:xiaomei', kind: 'customer' },
  sender: { id: 'xiaomei', name: '小美' },
  receivedAt: clock.now(),
  text,
  attachments: [],
  addressed: true,
});
