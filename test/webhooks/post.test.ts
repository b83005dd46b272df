import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createPost, type Letter, type PostAnswer, type Resolve } from '../../src/webhooks/post.ts';
import { manualClock } from '../support/clock.ts';

const servers: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
});

async function listens(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

const http = (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> =>
  listens(createHttp(answer));
const tcp = (take: (socket: Socket) => void): Promise<number> => listens(createTcp(take));

const clock = manualClock();
/** Every name leads to this machine, whatever else is claimed of it. */
const here: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];
const post = (url: string, more: Partial<Letter> = {}, resolve: Resolve = here): Promise<PostAnswer> =>
  createPost({ clock, resolve })({ url, body: Buffer.from('{"a":"工单"}'), headers: {}, private: true, ...more });

describe('a letter', () => {
  it('is posted as it is, under the name of the host', async () => {
    let got: unknown = null;
    const port = await http((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        got = { method, url, host: headers.host, mark: headers['x-mark'], body: Buffer.concat(chunks).toString() };
        response.writeHead(204).end();
      });
    });
    const answer = await post(`http://erp.example:${port}/hooks/in?shop=1`, { headers: { 'x-mark': 'yes' } });
    expect(answer).toEqual({ status: 204 });
    const host = `erp.example:${port}`;
    expect(got).toEqual({ method: 'POST', url: '/hooks/in?shop=1', host, mark: 'yes', body: '{"a":"工单"}' });
  });

  it.each([
    ['7', 7_000],
    ['Wed, 11 Nov 2026 06:30:30 GMT', 30_000],
    ['Wed, 11 Nov 2026 06:00:00 GMT', 0],
    ['86400', 3_600_000],
  ])('that is to be asked again after %s says so in ms', async (header, retryAfterMs) => {
    const port = await http((_request, response) => response.writeHead(429, { 'retry-after': header }).end());
    expect(await post(`http://erp.example:${port}/`)).toEqual({ status: 429, retryAfterMs });
  });

  it.each([200, 202, 400, 404, 410, 429, 500, 503])('answered with %d has this status', async (status) => {
    const port = await http((_request, response) => response.writeHead(status).end('words'));
    expect(await post(`http://erp.example:${port}/`)).toEqual({ status });
  });

  it('that is redirected goes nowhere else', async () => {
    const visited: string[] = [];
    const other = await http((_request, response) => {
      visited.push('other');
      response.end();
    });
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of ['http://169.254.169.254/latest/meta-data/', `http://127.0.0.1:${other}/`]) {
        const port = await http((_request, response) => response.writeHead(status, { location }).end());
        expect(await post(`http://erp.example:${port}/`)).toEqual({ failure: 'redirect' });
      }
    }
    expect(visited).toEqual([]);
  });
});

describe('an address that is not on the public internet', () => {
  const refused: Resolve = async () => {
    throw new Error('nobody may be asked');
  };

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://0/',
    'http://10.1.2.3:8080/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/latest/meta-data/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[0:0:0:0:0:ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[fd00::1]/',
    'http://[fe80::1]/',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
  ])('is refused as %s', async (url) => {
    expect(await post(url, { private: false }, refused)).toEqual({ failure: 'private_address' });
  });

  it.each([
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['fe80::1%lo'],
    ['8.8.8.8', '10.0.0.1'],
    ['2606:4700:4700::1111', '::1'],
  ])('is refused behind a name: %s', async (...addresses) => {
    const resolve: Resolve = async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    expect(await post('https://erp.example/', { private: false }, resolve)).toEqual({ failure: 'private_address' });
  });

  it('is refused as localhost, by the resolver of the system', async () => {
    const letter = { url: 'http://localhost:9/', body: Buffer.alloc(0), headers: {}, private: false };
    expect(await createPost({ clock })(letter)).toEqual({ failure: 'private_address' });
  });

  it('is taken where that is allowed', async () => {
    const port = await http((_request, response) => response.end());
    expect(await post(`http://127.0.0.1:${port}/`, {}, refused)).toEqual({ status: 200 });
    expect(await post(`http://2130706433:${port}/`, {}, refused)).toEqual({ status: 200 });
  });

  it('cannot be slipped in after the check: the name is asked once', async () => {
    const port = await http((_request, response) => response.end());
    const answers = ['127.0.0.1', '203.0.113.9'];
    const asked: string[] = [];
    const rebinding: Resolve = async (host) => {
      asked.push(host);
      return [{ address: answers.shift() ?? '', family: 4 }];
    };
    expect(await post(`http://erp.example:${port}/`, {}, rebinding)).toEqual({ status: 200 });
    expect(asked).toEqual(['erp.example']);
  });
});

