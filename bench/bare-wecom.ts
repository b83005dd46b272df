import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decrypt, getSignature } from '@wecom/crypto';

// What callbacks are measured against: node's own server, which checks WeCom's signature, decrypts and answers. Prints its address.

const token = process.env['WECOM_TOKEN'] ?? '';
const aesKey = process.env['WECOM_AES_KEY'] ?? '';
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const query = new URL(request.url ?? '', 'http://bare').searchParams;
    const cipher = /<Encrypt><!\[CDATA\[(.*?)\]\]>/su.exec(Buffer.concat(parts).toString())?.[1] ?? '';
    const [timestamp, nonce] = [query.get('timestamp') ?? '', query.get('nonce') ?? ''];
    const isSigned = query.get('msg_signature') === getSignature(token, timestamp, nonce, cipher);
    if (isSigned) decrypt(aesKey, cipher);
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
