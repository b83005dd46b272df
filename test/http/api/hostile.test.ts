import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { callable } from '../../../commands/callable.ts';
import type { Endpoint } from '../../../src/http/api/endpoint.ts';
import { endpoints } from '../../../src/http/api/registry.ts';
import { aKey, openDoor, type Door, type Reply } from '../../support/api.ts';
import { aBench, aStore } from '../../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let door: Door;
let number = 0;
beforeAll(async () => {
  on = await aStore();
  await on.store.apiKeys.add(aKey());
  door = await openDoor(aBench(on.store));
  number = (await door.ask('POST', '/api/v1/tickets', { text: 'x' })).body.ticket.number;
  await door.ask('POST', '/api/v1/tickets', { text: 'other', order: '2' });
});
afterAll(async () => {
  await door.close();
  await on.close();
});

const OPERATORS = ['$ne', '$gt', '$where', '$regex', '$in', '$expr', '__proto__', 'constructor'] as const;
const all = endpoints(callable);
const withBody = all.filter((e) => e.body !== null);

const pathOf = (e: Endpoint): string => e.path.replace('{no}', String(number));
const bodyOf = (e: Endpoint): Record<string, unknown> => ({ ...(Object.values(e.body?.examples ?? {})[0] as object) });
const send = (
  e: Endpoint,
  path: string,
  body: unknown = e.body === null ? undefined : bodyOf(e),
  headers = {},
): Promise<Reply> => door.ask(e.method.toUpperCase(), path, body, { headers });
/** The requests of one test that were not refused by the name of the field, with what was answered instead. */
function refusals() {
  const wrong: string[] = [];
  const asked: string[] = [];
  return {
    wrong,
    asked,
    look: ({ status, body, headers }: Reply, field: string): void => {
      asked.push(field);
      const type = headers.get('content-type');
      const fields: string[] = status === 400 ? body.errors.map((e: { field: string }) => e.field) : [];
      const isNamed = fields.some((f) => f === field || f.startsWith(`${field}.`));
      if (!isNamed || type !== 'application/problem+json; charset=utf-8')
        wrong.push(`${field}: ${status} ${type} ${fields.join(' ')}`);
    },
  };
}

/** Every field of a body, with the objects inside it. */
function fieldsOf(schema: unknown, path: readonly string[] = []): (readonly string[])[] {
  const bare = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  if (!(bare instanceof z.ZodObject)) return path.length === 0 ? [] : [path];
  const own = Object.entries(bare.shape).flatMap(([name, field]) => fieldsOf(field, [...path, name]));
  return path.length === 0 ? own : [path, ...own];
}
const withField = (body: object, [first = '', ...rest]: readonly string[], value: unknown): object => ({
  ...body,
  [first]: rest.length === 0 ? value : withField({}, rest, value),
});