describe('a receiver that', () => {
  /** What becomes of a post after the time it is given; a second less is not enough. */
  async function afterTen(answer: Promise<PostAnswer>, reached: Promise<void>): Promise<PostAnswer> {
    let over = false;
    void answer.then(() => (over = true));
    await reached;
    clock.advance(9_000);
    await new Promise(setImmediate);
    expect(over).toBe(false);
    clock.advance(1_000);
    return answer;
  }
  const signal = (): { reached: Promise<void>; reach: () => void } => {
    let reach = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    return { reached, reach };
  };

  it('hangs is given up after ten seconds, and let go', async () => {
    const { reached, reach } = signal();
    const gone = signal();
    const port = await http((request) => {
      request.on('close', gone.reach);
      reach();
    });
    expect(await afterTen(post(`http://erp.example:${port}/`), reached)).toEqual({ failure: 'timeout' });
    await gone.reached;
  });

  it('drips its headers gets no more time', async () => {
    const { reached, reach } = signal();
    const port = await tcp((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nX-Dr');
        socket.write('ip: a');
        reach();
      });
    });
    expect(await afterTen(post(`http://erp.example:${port}/`), reached)).toEqual({ failure: 'timeout' });
  });

  it('drips its body has answered, and gets no more time', async () => {
    const { reached, reach } = signal();
    const port = await http((_request, response) => response.writeHead(200).write('.'));
    // Told when the client has the headers.
    subscribe('http.client.response.finish', reach);
    expect(await afterTen(post(`http://erp.example:${port}/`), reached)).toEqual({ status: 200 });
    unsubscribe('http.client.response.finish', reach);
  });

  it('never resolves is given up as well', async () => {
    const { reached, reach } = signal();
    const resolve: Resolve = () => {
      reach();
      return new Promise(() => undefined);
    };
    expect(await afterTen(post('http://erp.example/', {}, resolve), reached)).toEqual({ failure: 'timeout' });
  });

  it('answers without end is cut off', async () => {
    const gone = signal();
    let written = 0;
    const port = await http((_request, response) => {
      response.on('close', gone.reach);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1_000))) written += 1_000;
      };
      response.on('drain', more);
      more();
    });
    expect(await post(`http://erp.example:${port}/`)).toEqual({ status: 200 });
    await gone.reached;
    expect(written).toBeLessThan(10_000_000);
  });

  it.each([
    ['hangs up', (socket: Socket) => socket.destroy()],
    ['speaks no HTTP', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    [
      'sends headers without end',
      (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`),
    ],
  ])('%s has broken off', async (_what, take) => {
    const port = await tcp((socket) => socket.once('data', () => take(socket)));
    expect(await post(`http://erp.example:${port}/`)).toEqual({ failure: 'broken' });
  });

  it('does not listen, has no name, or no certificate', async () => {
    const port = await tcp((socket) => socket.destroy());
    const { server } = servers[0] ?? {};
    await new Promise((resolve) => server?.close(resolve));
    expect(await post(`http://erp.example:${port}/`)).toEqual({ failure: 'no_connection' });
    const nowhere: Resolve = async () => {
      throw new Error('ENOTFOUND');
    };
    expect(await post('http://erp.example/', {}, nowhere)).toEqual({ failure: 'no_such_host' });
    expect(await post('http://erp.example/', {}, async () => [])).toEqual({ failure: 'no_such_host' });
    const plain = await http((_request, response) => response.end());
    expect(await post(`https://erp.example:${plain}/`)).toEqual({ failure: 'tls' });
  });

  it.each(['ftp://erp.example/', 'file:///etc/passwd', 'http://user:secret@erp.example/', 'erp.example', ''])(
    'stands at %j is none',
    async (url) => {
      expect(await post(url)).toEqual({ failure: 'bad_url' });
    },
  );
});
