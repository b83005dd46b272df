import type { Clock } from '../../src/clock.ts';
import type { Files } from '../../src/files/file.ts';
import type { Ids } from '../../src/ids.ts';
import type { Adapter, Sink } from '../adapter.ts';
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
  readonly access: SandboxAccess;
  /** Where uploaded files are kept. */
  readonly files: Files;
  /** Folder of the page (`web/sandbox`). */
  readonly web: string;
  /** The machine at work, for the page that shows it; default: there is no such page. */
  readonly machine?: () => Promise<unknown>;
  /** Name of the bot installation; default `sandbox`. */
  readonly app?: string;
  /** Hears of failures that no request could explain, for the log. */
  readonly onFailure?: (error: unknown) => void;
}

/** The sandbox's adapter, and its people's own doings for what does not come over HTTP (the demo's past). */
export interface Sandbox extends Adapter {
  readonly inbound: Inbound;
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
  const streams = createStreams(store, feed, clock);
  let secret = '';
  let sink: Sink | null = null;
  const inbound = createInbound({ app, store, files, clock, ids, world, feed, platform, secret: () => secret });
  const router = createRoutes({
    access: options.access,
    world,
    store,
    feed,
    inbound,
    changes: createChanges({ app, store, clock, ids, world, feed }),
    streams,
    files: createFileRoutes({ app, files, world }),
    web: options.web,
    machine: options.machine ?? null,
    sink: () => sink,
    onFailure,
  });

  return {
    inbound,
    platform: 'sandbox',
    app,
    capabilities: ({ conversation }) => ({
      update: !fixed.has(conversation),
      idempotentSend: true,
      privateInGroup: true,
      buttons: true,
      forms: true,
      images: true,
      maxText: MAX_TEXT,
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
