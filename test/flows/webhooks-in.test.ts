import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_HOOK_SECRET } from '../../src/shop/demo.ts';
import { SIGNATURE_HEADER, signatureOf } from '../../src/webhooks/signature.ts';
import { openDesk, words, type Desk } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

let desk: Desk;

interface Told {
  readonly status: number;
  readonly body: { readonly outcome?: string; readonly ticket?: { readonly number: number; readonly name: string } };
}

const sample = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join('demo/hooks', `${name}.json`), 'utf8')) as Record<string, unknown>;

/** The demo's system posts bytes, signed as its page says unless told otherwise; what they cause happens. */
async function posts(body: Buffer | string, headers: Record<string, string | null> = {}, source = 'shop') {
  const bytes = Buffer.from(body);
  const all: Record<string, string | null> = {
    'Content-Type': 'application/json',
    [SIGNATURE_HEADER]: signatureOf([DEMO_HOOK_SECRET], desk.clock.now(), bytes),
    ...headers,
  };
  const sent = Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  const response = await desk.request(`/hooks/${source}`, {
    method: 'POST',
    headers: Object.fromEntries(sent),
    body: new Uint8Array(bytes),
  });
  await desk.flow.settle();
  return { status: response.status, body: await response.json(), headers: response.headers };
}
const tells = async (event: unknown): Promise<Told> => {
  const { status, body } = await posts(JSON.stringify(event));
  return { status, body: body as Told['body'] };
};
const numberOf = ({ body }: Told): number => body.ticket?.number ?? 0;
const count = (name: string): Promise<number> => desk.store.connection.collection(name).countDocuments();

