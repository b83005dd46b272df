import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { SIGNATURE_HEADER, signatureOf } from '../src/webhooks/signature.ts';

// A process of its own that sends wrong signatures at a steady rate, for hooks.bench.ts: `node dist/bench/flood.js URL FILE RATE`. At SIGTERM
// it prints how many were answered per second.

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
const sockets = Array.from({ length: CONNECTIONS }, () => {
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf('HTTP/1.1 401'); at !== -1; at = chunk.indexOf('HTTP/1.1 401', at + 1)) answered += 1;
  });
  socket.on('error', () => undefined);
  return socket;
});

const began = performance.now();
let sent = 0;
setInterval(() => {
  // What could not be sent in time is made up for, so that the rate is what it is said to be; but no more than a second's are on their way.
  const due = Math.floor(((performance.now() - began) / 1_000) * Number(rate));
  for (; sent < due && sent - answered < Number(rate); sent += 1) sockets[sent % CONNECTIONS]?.write(wire);
}, TICK_MS);
process.once('SIGTERM', () => {
  process.stdout.write(String(Math.round((answered / (performance.now() - began)) * 1_000)));
  process.exit(0);
});
