import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between a process and its store that can be cut. */
export interface Proxy {
  readonly uri: string;
  /** Ends every connection and takes no new one. */
  cut(): void;
  mend(): void;
  /** Lets nothing through any more, and ends nothing: neither side hears of it. */
  hold(): void;
  close(): Promise<void>;
}

/** Listens on loopback in front of the store behind this MongoDB address of a unix socket. */
export async function proxyTo(uri: string): Promise<Proxy> {
  const path = decodeURIComponent(/^mongodb:\/\/([^/]+)\//u.exec(uri)?.[1] ?? '');
  const open = new Set<Socket>();
  let away = false;
  const server = createServer((client) => {
    if (away) {
      client.destroy();
      return;
    }
    const store = connect({ path });
    for (const [from, to] of [
      [client, store],
      [store, client],
    ] as const) {
      open.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    away = true;
    for (const socket of open) socket.destroy();
  };
  return {
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    cut,
    mend() {
      away = false;
    },
    hold() {
      for (const socket of open) socket.unpipe();
    },
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => {
          resolve();
        });
      }),
  };
}