describe("what the shop's systems tell", () => {
  beforeEach(async () => {
    desk = await openDesk();
  });
  afterEach(() => desk.stop());

  it.each([
    ['logistics-stall', 'sunwei', 'g-logistics', '中通快递 52 小时没有更新', 'high', 'logistics.stalled'],
    ['refund-spike', 'lilei', 'g-aftersale', '北欧落地灯 暖光款 60 分钟退款 37 单', 'urgent', 'returns.refund'],
    ['stock-alert', 'linyue', 'g-presale', '长绒棉浴巾 雾灰 只剩 18 件', 'normal', 'presale.stock'],
    ['order-anomaly', 'linyue', 'g-presale', '订单异常：优惠叠加后实付低于标价的 5%', 'urgent', 'order'],
  ])(
    '%s opens one card in the right group, however often it comes',
    async (name, who, group, title, priority, category) => {
      const event = await sample(name);
      const first = await tells(event);
      expect(first).toEqual({
        status: 201,
        body: { outcome: 'opened', ticket: { number: expect.any(Number), name: `T-${numberOf(first)}` } },
      });
      const ticket = await desk.store.tickets.byNumber(numberOf(first));
      expect(ticket).toMatchObject({
        priority,
        category,
        shop: 'qingtian',
        tags: expect.arrayContaining(['系统上报']),
      });
      const card = await desk.card(who, group, numberOf(first));
      expect(card.card?.title).toContain(title);
      expect(await tells(event)).toEqual({ status: 200, body: { ...first.body, outcome: 'repeated' } });
      // The same fields in another order are the same event.
      const turned = Object.fromEntries(Object.entries(event).toReversed());
      expect(await tells(turned)).toEqual({ status: 200, body: { ...first.body, outcome: 'repeated' } });
      expect((await desk.sees(who, group)).filter((m) => m.card?.kind === 'ticket')).toHaveLength(1);
      // More of the same matter is a note on the same ticket.
      const again = await tells({ ...event, event_id: 'another' });
      expect(again).toEqual({ status: 200, body: { ...first.body, outcome: 'updated' } });
      expect(await desk.store.notes.ofTicket(ticket?._id ?? '', 10)).toHaveLength(1);
      expect(await count('tickets')).toBe(1);
    },
  );

  it('nobody is to be told of what concerns no customer: no button asks for it, and the answer to 解决 does not either', async () => {
    const stock = await tells(await sample('stock-alert'));
    const card = await desk.card('linyue', 'g-presale', numberOf(stock));
    expect(card.card?.actions.map(({ invoke }) => invoke.command)).not.toContain('told');
    await desk.types('linyue', `认领 ${numberOf(stock)}`);
    expect(words((await desk.types('linyue', `解决 ${numberOf(stock)}`)).answer)).toBe(`T-${numberOf(stock)} 处理好了`);
    const stall = await tells(await sample('logistics-stall'));
    const other = await desk.card('sunwei', 'g-logistics', numberOf(stall));
    expect(other.card?.actions.map(({ invoke }) => invoke.command)).toContain('told');
  });

  it('a parcel that moves again is told to its ticket, and to nobody where there is none', async () => {
    const moving = await sample('logistics-moving');
    expect(await tells({ ...moving, event_id: 'early' })).toEqual({ status: 200, body: { outcome: 'ignored' } });
    expect(await count('tickets')).toBe(0);
    const stall = await tells(await sample('logistics-stall'));
    expect(await tells(moving)).toEqual({ status: 200, body: { ...stall.body, outcome: 'updated' } });
    const ticket = await desk.store.tickets.byNumber(numberOf(stall));
    const [note] = await desk.store.notes.ofTicket(ticket?._id ?? '', 10);
    expect(note).toMatchObject({
      noteText: '包裹又动了\n已到达郑州转运中心，预计明天派送',
      author: { kind: 'system', name: 'hook:shop' },
    });
    expect(ticket).toMatchObject({
      priority: 'high',
      facts: { order: '2026110828461357902', tracking: '78912345678901', carrier: '中通快递', phone: '13812345678' },
      customer: { name: '爱喝茶的小鹿', place: 'qianniu', handle: '爱喝茶的小鹿' },
    });
  });

  it('worse news of the matter make its ticket more urgent; the phone number stays hidden in the group', async () => {
    const stall = await sample('logistics-stall');
    const first = await tells(stall);
    await tells({ ...stall, event_id: 'worse', severity: 'critical' });
    expect(await desk.store.tickets.byNumber(numberOf(first))).toMatchObject({ priority: 'urgent' });
    const seen = JSON.stringify(await desk.sees('sunwei', 'g-logistics'));
    expect(seen).toContain('138****5678');
    expect(seen).not.toContain('13812345678');
  });

  it('a heartbeat and a parcel that stands for a few hours leave nothing', async () => {
    expect(await tells({ event: 'ping' })).toEqual({ status: 200, body: { outcome: 'ignored' } });
    const parcel = { ...((await sample('logistics-stall'))['parcel'] as object), hours_without_scan: 3 };
    const { status, body } = await posts(JSON.stringify({ ...(await sample('logistics-stall')), parcel }));
    expect([status, body]).toEqual([
      422,
      expect.objectContaining({ detail: expect.stringContaining('parcel.hours_without_scan') }),
    ]);
    expect([await count('tickets'), await count('inbox')]).toEqual([0, 0]);
  });

  it('an id that comes with something else says so', async () => {
    const stall = await sample('logistics-stall');
    const first = await tells(stall);
    const { status, body } = await posts(JSON.stringify({ ...stall, severity: 'critical' }));
    expect([status, body]).toEqual([409, expect.objectContaining({ title: 'Conflict' })]);
    expect(await desk.store.tickets.byNumber(numberOf(first))).toMatchObject({ priority: 'high' });
  });

  it('a rule that needs what is not there names itself and the path, never a value', async () => {
    const { order: _gone, ...rest } = await sample('logistics-stall');
    const { status, body } = await posts(JSON.stringify(rest));
    expect([status, body]).toEqual([
      422,
      expect.objectContaining({
        errors: [{ field: 'order.no', message: 'is missing or empty; the rule 物流停滞 needs it' }],
      }),
    ]);
  });

  it('both secrets are good during a rotation, and the old one no longer once it is ended', async () => {
    const at = desk.clock.now();
    await desk.store.hookSecrets.rotate('in:shop', { sealed: desk.vault.seal('fresh'), createdAt: at });
    await desk.passes(2_000);
    const ping = Buffer.from('{"event":"ping"}');
    const signedBy = (secret: string) => ({ [SIGNATURE_HEADER]: signatureOf([secret], desk.clock.now(), ping) });
    expect((await posts(ping, signedBy(DEMO_HOOK_SECRET))).status).toBe(200);
    expect((await posts(ping, signedBy('fresh'))).status).toBe(200);
    await desk.store.hookSecrets.endOld('in:shop');
    await desk.passes(2_000);
    expect((await posts(ping, signedBy(DEMO_HOOK_SECRET))).status).toBe(401);
    expect((await posts(ping, signedBy('fresh'))).status).toBe(200);
  });
});

const PING = Buffer.from('{"event":"ping"}');
const signed = (ms: number, secret = DEMO_HOOK_SECRET, body = PING): string =>
  signatureOf([secret], new Date(desk.clock.now().getTime() + ms), body);

