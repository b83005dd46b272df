import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { SIGNATURE_HEADER, signatureOf } from '../src/webhooks/signature.ts';

// A process of its own that sends wrong signatures at a steady rate, for hooks.bench.ts: `node dist/bench/flood.js URL FILE RATE`. At SIGTERM
// it prints how many were sent and answered.

const CONNECTIONS = 100;
const TICK_MS = 10;

const [url = '', file = '', rate = '10000'] = process.argv.slice(2);
const { port, hostname, pathname } = new URL(url);
const body = readFileSync(file);
const signature = signatureOf(['nobody knows this one'], new Date(), body);
const head = [
  `POST ${pathname} HTTP/1.1`,
  `Host: ${hostname}`,
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  `${SIGNATURE_HEADER}: ${signature}`,
].join('\r\n');
const wire = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);

let answered = 0;
const sockets: Socket[] = [];
const open = (i: number): void => {
  const socket = connect(Number(port), hostname);
  sockets[i] = socket;
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf('HTTP/1.1 401'); at !== -1; at = chunk.indexOf('HTTP/1.1 401', at + 1)) answered += 1;
  });
  socket.on('error', () => undefined);
  // Cut off, it comes again.
  socket.on('close', () => {
    open(i);
  });
};
for (let i = 0; i < CONNECTIONS; i += 1) open(i);

const began = performance.now();
let sent = 0;
setInterval(() => {
  // What could not be sent in time is made up for, so that the rate is what it is said to be.
  const due = Math.floor(((performance.now() - began) / 1_000) * Number(rate));
  for (; sent < due; sent += 1) sockets[sent % CONNECTIONS]?.write(wire);
}, TICK_MS);
process.once('SIGTERM', () => {
  const seconds = (performance.now() - began) / 1_000;
  process.stdout.write(`${Math.round(sent / seconds)}/s were sent, ${Math.round(answered / seconds)}/s answered`);
  process.exit(0);
});
