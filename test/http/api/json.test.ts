import { createServer, request as httpRequest, type Server } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../../adapters/shared/problem.ts';
import { MOST_BYTES, mustBeJson, parseJson, readBody } from '../../../src/http/api/json.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text));
function refusal(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('JSON that comes in', () => {
  it('is what JSON.parse reads, whatever it says', () => {
    const differs = (value: unknown, space: number): boolean => {
      const text = JSON.stringify(value, null, space);
      return !text.includes('"__proto__"') && JSON.stringify(parse(text)) !== JSON.stringify(JSON.parse(text));
    };
    const whole = fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => !differs(value, 0) && !differs(value, 2));
    expect(fc.check(whole).failed).toBe(false);
  });

  it('never ends in anything but a value or a refusal of ours', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', '"a"', ' ', '1', 'null', '\\u00', '\u0000');
    const ends = (text: string): string => {
      try {
        return JSON.stringify(parse(text));
      } catch (error) {
        if (error instanceof Problem) return 'refused';
        throw error;
      }
    };
    const read = fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const end = ends(text);
      return end === 'refused' || end === JSON.stringify(JSON.parse(text));
    });
    expect(fc.check(read, { numRuns: 500 }).failed).toBe(false);
  });

  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"customer":{"name":"x","place":"y", "name" : "z"}}', 'customer.name'],
    ['[{"a":[{"b":1,"b":2}]}]', 'a.b'],
    ['{"__proto__":{"x":1}}', '__proto__'],
    ['{"a":{"__pro\\u0074o__":1}}', 'a.__proto__'],
  ])('%s names %s', (text, field) => {
    const { status, errors } = refusal(() => parse(text));
    expect([status, errors.map((e) => e.field)]).toEqual([400, [field]]);
  });

  it('may have the same key in two objects, and as a value', () => {
    const text = '{"a":{"x":1},"b":{"x":1},"c":"a","d":["a","a"],"e\\"":"{\\"a\\":1,\\"a\\":2}"}';
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('is at most 64 deep; ten thousand are refused without a look at the rest', () => {
    const deep = (n: number, open: string, close: string): string => open.repeat(n) + close.repeat(n);
    expect(parse(deep(64, '[', ']'))).toBeDefined();
    for (const text of [deep(65, '[', ']'), deep(10_000, '[', ']'), deep(10_000, '{"a":', '}'), '['.repeat(200_000)])
      expect(refusal(() => parse(text)).message).toBe('body: is nested deeper than 64');
  });

  it.each([
    ['', 'empty'],
    ['  \n', 'empty'],
    ['text=hello', 'cannot be read'],
    ['{"a":1}}', 'cannot be read'],
    ["{'a':1}", 'cannot be read'],
    ['{"a":"\\x"}', 'cannot be read'],
    ['{"\\x":1}', 'cannot be read'],
    ['{"a":NaN}', 'cannot be read'],
    ['{"a', 'cannot be read'],
  ])('%j is a lie of the Content-Type', (text, why) => {
    const { status, message } = refusal(() => parse(text));
    expect(status).toBe(400);
    expect(message).toMatch(new RegExp(`^body: the Content-Type says JSON, which the body is not: it (?:is )?${why}`));
  });

  it('is UTF-8', () => {
    expect(refusal(() => parseJson(Buffer.from('{"text":"退款"}', 'utf16le'))).status).toBe(400);
    expect(refusal(() => parseJson(Uint8Array.from([0x22, 0xc3, 0x28, 0x22]))).message).toContain('it is not UTF-8');
    expect(parse('"退款"')).toBe('退款');
  });
});

describe('what says that it is JSON', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])('%s', (type) => {
    expect(() => mustBeJson({ headers: { 'content-type': type } })).not.toThrow();
  });

  it.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=gbk',
    'json',
    '*/*',
  ])('not %s', (type) => {
    expect(refusal(() => mustBeJson({ headers: type === undefined ? {} : { 'content-type': type } })).status).toBe(415);
  });

  it('is not packed', () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(refusal(() => mustBeJson({ headers })).status).toBe(415);
  });
});

describe('a body', () => {
  let server: Server;
  let port = 0;
  let kept = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      readBody(request).then(
        (body) => {
          kept = body.length;
          response.end(String(body.length));
        },
        (error: unknown) => {
          response.statusCode = error instanceof Problem ? error.status : 500;
          response.end();
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const post = (
    body: NonNullable<RequestInit['body']>,
    more: RequestInit & { duplex?: 'half' } = {},
  ): Promise<Response> => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, ...more });

  it('is read to the last byte that is allowed', async () => {
    expect(await (await post('x'.repeat(MOST_BYTES))).text()).toBe(String(MOST_BYTES));
    expect((await post('x'.repeat(MOST_BYTES + 1))).status).toBe(413);
  });

  it('of 10 MB is refused and not kept, with its length said before or not', async () => {
    kept = 0;
    expect((await post(Buffer.alloc(10 * 1024 * 1024, 'x'))).status).toBe(413);
    const stream = new ReadableStream({
      start(to) {
        for (let i = 0; i < 160; i += 1) to.enqueue(new Uint8Array(65_536));
        to.close();
      },
    });
    expect((await post(stream, { duplex: 'half' })).status).toBe(413);
    expect(kept).toBe(0);
  });

  it('that ends too early is not taken for whole', async () => {
    kept = 0;
    const gone = new Promise((resolve) => server.once('request', (request) => request.once('close', resolve)));
    const cut = httpRequest({ host: '127.0.0.1', port, method: 'POST', headers: { 'content-length': 100 } });
    cut.on('error', () => undefined);
    cut.write('{"a":1}', () => cut.destroy());
    await gone;
    expect(kept).toBe(0);
  });
});
