import express from 'express';
import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import type { Files } from '../../src/files/file.ts';
import type { Ids } from '../../src/ids.ts';
import type { Log } from '../../src/log.ts';
import { text } from '../../src/text/text.ts';
import type { Changes, Entrance, Sink } from '../adapter.ts';
import type { Signer } from '../shared/signed.ts';
import { createDoor, type Source } from './bolt.ts';
import { createInbound } from './inbound.ts';
import type { Words } from './modals.ts';
import { createOAuth } from './oauth.ts';
import { createReceiver } from './receiver.ts';
import type { SlackSettings } from './settings.ts';
import { createSocket, type Socket } from './socket.ts';
import type { SlackInstallation, SlackStore } from './store.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** How often other processes' installations are looked for, ms. */
const LOOK_MS = 5_000;

export interface SlackOptions {
  readonly settings: SlackSettings;
  readonly store: SlackStore;
  readonly files: Files;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The vault: what proves grants and OAuth states. */
  readonly signer: Signer;
  /** Where people reach this process, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly locale: Locale;
  /** Hears of what failed after it was acknowledged, or that nobody sends again. */
  readonly onFailure: (error: unknown) => void;
}

/** Slack: one workspace by token, or every one that installed the app. */
export interface Slack extends Entrance {
  load(): Promise<readonly Workspace[]>;
}

export function createSlack(options: SlackOptions): Slack {
  const { settings, store, clock, log, locale, onFailure } = options;
  const { botToken, oauth, signingSecret, appToken, apiUrl } = settings;
  const workspaces = new Map<string, Workspace>();
  let sink: Sink | null = null;
  let changes: Changes | null = null;
  let version = -1;
  let cancelLook: (() => void) | null = null;

  const words: Words = (key, to) => text({ locale: to, timeZone: 'UTC', now: clock.now() }, `slack.${key}`, null);
  const refusedWords =
    (name: string | null) =>
    (code: string): string =>
      text({ locale, timeZone: 'UTC', now: clock.now() }, 'slack.token_refused', { workspace: name, code });

  const workspaceFrom = (installation: SlackInstallation): Workspace =>
    createWorkspace({
      ...options,
      app: installation.id,
      token: installation.botToken,
      installation,
      apiUrl,
      refused: refusedWords(installation.name),
    });

  const opened = (): Sink => {
    if (sink === null) throw new Error('Slack is not taken in from now');
    return sink;
  };

  const join = async (installation: SlackInstallation): Promise<void> => {
    const earlier = workspaces.get(installation.id);
    if (earlier?.identity().token === installation.botToken) return;
    if (earlier !== undefined) await leave(installation.id);
    const workspace = workspaceFrom(installation);
    workspaces.set(installation.id, workspace);
    await changes?.joined(workspace);
  };

  const leave = async (id: string): Promise<void> => {
    const workspace = workspaces.get(id);
    if (workspace === undefined) return;
    workspaces.delete(id);
    await changes?.left(workspace);
  };

  /** Takes over what other processes installed or removed. */
  const refresh = async (): Promise<void> => {
    const now = await store.version();
    if (now === version) return;
    const installed = await store.installations();
    for (const installation of installed) await join(installation);
    const ids = new Set(installed.map(({ id }) => id));
    for (const id of workspaces.keys()) if (!ids.has(id)) await leave(id);
    version = now;
  };

  const look = (): void => {
    cancelLook = clock.after(LOOK_MS, () => {
      refresh().then(look, look);
    });
  };

  const only = (): Workspace | null => (botToken === null ? null : (workspaces.get('slack') ?? null));

  const workspaceOf = async (source: Source): Promise<Workspace | null> => {
    const single = only();
    if (single !== null) {
      const { team, enterprise, botUser } = single.identity();
      if (botUser === '') throw new Error('it is not known yet who the bot is in Slack');
      const isOurs = team === null ? source.enterpriseId === enterprise : source.teamId === team;
      return isOurs ? single : null;
    }
    const find = (): Workspace | null => {
      // An organisation that has the app as a whole: its events name the workspace they happened in.
      const ids = source.isEnterpriseInstall ? [source.enterpriseId] : [source.teamId, source.enterpriseId];
      return ids.map((id) => workspaces.get(id ?? '')).find((workspace) => workspace !== undefined) ?? null;
    };
    const known = find();
    if (known !== null || oauth === null) return known;
    // Installed a moment ago, perhaps by another process.
    await refresh();
    return find();
  };

  const uninstalled = async ({ teamId, enterpriseId, isEnterpriseInstall }: Source): Promise<void> => {
    const id = isEnterpriseInstall ? enterpriseId : teamId;
    if (id === null || oauth === null || !(await store.uninstall(id))) return;
    log.info('a Slack workspace has removed the app', { app: id });
    await leave(id);
  };

  const inbound = createInbound({ clock, log, signer: options.signer, sink: opened, words, onFailure });
  const door = createDoor({ apiUrl, log, inbound, workspaceOf, uninstalled, onFailure });
  const socket: Socket | null =
    appToken === null
      ? null
      : createSocket({
          appToken,
          apiUrl,
          clock,
          log,
          handle: door.handle,
          refused: (code) => text({ locale, timeZone: 'UTC', now: clock.now() }, 'slack.app_token_refused', { code }),
          onFailure,
        });

  const router = express.Router();
  if (signingSecret !== null)
    router.use(
      createReceiver({
        signingSecret,
        clock,
        log,
        store,
        handle: door.handle,
        isOpen: () => sink !== null,
        onFailure,
      }),
    );
  if (oauth !== null)
    router.use(
      createOAuth({
        ...oauth,
        apiUrl,
        clock,
        ids: options.ids,
        log,
        locale,
        signer: options.signer,
        publicUrl: options.publicUrl,
        installed: async (installation) => {
          await store.install(installation);
          log.info('a Slack workspace has installed the app', { app: installation.id });
          await join(installation);
        },
      }),
    );

  return {
    platform: 'slack',
    routes: { path: '/', router },
    async load() {
      if (botToken !== null)
        workspaces.set(
          'slack',
          createWorkspace({
            ...options,
            app: 'slack',
            token: botToken,
            installation: null,
            apiUrl,
            refused: refusedWords(null),
          }),
        );
      else await refresh();
      return [...workspaces.values()];
    },
    async open(to, told) {
      sink = to;
      changes = told;
      if (oauth !== null) look();
      // Where the only workspace refused its token there is nothing to listen for.
      if (only()?.isRefused() === true) return;
      await socket?.open();
    },
    async close() {
      cancelLook?.();
      cancelLook = null;
      await socket?.close();
      await door.idle();
      sink = null;
    },
    health: () =>
      socket === null || socket.isConnected()
        ? { ok: true, detail: 'ok' }
        : { ok: false, detail: 'Socket Mode is not connected' },
  };
}
