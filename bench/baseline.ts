import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import mongoose from 'mongoose';
import { openEmbedded } from '../src/embedded/embedded.ts';

// What the desk's figures are measured against: a bare express route with one mongoose insert on the same store. Prints its address.

const directory = mkdtempSync(join(tmpdir(), 'gongdan-baseline-'));
const store = await openEmbedded({ directory });
const connection = await mongoose.createConnection(store.uri).asPromise();
interface Message {
  conversation: string;
  user: string;
  text: string;
  at: Date;
}
const schema = new mongoose.Schema<Message>({ conversation: String, user: String, text: String, at: Date });
const messages = connection.model<Message>('messages', schema);
const app = express();
app.use(express.json());
app.post('/sandbox/api/messages', async (request, response) => {
  const { conversation, user, text } = request.body as Message;
  const made = await messages.create({ conversation, user, text, at: new Date() });
  response.status(202).json({ messageId: String(made._id) });
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
process.once('SIGTERM', () => {
  const end = async (): Promise<void> => {
    server.closeAllConnections();
    await connection.close();
    await store.stop();
    rmSync(directory, { recursive: true, force: true });
    process.exit(0);
  };
  void end();
});
