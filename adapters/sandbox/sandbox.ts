import type { Clock } from '../../src/clock.ts';
import type { Files } from '../../src/files/file.ts';
import { derivedId, type Ids } from '../../src/ids.ts';
import type { Adapter, Sink } from '../adapter.ts';
import type { Backstage } from './backstage.ts';
import { createBurst } from './burst.ts';
import { createChanges } from './changes.ts';
import { createStreams } from './events.ts';
import { createFeed } from './feed.ts';
import { createFileRoutes } from './files.ts';
import { createGate } from './gate.ts';
import type { SandboxAccess } from './guard.ts';
import { createInbound, type Inbound } from './inbound.ts';
import { sandboxLimits, type SandboxLimit } from './limits.ts';
import { createPlatform } from './platform.ts';
import { createRoutes } from './routes.ts';
import { MAX_TEXT } from './schema.ts';
import type { SandboxStore } from './store.ts';
import { createWorld, type SandboxConversation, type SandboxPerson } from './world.ts';

export interface SandboxOptions {
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly people: readonly SandboxPerson[];
  readonly conversations: readonly SandboxConversation[];
  /** What the emulated platform allows; default: `sandboxLimits`. */
  readonly limits?: readonly SandboxLimit[];
  /** Conversations in which a posted message cannot be changed, as in WeCom's groups; default: none. */
  readonly fixed?: readonly string[];
  /** How long after their last message a customer can be written to, as on an official account; default: for ever. */
  readonly windowMs?: number;
  readonly access: SandboxAccess;
  /** Where uploaded files are kept. */
  readonly files: Files;
  /** Folder of the built page. */
  readonly web: string;
  /** Name of the bot installation; default `sandbox`. */
  readonly app?: string;
  /** Hears of failures that no request could explain, for the log. */
  readonly onFailure?: (error: unknown) => void;
}

/** The sandbox's adapter, and its people's own doings for what does not come over HTTP (the demo's past). */
export interface Sandbox extends Adapter {
  readonly inbound: Inbound;
  /** What the page may ask of the rest of the product, once that is there. */
  open(backstage: Backstage): void;
  /** Ends the live streams, so that a server that stops need not wait for them. */
  hangUp(): void;
}

/**
 * An instant messenger served by the bot itself: customer chats, groups, direct chats. One process serves it.
 * Throws a `SetupError` when people and conversations do not fit together.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const { store, files, clock, ids, limits = sandboxLimits, app = 'sandbox', onFailure = () => undefined } = options;
  const world = createWorld(options.people, options.conversations);
  const fixed = new Set(options.fixed);
  const feed = createFeed(store, clock);
  const platform = createPlatform({
    store,
    clock,
    world,
    feed,
    gate: createGate(limits, clock),
    fixed,
    secret: () => secret,
  });
  let secret = '';
  let sink: Sink | null = null;
  let backstage: Backstage | null = null;
  const epoch = (): string => derivedId('sandbox-epoch', secret);
  const streams = createStreams(store, feed, clock, epoch);
  const inbound = createInbound({ app, store, files, clock, ids, world, feed, platform, secret: () => secret });
  const changes = createChanges({ app, store, clock, ids, world, feed });
  const burst = createBurst({ clock, ids, world, inbound, changes, onFailure });

  const forget = async (): Promise<void> => {
    await store.forget();
    world.reset();
    secret = await store.secret(ids.next() + ids.next());
  };
  /** Takes the sandbox out of service while `work` forgets what happened and lets the past happen anew. */
  const restart = async (work: NonNullable<Backstage['restart']>): Promise<void> => {
    const to = sink;
    sink = null;
    // Everybody comes back by themselves once this is over, and sees by the epoch that what they knew is gone.
    streams.close();
    try {
      await burst.stop();
      await inbound.idle();
      await work(forget);
    } finally {
      sink = to;
    }
  };

  const router = createRoutes({
    access: options.access,
    world,
    store,
    feed,
    inbound,
    changes,
    burst,
    backstage: () => backstage,
    epoch,
    restart,
    streams,
    files: createFileRoutes({ app, files, world }),
    web: options.web,
    sink: () => sink,
  });

  return {
    inbound,
    open(to) {
      backstage = to;
    },
    hangUp() {
      streams.close();
    },
    platform: 'sandbox',
    app,
    capabilities: ({ conversation }) => ({
      update: !fixed.has(conversation),
      idempotentSend: true,
      privateInGroup: true,
      buttons: true,
      forms: true,
      images: true,
      threads: false,
      maxText: MAX_TEXT,
      ...(options.windowMs !== undefined && { windowMs: options.windowMs }),
    }),
    limits,
    subjects: ({ conversation }, visibleTo) => ({
      member: platform.soleReader(conversation, visibleTo ?? null),
      robot: conversation,
    }),
    routes: { path: '/', router },
    async start(to) {
      secret = await store.secret(ids.next() + ids.next());
      await feed.open();
      const kept = await store.world();
      for (const person of kept.people) world.putPerson(person);
      for (const conversation of kept.conversations) world.put(conversation);
      sink = to;
    },
    async stop() {
      sink = null;
      await burst.stop();
      streams.close();
      feed.close();
      await inbound.idle();
    },
    send: async (address, message, key, visibleTo) =>
      platform.post(address.conversation, message, key, visibleTo ?? null),
    update: async (_address, ref, message) => platform.redraw(ref, message),
    reply: async (grant, message, key) => platform.reply(grant.secret, message, key),
    lookUp(user) {
      const person = world.people.get(user);
      if (person === undefined) return Promise.resolve(null);
      const { name, locale, timeZone } = person;
      const direct = world.chatsOf(user).find(({ kind }) => kind === 'direct');
      return Promise.resolve({
        name,
        ...(direct !== undefined && { direct: direct.id }),
        ...(locale !== undefined && { locale }),
        ...(timeZone !== undefined && { timeZone }),
      });
    },
    health: () => (sink === null ? { ok: false, detail: 'not started' } : { ok: true, detail: 'ok' }),
  };
}
