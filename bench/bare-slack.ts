import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// What acknowledgements are measured against: node's own server, which checks Slack's signature and answers. Prints its address.

const secret = process.env['SLACK_SIGNING_SECRET'] ?? '';
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const said = String(request.headers['x-slack-request-timestamp']);
    const mac = createHmac('sha256', secret).update(`v0:${said}:`).update(Buffer.concat(parts)).digest('hex');
    const wanted = Buffer.from(`v0=${mac}`);
    const given = Buffer.from(String(request.headers['x-slack-signature']));
    const isSigned = given.length === wanted.length && timingSafeEqual(given, wanted);
    response.writeHead(isSigned ? 200 : 401).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once('SIGTERM', () => {
  server.closeAllConnections();
  process.exit(0);
});