describe('what is refused leaves no trace and says why', () => {
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterEach(async () => {
    if ((await count('tickets')) + (await count('inbox')) > 0) throw new Error('what was refused left a trace');
  });
  afterAll(() => desk.stop());

  const counted = async (outcome: string, source = 'shop'): Promise<number> => {
    const metrics = await (await desk.request('/metrics')).text();
    const line = `gongdan_hook_requests_total{source="${source}",outcome="${outcome}"} `;
    return Number(metrics.split(line)[1]?.split('\n')[0] ?? 0);
  };

  it.each([
    ['missing', () => null],
    ['malformed', () => 'v1=abc'],
    ['too_old', () => signed(-301_000)],
    ['too_new', () => signed(302_000)],
    ['wrong', () => signed(0, 'somebody else')],
    ['wrong', () => signed(0, DEMO_HOOK_SECRET, Buffer.from('{"event":"pinG"}'))],
    ['malformed', () => `${signed(0)}, ${signed(0)}`],
  ])('a signature that is %s', async (fault, header) => {
    const before = await counted(fault);
    const { status, body } = await posts(PING, { [SIGNATURE_HEADER]: header() });
    expect([status, body]).toEqual([
      401,
      expect.objectContaining({ errors: [{ field: SIGNATURE_HEADER, message: fault }] }),
    ]);
    expect(await counted(fault)).toBe(before + 1);
  });

  it('a body that was changed by one byte, wherever', async () => {
    const header = { [SIGNATURE_HEADER]: signed(0) };
    for (let i = 0; i < PING.length; i += 1) {
      const changed = Buffer.from(PING);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect((await posts(changed, header)).status).toBe(401);
    }
    expect((await posts(PING, header)).status).toBe(200);
  });

  const deep = (n: number): string => `{"event":${'['.repeat(n)}${']'.repeat(n)}}`;
  it.each([
    ['10 000 deep', deep(10_000), 400],
    ['a key twice', '{"event":"ping","event":"stock.low"}', 400],
    ['a key of the language', '{"event":"ping","__proto__":{"event_id":"x"}}', 400],
    ['no JSON', '<xml>ping</xml>', 400],
    ['nothing', '', 400],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400],
    ['no object', '[1]', 422],
    ['a number', '7', 422],
  ])('%s', async (_what, body, expected) => {
    const { status, headers } = await posts(body);
    expect([status, headers.get('content-type')]).toEqual([expected, 'application/problem+json; charset=utf-8']);
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=gbk', 415],
    ['application/json; charset=UTF-8', 200],
  ])('as %s', async (type, expected) => {
    expect((await posts(PING, { 'Content-Type': type })).status).toBe(expected);
  });

  it('operators of the store in every field: text has to be text, and what is named so does nothing', async () => {
    const event = await sample('logistics-stall');
    const places = (at: unknown, path: readonly string[] = []): string[][] =>
      typeof at !== 'object' || at === null
        ? [[...path]]
        : [[...path], ...Object.entries(at).flatMap(([key, value]) => places(value, [...path, key]))];
    const put = (at: unknown, [key, ...rest]: readonly string[], value: unknown): unknown =>
      key === undefined ? value : { ...(at as object), [key]: put((at as Record<string, unknown>)[key], rest, value) };
    /** What the rule does not need. */
    const free = new Set(['order.amount', 'order.buyer', 'occurred_at', 'severity']);
    for (const place of places(event).filter((path) => !free.has(path.join('.')))) {
      for (const value of [{ $gt: '' }, { $where: 'sleep(9)' }, [{ $ne: null }]]) {
        const changed = put(event, place, value);
        expect([place, (await posts(JSON.stringify(changed))).status]).toEqual([place, 422]);
      }
    }
  });

  it('another method, another source, a source with a name of the language', async () => {
    const get = await desk.request('/hooks/shop');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    for (const source of ['erp', '__proto__', 'constructor', 'shop/more', ''])
      expect([source, (await posts(PING, {}, source)).status]).toEqual([source, 404]);
    expect(await counted('unknown', '-')).toBe(5);
    expect(await counted('unknown', 'erp')).toBe(0);
  });

  it('10 MB are not read: the answer comes before them, and the rest is cut', async () => {
    for (const length of [true, false]) {
      const sent = await new Promise<{ status: number; bytes: number }>((resolve, reject) => {
        const headers = {
          'Content-Type': 'application/json',
          [SIGNATURE_HEADER]: signed(0),
          ...(length ? { 'Content-Length': String(10 * 1024 * 1024) } : {}),
        };
        let status = 0;
        let bytes = 0;
        const to = httpRequest(`${desk.url}/hooks/shop`, { method: 'POST', headers }, (response) => {
          status = response.statusCode ?? 0;
          response.resume();
        });
        to.on('error', () => undefined);
        to.on('close', () => {
          if (status === 0) reject(new Error('no answer'));
          else resolve({ status, bytes });
        });
        const chunk = Buffer.alloc(64 * 1024, 32);
        const more = (): void => {
          if (to.destroyed || bytes >= 10 * 1024 * 1024) {
            to.end();
            return;
          }
          bytes += chunk.length;
          to.write(chunk, () => setImmediate(more));
        };
        more();
      });
      expect(sent.status).toBe(413);
      expect(sent.bytes).toBeLessThan(10 * 1024 * 1024);
    }
  });
});

it("a shop of its own takes its own secret and never the demo's, which everybody knows", async () => {
  desk = await openDesk({ shop: aShop({ more: 'hooks: { shop: { map: [{ ignore: true }] } }' }) });
  try {
    expect((await posts(PING)).body).toMatchObject({ errors: [{ message: 'no_secret' }] });
    const keep = (secret: string): Promise<number> =>
      desk.store.hookSecrets.rotate('in:shop', { sealed: desk.vault.seal(secret), createdAt: desk.clock.now() });
    await keep(DEMO_HOOK_SECRET);
    await desk.passes(2_000);
    expect((await posts(PING)).status).toBe(401);
    await keep('its own');
    await desk.passes(2_000);
    expect((await posts(PING)).body).toMatchObject({ errors: [{ message: 'wrong' }] });
    expect((await posts(PING, { [SIGNATURE_HEADER]: signed(0, 'its own') })).status).toBe(200);
  } finally {
    await desk.stop();
  }
});
