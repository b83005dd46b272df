import { WebSocket } from 'ws';

// What acknowledgements are measured against: a bare socket that answers each frame of DingTalk's Stream at once. Prints the address it is connected to.

const api = process.env['DINGTALK_API_URL'] ?? '';
const opened = await fetch(`${api}/v1.0/gateway/connections/open`, {
  method: 'POST',
  headers: { accept: 'application/json', 'content-type': 'application/json' },
  body: JSON.stringify({
    clientId: process.env['DINGTALK_CLIENT_ID'],
    clientSecret: process.env['DINGTALK_CLIENT_SECRET'],
    ua: 'bare',
    subscriptions: ['/v1.0/im/bot/messages/get', '/v1.0/card/instances/callback'].map((topic) => ({
      type: 'CALLBACK',
      topic,
    })),
  }),
});
const { endpoint, ticket } = (await opened.json()) as { readonly endpoint: string; readonly ticket: string };
const socket = new WebSocket(`${endpoint}?ticket=${encodeURIComponent(ticket)}`);
socket.on('open', () => {
  process.stdout.write(`${api}\n`);
});
socket.on('message', (text) => {
  const { headers } = JSON.parse((text as Buffer).toString()) as { readonly headers: { readonly messageId: string } };
  const answer = { contentType: 'application/json', messageId: headers.messageId };
  socket.send(JSON.stringify({ code: 200, headers: answer, message: 'OK', data: JSON.stringify({ response: {} }) }));
});
process.once('SIGTERM', () => {
  socket.close(1000);
  process.exit(0);
});
