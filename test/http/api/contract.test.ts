import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callable } from '../../../commands/callable.ts';
import { StoreUnavailable } from '../../../src/errors.ts';
import type { Endpoint } from '../../../src/http/api/endpoint.ts';
import { openApi } from '../../../src/http/api/openapi.ts';
import type { ApiPorts } from '../../../src/http/api/ports.ts';
import { endpoints } from '../../../src/http/api/registry.ts';
import { aKey, openDoor, shownOf, type Door, type Reply } from '../../support/api.ts';
import { aBench, aStore } from '../../support/flow.ts';

interface Media {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Answered {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, Media>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answered>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

const all = endpoints(callable);
const DOCUMENT = openApi(all) as unknown as Document;
const operationOf = (e: Endpoint): Operation => {
  const found = DOCUMENT.paths[e.path]?.[e.method];
  if (found === undefined) throw new Error(`${e.id} is not in the document`);
  return found;
};

const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
const compiled = new Map<object, ValidateFunction>();
/** Whether a value is what a schema of the document says. */
function fits(schema: object, value: unknown): true | string {
  const check = compiled.get(schema) ?? ajv.compile({ components: DOCUMENT.components, ...schema });
  compiled.set(schema, check);
  return check(value) || ajv.errorsText(check.errors);
}

describe('the document', () => {
  it('has every endpoint once, with everything it refers to', () => {
    const operations = Object.values(DOCUMENT.paths).flatMap((path) => Object.values(path));
    expect(operations.map((o) => o.operationId).toSorted()).toEqual(all.map((e) => e.id).toSorted());
    const refs = [...JSON.stringify(DOCUMENT).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, id]) => id ?? '',
    );
    const { schemas } = DOCUMENT.components as { schemas: Record<string, unknown> };
    expect(refs.length).toBeGreaterThan(20);
    expect(refs.filter((id) => !(id in schemas))).toEqual([]);
    expect(JSON.stringify(DOCUMENT)).not.toMatch(/"\$ref":"(?!#\/components)/);
  });

  it('describes every parameter', () => {
    const list = DOCUMENT.paths['/api/v1/tickets']?.['get']?.parameters ?? [];
    expect(list.map((p) => [p.name, p.in])).toEqual(
      ['cursor', 'limit', 'status', 'team', 'assignee', 'category', 'shop', 'q'].map((name) => [name, 'query']),
    );
    expect(list.find((p) => p.name === 'limit')?.schema).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 200,
      default: 50,
    });
    expect(list.find((p) => p.name === 'status')?.schema).toMatchObject({ type: 'array', items: { type: 'string' } });
  });
});

/** Every example with the two that judge it: the schema that checks requests and the document. */
const EXAMPLES = all.flatMap((e) => {
  const { requestBody, responses } = operationOf(e);
  const sides = [
    ...(e.body === null ? [] : [{ what: 'body', zod: e.body.schema, media: requestBody?.content['application/json'] }]),
    ...Object.entries(e.answers).map(([status, { schema }]) => ({
      what: status,
      zod: schema,
      media: responses[status]?.content['application/json'],
    })),
  ];
  return sides.flatMap(({ what, zod, media }) =>
    Object.entries(media?.examples ?? {}).map(([name, { value }]) => ({
      name: `${e.id} ${what} ${name}`,
      zod,
      schema: media?.schema ?? {},
      value,
    })),
  );
});

/** The same value with one thing wrong, for each of its fields on every level. */
function spoilt(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return [
    { ...value, $unknown: 1 },
    ...Object.entries(value).flatMap(([name, own]) => [
      { ...value, [name]: { $ne: '' } },
      { ...value, [name]: 3.5 },
      ...spoilt(own).map((inner) => ({ ...value, [name]: inner })),
    ]),
  ];
}

describe('examples', () => {
  it('are there for every body and every answer', () => {
    const sides = all.reduce((sum, e) => sum + Object.keys(e.answers).length + (e.body === null ? 0 : 1), 0);
    expect(new Set(EXAMPLES.map((e) => e.name.split(' ').slice(0, 2).join(' '))).size).toBe(sides);
  });

  it.each(EXAMPLES)('$name is right both ways', ({ zod, schema, value }) => {
    expect(fits(schema, value)).toBe(true);
    expect(zod.safeParse(value).error?.issues ?? []).toEqual([]);
  });

  it.each(EXAMPLES)('$name spoilt is wrong both ways', ({ zod, schema, value }) => {
    const wrong = spoilt(value);
    const verdicts = wrong.map((w) => [fits(schema, w) === true, zod.safeParse(w).success]);
    expect(verdicts.filter(([document, code]) => document !== code)).toEqual([]);
    expect(verdicts.filter(([document]) => document === false).length).toBeGreaterThan(0);
  });
});

