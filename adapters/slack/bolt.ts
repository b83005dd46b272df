import { App, AuthorizationError, ReceiverMultipleAckError, type Receiver } from '@slack/bolt';
import type { Log } from '../../src/log.ts';
import { clientOptions } from './client.ts';
import type { Inbound } from './inbound.ts';
import { quietLogger } from './quiet.ts';
import type { Workspace } from './workspace.ts';

/** A request of Slack's, its origin proven, as HTTP and Socket Mode both carry it. */
export interface Request {
  readonly body: Record<string, unknown>;
  readonly retryNum?: number;
  readonly retryReason?: string;
}

/** What is acknowledged, with what it carries. @throws when nothing was stored: it must not be acknowledged then. */
export type Handle = (request: Request) => Promise<unknown>;

/** Whose event something is, as Slack says it. */
export interface Source {
  readonly teamId: string | null;
  readonly enterpriseId: string | null;
  readonly isEnterpriseInstall: boolean;
}

/** The one door for everything that Slack sends. */
export interface Door {
  readonly handle: Handle;
  /** Resolves when nothing is under way any more, what goes on after an acknowledgement included. */
  idle(): Promise<void>;
}

/** Whatever Slack sends goes through Bolt's `processEvent`; a receiver of ours decides when it is acknowledged. */
const held: Receiver = { init: () => undefined, start: () => Promise.resolve(), stop: () => Promise.resolve() };

export function createDoor(deps: {
  readonly apiUrl: string;
  readonly log: Log;
  readonly inbound: Inbound;
  /** Null: the app is not installed there. */
  readonly workspaceOf: (source: Source) => Promise<Workspace | null>;
  readonly uninstalled: (source: Source) => Promise<void>;
  /** Hears of what failed after it was acknowledged. */
  readonly onFailure: (error: unknown) => void;
}): Door {
  const { inbound, log, onFailure } = deps;
  /** Requests that came as far as to us: what failed before is of a shape that Bolt cannot read. */
  const ours = new WeakSet<object>();
  const app = new App({
    receiver: held,
    // Every client of ours is made by the workspace; this one is Bolt's own and has no token.
    clientOptions: clientOptions(deps.apiUrl),
    logger: quietLogger,
    convoStore: false,
    authorize: async ({ teamId, enterpriseId, isEnterpriseInstall }, body) => {
      const source = { teamId: teamId ?? null, enterpriseId: enterpriseId ?? null, isEnterpriseInstall };
      const workspace = await deps.workspaceOf(source).catch((error: unknown) => {
        if (body !== undefined) ours.add(body);
        throw error;
      });
      if (workspace === null) throw new NotInstalled();
      const { token, botUser, botId } = workspace.identity();
      return { botToken: token, botUserId: botUser, botId, workspace };
    },
  });
  listen(app, { inbound, uninstalled: deps.uninstalled, ours });
  const working = new Set<Promise<unknown>>();

  const handle: Handle = ({ body, ...retry }) => {
    const isEvent = 'event' in body;
    let answer: unknown;
    let acknowledged = false;
    return new Promise<unknown>((resolve, reject) => {
      const ack = (response?: unknown): Promise<void> => {
        // An event is acknowledged once it is stored, whatever Bolt says before.
        if (isEvent) return Promise.resolve();
        if (acknowledged) return Promise.reject(new ReceiverMultipleAckError());
        acknowledged = true;
        answer = response;
        resolve(response);
        return Promise.resolve();
      };
      const worked = app.processEvent({ body, ack, ...retry }).then(
        () => {
          resolve(answer);
        },
        (error: unknown) => {
          if (!ours.has(body)) {
            log.warn('Slack sent something of a shape that is not known', { platform: 'slack', what: 'request' });
            resolve(undefined);
            return;
          }
          if (acknowledged) onFailure(error);
          reject(error instanceof Error ? error : new Error('a request of Slack failed', { cause: error }));
        },
      );
      working.add(worked);
      void worked.finally(() => working.delete(worked));
    });
  };

  return {
    handle,
    async idle() {
      await Promise.allSettled(working);
      await inbound.idle();
    },
  };
}

/** Somebody else's workspace, or one that took the app away: nothing of it is ours to keep. */
class NotInstalled extends Error {}

/** The workspace that `authorize` found stands in the context. */
const whose = (context: Readonly<Record<string, unknown>>): Workspace => context['workspace'] as Workspace;

const original = (error: Error): unknown => ('original' in error ? error.original : undefined);

/**
 * One listener per kind, each of which acknowledges exactly once: every listener that matches would run, and two that acknowledge the
 * same are an error (fact sheet, 1.4).
 */
function listen(
  app: App,
  deps: {
    readonly inbound: Inbound;
    readonly uninstalled: (source: Source) => Promise<void>;
    readonly ours: WeakSet<object>;
  },
): void {
  const { inbound, uninstalled, ours } = deps;
  app.event(/.*/, async ({ body, context, event }) => {
    ours.add(body);
    if (event.type === 'app_uninstalled' || event.type === 'tokens_revoked') {
      if (!inbound.endsHere(event)) return;
      await uninstalled({
        teamId: body.team_id ?? null,
        enterpriseId: body.enterprise_id ?? null,
        isEnterpriseInstall: body.authorizations?.[0]?.is_enterprise_install ?? false,
      });
      return;
    }
    await inbound.event(whose(context), body);
  });
  app.command(/.*/, ({ body, context, ack }) => {
    ours.add(body);
    return inbound.command(whose(context), body, () => ack());
  });
  app.action(/.*/, ({ body, context, ack }) => {
    ours.add(body);
    return inbound.action(whose(context), body, () => ack());
  });
  app.shortcut(/.*/, ({ body, context, ack }) => {
    ours.add(body);
    return inbound.shortcut(whose(context), body, () => ack());
  });
  app.view(/.*/, ({ body, context, ack }) => {
    ours.add(body);
    return inbound.submission(whose(context), body, (response) =>
      response === undefined ? ack() : (ack as (r: unknown) => Promise<void>)(response),
    );
  });
  app.view({ callback_id: /.*/, type: 'view_closed' }, ({ ack }) => ack());
  app.options(/.*/, ({ ack }) => ack({ options: [] }));
  app.error(async (error) => {
    if (error instanceof AuthorizationError && original(error) instanceof NotInstalled) return;
    const first = original(error);
    throw first instanceof Error ? first : error;
  });
}
