import { createServer } from 'node:net';

/** Below those that the system hands out by itself: nobody who asks for any port gets one of these. Each process has a hundred of its own. */
const FIRST = 20_000 + (process.pid % 100) * 100;
let next = 0;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });

/** A port on which nobody listens at the moment, nor is likely to until it is used. */
export async function sparePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = FIRST + (next++ % 100);
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}
