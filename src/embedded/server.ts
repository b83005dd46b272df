import { createServer, type Server, type Socket } from 'node:net';
import { frameLength, frameReply, parseFrame, type Request } from './wire.ts';

/** Answers one request with the BSON bytes of the reply. It never rejects. */
export type Handler = (request: Request, connection: ConnectionState) => Promise<Uint8Array>;

/** What a connection's commands may keep between them. */
export interface ConnectionState {
  readonly id: number;
  /** Called when the connection is gone: cursors and the like are given back. */
  readonly onClose: Set<() => void>;
}

/** Where the server listens. */
export type Address = { readonly path: string } | { readonly host: string; readonly port: number };

export interface WireServer {
  /** The address that clients dial; the port is the real one when 0 was asked for. */
  readonly address: Address;
  readonly connections: () => number;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** Also how many may wait to be accepted: a unix socket refuses what is above that. */
const MAX_CONNECTIONS = 2_000;

/** Listens for MongoDB's wire protocol. Rejects with the system's error when the address cannot be bound. */
export async function listen(address: Address, handle: Handler): Promise<WireServer> {
  const open = new Set<Socket>();
  let lastId = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    const state: ConnectionState = { id: ++lastId, onClose: new Set() };
    socket.on('close', () => {
      open.delete(socket);
      for (const release of state.onClose) release();
    });
    serve(socket, state, handle);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...address, backlog: MAX_CONNECTIONS }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    address: boundAddress(server, address),
    connections: () => open.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function boundAddress(server: Server, asked: Address): Address {
  const bound = server.address();
  if ('path' in asked || bound === null || typeof bound === 'string') return asked;
  return { host: bound.address, port: bound.port };
}

/**
 * Requests of one connection are answered one after another. What comes while one is worked on, or while the client does not read
 * its replies, stops the reading: a slow or hostile client holds at most one request, the beginning of the next, and one reply.
 */
function serve(socket: Socket, state: ConnectionState, handle: Handler): void {
  const input = new FrameBuffer();
  let working = false;
  let replyId = 0;

  const work = async (): Promise<void> => {
    working = true;
    try {
      for (let frame = input.next(); frame && !socket.destroyed; frame = input.next()) {
        const request = parseFrame(frame);
        const reply = await handle(request, state);
        if (request.silent || socket.destroyed) continue;
        if (!socket.write(frameReply(request, reply, ++replyId))) await drained(socket);
      }
    } catch {
      // A broken frame leaves no place to go on from, and a reply that fails has nobody left to hear it.
      socket.destroy();
    } finally {
      working = false;
    }
    if (socket.isPaused()) socket.resume();
  };

  socket.on('data', (chunk) => {
    try {
      input.push(chunk);
    } catch {
      socket.destroy();
      return;
    }
    if (working) socket.pause();
    else if (input.ready) void work();
  });
  socket.on('error', () => socket.destroy());
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.once('drain', done);
    socket.once('close', done);
  });
}

/** Puts chunks together to frames, copying each byte at most once. */
class FrameBuffer {
  #chunks: Buffer[] = [];
  #size = 0;
  #wanted = 0;

  /** Whether a whole frame has arrived. */
  get ready(): boolean {
    return this.#wanted > 0 && this.#size >= this.#wanted;
  }

  /** Throws FrameError as soon as a frame declares an impossible length. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#look();
  }

  /** The next whole frame, or undefined when more bytes are needed. */
  next(): Buffer | undefined {
    if (!this.ready) return undefined;
    const first = this.#chunks[0];
    if (!first) return undefined;
    const whole = first.length >= this.#wanted ? first : this.#join();
    const frame = whole.subarray(0, this.#wanted);
    if (whole.length > this.#wanted) this.#chunks[0] = whole.subarray(this.#wanted);
    else this.#chunks.shift();
    this.#size -= this.#wanted;
    this.#wanted = 0;
    this.#look();
    return frame;
  }

  #look(): void {
    if (this.#wanted > 0 || this.#size < 4) return;
    const first = this.#chunks[0];
    const head = first && first.length >= 4 ? first : this.#join();
    this.#wanted = frameLength(head, 0);
  }

  #join(): Buffer {
    const whole = Buffer.concat(this.#chunks, this.#size);
    this.#chunks = [whole];
    return whole;
  }
}
