import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** A wire whose answers come late. */
export interface Lag {
  readonly port: number;
  /** From now on whatever the other side answers arrives so much later, ms. */
  set(ms: number): void;
  close(): Promise<void>;
}

/**
 * Listens on loopback in front of something and holds back each piece it answers for the same time, in order: a question on a connection
 * takes that much longer, and so do ten that are asked on it at once. What is asked goes through untouched.
 */
export async function lagBefore(target: NetConnectOpts, ms = 0): Promise<Lag> {
  let late = ms;
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const there = connect(target);
    there.setNoDelay(true);
    for (const [one, other] of [
      [client, there],
      [there, client],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    client.pipe(there);
    hold(there, client, () => late);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    set(to) {
      late = to;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Writes what comes from one side to the other once its time has come; nothing overtakes what came before. */
function hold(from: Socket, to: Socket, late: () => number): void {
  const held: { readonly piece: Buffer; readonly due: number }[] = [];
  let timer: NodeJS.Timeout | null = null;
  const pass = (): void => {
    timer = null;
    for (let [first] = held; first !== undefined && first.due <= performance.now(); [first] = held) {
      held.shift();
      to.write(first.piece);
    }
    const [next] = held;
    if (next !== undefined) timer = setTimeout(pass, next.due - performance.now());
  };
  from.on('data', (piece: Buffer) => {
    held.push({ piece, due: performance.now() + late() });
    if (timer === null) pass();
  });
  from.on('close', () => {
    if (timer !== null) clearTimeout(timer);
  });
}