describe('what is really answered', () => {
  let on: Awaited<ReturnType<typeof aStore>>;
  let door: Door;
  const doors: Door[] = [];
  const wrong: string[] = [];
  const reached = new Set<string>();
  let number = 0;

  /** Asks, and holds the answer against the document. */
  const ask = async (
    e: Endpoint,
    more: {
      on?: Door;
      no?: number;
      query?: string;
      body?: unknown;
      key?: string | null;
      headers?: Record<string, string>;
    } = {},
  ): Promise<Reply> => {
    const [example] = Object.values(e.body?.examples ?? {});
    const body = e.body === null ? undefined : (more.body ?? example);
    const path = e.path.replace('{no}', String(more.no ?? number)) + (more.query ?? '');
    const reply = await (more.on ?? door).ask(e.method.toUpperCase(), path, body, more);
    const said = operationOf(e).responses[String(reply.status)];
    const type = (reply.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const verdict =
      said?.content[type] === undefined ? 'not in the document' : fits(said.content[type].schema, reply.body);
    const missing = Object.keys(said?.headers ?? {}).filter((name) => !reply.headers.has(name));
    if (verdict !== true || missing.length > 0)
      wrong.push(`${e.id} ${reply.status}: ${String(verdict)} ${missing.join(' ')}`);
    reached.add(`${e.id} ${reply.status}`);
    return reply;
  };
  const open = async (bench: ReturnType<typeof aBench>, more: Partial<ApiPorts> = {}): Promise<Door> => {
    const opened = await openDoor(bench, more);
    doors.push(opened);
    return opened;
  };
  const failing = (error: Error): Partial<ApiPorts> => {
    const fail = async (): Promise<never> => {
      throw error;
    };
    return {
      api: { report: fail, command: fail },
      tickets: { byNumber: fail, page: fail, historyAfter: fail },
      messages: { page: fail },
    };
  };

  beforeAll(async () => {
    on = await aStore();
    for (const key of [aKey(), aKey({ name: 'nothing', scopes: [] }), aKey({ name: 'slow', rate: 1 })])
      await on.store.apiKeys.add(key);
    const bench = aBench(on.store);
    door = await open(bench);
    const away = await open(bench, failing(new StoreUnavailable(null)));
    const broken = await open(bench, failing(new Error('broken')));
    const pending = {
      api: { report: async () => ({ kind: 'pending' }) as const, command: async () => ({ kind: 'pending' }) as const },
    };
    const late = await open(bench, pending);
    const [create, list, get, history, messages, run] = all as [
      Endpoint,
      Endpoint,
      Endpoint,
      Endpoint,
      Endpoint,
      Endpoint,
    ];
    const body = { text: '杯子碎了，要换货', order: '2712345678901234567', phone: '13812345678' };

    const created = await ask(create, { body, headers: { 'idempotency-key': 'k' } });
    number = created.body.ticket.number;
    await ask(create, { body, headers: { 'idempotency-key': 'k' } });
    await ask(create, { body: { ...body, text: 'x' }, headers: { 'idempotency-key': 'k' } });
    await ask(create, { body: { ...body, customer: { name: '小美' }, matter: 'm' } });
    await ask(create, { body: { ...body, matter: 'm' } });
    await ask(run, { body: { command: 'claim' } });
    await ask(run, { body: { command: 'claim', actor: 'lilei' } });
    await ask(run, { body: { command: 'note', args: { text: '已催' }, actor: 'lilei' } });
    await ask(run, { body: { command: 'told', args: { text: '在查' }, actor: 'lilei' } });
    await ask(run, { body: { command: 'priority', args: { priority: 'soon' } } });
    await ask(run, { body: { command: 'resolve', args: { disposition: 'handled' }, actor: 'lilei' } });
    for (const query of ['', '?limit=1', '?status=new,resolved&q=杯子', '?team=aftersales&category=return'])
      await ask(list, { query });
    for (const e of [get, history, messages]) await ask(e);
    await ask(history, { query: '?limit=2' });
    for (const e of [create, run]) await ask(e, { on: late, body: e === create ? body : { command: 'claim' } });
    for (const e of all) {
      await ask(e, { query: '?unknown=1' });
      await ask(e, { key: null });
      await ask(e, { key: shownOf({ _id: 'idnothing' }) });
      for (let i = 0; i < 3; i += 1) await ask(e, { key: shownOf({ _id: 'idslow' }) });
      const good = e === create ? { body } : e === run ? { body: { command: 'claim' } } : {};
      await ask(e, { on: away, ...good });
      await ask(e, { on: broken, ...good });
      if (e.path.includes('{no}')) await ask(e, { no: 999_999, ...good });
      if (e.body === null) continue;
      await ask(e, { headers: { 'content-type': 'text/plain' } });
      await ask(e, { body: { text: 'x'.repeat(300_000) } });
    }
  });
  afterAll(async () => {
    await Promise.all(doors.map((d) => d.close()));
    await on.close();
  });

  it('is what the document says', () => {
    expect(wrong).toEqual([]);
    expect(reached.size).toBeGreaterThan(40);
  });

  it('is every status of the document', () => {
    const documented = all.flatMap((e) => Object.keys(operationOf(e).responses).map((status) => `${e.id} ${status}`));
    expect(documented.filter((one) => !reached.has(one))).toEqual([]);
  });

  it('comes with the document itself, for everybody', async () => {
    const { status, body } = await door.ask('GET', '/api/openapi.json', undefined, { key: null });
    expect([status, body]).toEqual([200, JSON.parse(JSON.stringify(DOCUMENT))]);
  });
});