describe('operators of the store', () => {
  it('are refused in every field of every body, by the name of the field', async () => {
    const { look, wrong, asked } = refusals();
    for (const e of withBody)
      for (const path of fieldsOf(e.body?.schema))
        for (const operator of OPERATORS) {
          const value = `{${JSON.stringify(operator)}:"x"}`;
          const body = JSON.stringify(withField(bodyOf(e), path, 'VALUE')).replace('"VALUE"', value);
          look(await send(e, pathOf(e), body), path[0] ?? '');
        }
    expect(asked.length).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
  });

  it('are refused beside every field of every body', async () => {
    const { look, wrong, asked } = refusals();
    for (const e of withBody)
      for (const operator of OPERATORS)
        look(
          await send(e, pathOf(e), JSON.stringify(bodyOf(e)).replace('{', `{${JSON.stringify(operator)}:1,`)),
          operator,
        );
    expect(asked.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('are refused in every parameter, and as one', async () => {
    const { look, wrong, asked } = refusals();
    for (const e of all)
      for (const operator of OPERATORS) {
        for (const name of Object.keys(e.query.shape).filter((n) => n !== 'q')) {
          look(await send(e, `${pathOf(e)}?${name}[${operator}]=x`), `${name}[${operator}]`);
          look(await send(e, `${pathOf(e)}?${name}=${encodeURIComponent(`{"${operator}":""}`)}`), name);
        }
        look(await send(e, `${pathOf(e)}?${operator}=x`), operator);
        if (e.path.includes('{no}')) look(await send(e, e.path.replace('{no}', operator)), 'no');
      }
    expect(asked.length).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('are words like others in what is searched for', async () => {
    for (const operator of OPERATORS) {
      const { status, body } = await door.ask('GET', `/api/v1/tickets?q=${encodeURIComponent(`{"${operator}":""}`)}`);
      expect([status, body.tickets]).toEqual([200, []]);
    }
  });

  it('are refused in the header that makes repeats harmless', async () => {
    const { look, wrong, asked } = refusals();
    for (const e of withBody)
      for (const value of ['x'.repeat(121), 'a b', ''])
        look(await send(e, pathOf(e), undefined, { 'idempotency-key': value }), 'idempotency-key');
    expect(asked.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});

describe('a body', () => {
  const raw = (body: string, headers: Record<string, string> = {}): Promise<Reply> =>
    door.ask('POST', '/api/v1/tickets', body, { headers });

  it('of 10 MB is refused', async () => {
    expect((await raw(JSON.stringify({ text: 'x'.repeat(10 * 1024 * 1024) }))).status).toBe(413);
  });

  it('ten thousand deep is refused', async () => {
    expect((await raw('['.repeat(10_000) + ']'.repeat(10_000))).status).toBe(400);
    expect((await raw('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000))).status).toBe(400);
  });

  it('that is not what its Content-Type says is refused, and one that is not said to be JSON', async () => {
    const lie = await raw('text=hello');
    expect([lie.status, lie.body.detail]).toEqual([400, expect.stringContaining('Content-Type says JSON')]);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await raw('{"text":"x"}', { 'content-type': type })).status).toBe(415);
  });

  it('with a key twice is refused by that key', async () => {
    const { look, wrong, asked } = refusals();
    look(await raw('{"text":"a","text":"b"}'), 'text');
    look(await raw('{"text":"a","customer":{"name":"a","name":"b"}}'), 'customer.name');
    expect(asked.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it.each([null, 1, 'x', [], [{ text: 'x' }], true])('that is %j is refused', async (body) => {
    expect((await raw(JSON.stringify(body))).status).toBe(400);
  });

  it('with half a character or a NUL is refused', async () => {
    const { look, wrong, asked } = refusals();
    look(await raw('{"text":"\\ud83d"}'), 'text');
    look(await raw('{"text":"a\\u0000"}'), 'text');
    expect(asked.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});

describe('a cursor', () => {
  it('belongs to one query', async () => {
    const { look, wrong, asked } = refusals();
    const { body } = await door.ask('GET', '/api/v1/tickets?limit=1&status=new');
    const cursor: string = body.nextCursor;
    const go = (path: string) => door.ask('GET', `/api/v1/tickets${path}cursor=${encodeURIComponent(cursor)}`);
    expect((await go('?limit=1&status=new&')).body.tickets).toHaveLength(1);
    // Pages may become longer or shorter on the way.
    expect((await go('?limit=2&status=new&')).status).toBe(200);
    for (const path of [
      '?',
      '?status=closed&',
      '?status=new&team=logistics&',
      '?q=other&',
      `/${number}/history?`,
      `/${number}/messages?`,
    ])
      look(await go(path), 'cursor');
    expect(asked.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('is made by us', async () => {
    const { look, wrong, asked } = refusals();
    const end = Buffer.from(JSON.stringify({ at: new Date(0).toISOString(), told: [] })).toString('base64url');
    for (const cursor of ['x', '.', `${end}.`, `${end}.${'A'.repeat(43)}`, '1.2.3', '%00'])
      look(await door.ask('GET', `/api/v1/tickets?cursor=${encodeURIComponent(cursor)}`), 'cursor');
    expect(asked.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});

it('what is not there and what is asked in a wrong way is a problem like others', async () => {
  const wrong = await door.ask('DELETE', `/api/v1/tickets/${number}`);
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
  expect((await door.ask('GET', '/api/v2/tickets')).status).toBe(404);
  expect((await door.ask('GET', '/api/v1/tickets/%E0%A4%A')).status).toBe(400);
});
