import { SocketModeClient } from '@slack/socket-mode';
import type { Clock } from '../../src/clock.ts';
import { SetupError, StoreUnavailable } from '../../src/errors.ts';
import type { Log } from '../../src/log.ts';
import type { Handle } from './bolt.ts';
import { clientOptions, codeOf, failureOf } from './client.ts';
import { quietLogger } from './quiet.ts';

/** After a connection that ended or could not be had: at once, then twice as long each time, ms. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** What a socket's envelope comes as, from `@slack/socket-mode`. */
interface Arrived {
  readonly body: Record<string, unknown>;
  readonly ack: (response?: Record<string, unknown>) => Promise<void>;
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

/** The Socket Mode entrance: no public address is needed. */
export interface Socket {
  /** Connects. @throws SetupError when the app token is refused; a Slack that cannot be reached is tried again for ever. */
  open(): Promise<void>;
  close(): Promise<void>;
  isConnected(): boolean;
}

/** What the client makes of a message is nobody's promise: one that it does not expect would end the process. */
function contain(client: SocketModeClient, onFailure: (error: unknown) => void): void {
  const listeners = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  for (const listener of listeners)
    client.on('ws_message', (...message: unknown[]) => {
      Promise.resolve(listener(...message)).catch(onFailure);
    });
}

/**
 * Supervised by us: the client's own reconnection ends the process when Slack cannot be reached at that moment (its promise is
 * nobody's), and waits five seconds where one should connect at once.
 */
export function createSocket(deps: {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly handle: Handle;
  /** What the operator reads when the token is refused, by Slack's code. */
  readonly refused: (code: string) => string;
  readonly onFailure: (error: unknown) => void;
}): Socket {
  const { clock, log } = deps;
  let client: SocketModeClient | null = null;
  let isOpen = false;
  let isUp = false;
  let failures = 0;
  let cancel: (() => void) | null = null;

  const arrived = async ({ body, ack, retry_num: retryNum, retry_reason: retryReason }: Arrived): Promise<void> => {
    try {
      const carried = await deps.handle({
        body,
        ...(retryNum !== undefined && { retryNum }),
        ...(retryReason !== undefined && { retryReason }),
      });
      // A text would reach people as the answer; an empty acknowledgement says nothing.
      await ack(typeof carried === 'string' ? { text: carried } : (carried as Record<string, unknown> | undefined));
    } catch (error) {
      // Not acknowledged: Slack sends it again.
      if (!(error instanceof StoreUnavailable)) deps.onFailure(error);
    }
  };

  const connect = async (): Promise<void> => {
    const fresh = new SocketModeClient({
      appToken: deps.appToken,
      autoReconnectEnabled: false,
      clientOptions: clientOptions(deps.apiUrl),
      logger: quietLogger,
    });
    client = fresh;
    let isStarting = true;
    contain(fresh, deps.onFailure);
    fresh.on('slack_event', (args: Arrived) => void arrived(args));
    fresh.on('disconnected', () => {
      // What fails while it starts is told by `start` itself.
      if (client !== fresh || isStarting) return;
      isUp = false;
      again();
    });
    try {
      await fresh.start();
    } finally {
      isStarting = false;
    }
    if (client !== fresh) {
      // Closed meanwhile, when there was nothing yet to disconnect.
      await fresh.disconnect();
      return;
    }
    isUp = true;
    failures = 0;
  };

  const again = (): void => {
    if (!isOpen || cancel !== null) return;
    const wait = failures === 0 ? 0 : Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
    failures += 1;
    const retry = (): void => {
      cancel = null;
      if (!isOpen) return;
      connect().catch(() => {
        if (isOpen) log.warn('the connection to Slack could not be made and is tried again', { attempt: failures });
        again();
      });
    };
    if (wait === 0) retry();
    else cancel = clock.after(wait, retry);
  };

  return {
    isConnected: () => isUp,
    async open() {
      isOpen = true;
      try {
        await connect();
      } catch (error) {
        const code = codeOf(error);
        if (code !== null && failureOf('apps.connections.open', error).failure === 'auth') {
          isOpen = false;
          throw new SetupError(deps.refused(code));
        }
        failures = Math.max(failures, 1);
        log.warn('the connection to Slack could not be made and is tried again', { attempt: failures });
        again();
      }
    },
    async close() {
      isOpen = false;
      cancel?.();
      cancel = null;
      const last = client;
      client = null;
      isUp = false;
      await last?.disconnect();
    },
  };
}
