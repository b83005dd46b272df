import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fallback } from '../../cards/fallback.ts';
import { ticketOfUrl } from '../../src/flow/ticket-link.ts';
import { aBench, aStore, type Bench } from '../support/flow.ts';
import { aDirectory, aTicket } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
beforeAll(async () => {
  on = await aStore();
  bench = aBench(on.store);
  const ticket = aTicket({ subject: '收到的杯子碎了，打 13812345678' });
  await on.store.tickets.create({ ticket, events: [], effects: [], cause: { cause: 'c', seq: 1, already: false } });
});
afterAll(() => on.close());

const OURS = 'https://desk.example/t/4821';
type Kind = 'customer' | 'group' | 'direct' | 'system';
const opens = (user: string, id: string, kind: Kind, url = OURS) =>
  bench.flow.sink.openLink(
    { platform: 'sandbox', app: 'demo', sender: { id: user, name: user }, conversation: { id, kind } },
    url,
  );

describe('who sees what a link is about', () => {
  it("the group of the ticket's team, masked, with nothing to do but look", async () => {
    const card = await opens('lilei', 'group:aftersales', 'group');
    if (card === null) throw new Error('nothing');
    expect(fallback(card)).toBe(
      'T-4821 · 收到的杯子碎了，打 138****5678\n待认领 · 14:32 前首响\n组：售后\n分类：物流停滞\n可发送：查看 4821',
    );
    expect(JSON.stringify(card)).not.toMatch(/小美|13812345678|SF123/u);
  });

  it('somebody of the team alone with the bot, and a manager in that group', async () => {
    expect(await opens('lilei', 'direct:lilei', 'direct')).not.toBeNull();
    expect(await opens('zhou', 'group:aftersales', 'group')).not.toBeNull();
  });

  it('no group of another team, nor one that belongs to none, whoever writes it there', async () => {
    expect(await opens('zhou', 'group:logistics', 'group')).toBeNull();
    expect(await opens('zhou', 'group:pub', 'group')).toBeNull();
  });

  it('never a customer’s chat', async () => {
    expect(await opens('lilei', 'customer:xiaomei', 'customer')).toBeNull();
    expect(await opens('lilei', 'group:aftersales', 'system')).toBeNull();
  });

  it('nobody of another team and no stranger, not even in the right group or alone', async () => {
    expect(await opens('chenchen', 'group:aftersales', 'group')).toBeNull();
    expect(await opens('chenchen', 'direct:chenchen', 'direct')).toBeNull();
    expect(await opens('stranger', 'group:aftersales', 'group')).toBeNull();
  });

  it('not of a ticket that does not exist, nor through a foreign address', async () => {
    expect(await opens('lilei', 'direct:lilei', 'direct', 'https://desk.example/t/9999')).toBeNull();
    expect(await opens('lilei', 'direct:lilei', 'direct', 'https://desk.example.evil.test/t/4821')).toBeNull();
  });

  it('a group that was given to another team meanwhile', async () => {
    const usual = aDirectory();
    const moved = new Map([...usual.groups].map(([key]) => [key, 'logistics'] as const));
    const other = aBench(on.store, { directory: () => aDirectory({ groups: moved }) });
    const asker = { platform: 'sandbox', app: 'demo', sender: { id: 'lilei', name: '李雷' } };
    const conversation = { id: 'group:aftersales', kind: 'group' } as const;
    expect(await other.flow.sink.openLink({ ...asker, conversation }, OURS)).toBeNull();
  });
});

describe('the address of a ticket', () => {
  const BASE = 'https://desk.example';

  it.each([
    [OURS, BASE, 4821],
    ['https://Desk.Example/t/4821', BASE, 4821],
    ['https://desk.example:443/t/4821', BASE, 4821],
    ['https://desk.example/bot/t/4821', `${BASE}/bot`, 4821],
    ['http://127.0.0.1:3000/t/1', 'http://127.0.0.1:3000', 1],
  ])('%s at %s', (url, base, no) => {
    expect(ticketOfUrl(url, base)).toBe(no);
  });

  it.each([
    'http://desk.example/t/4821',
    'https://desk.example:8443/t/4821',
    'https://desk.example/t/04821',
    'https://desk.example/t/0',
    'https://desk.example/t/4821/',
    'https://desk.example/t/4821?x=1',
    'https://desk.example/t/4821#a',
    'https://desk.example/T/4821',
    'https://desk.example/a/../t/4821',
    'https://desk.example//t/4821',
    'https://desk.example/bot/t/4821',
    'https://desk.example/t/48%32%31',
    'https://desk.example/t/1234567890123',
    'https://desk.example/t/4821\n',
    ' https://desk.example/t/4821',
    'https://user@desk.example/t/4821',
    'https://desk.example@evil.test/t/4821',
    'https://evil.test/https://desk.example/t/4821',
    'https://evil.test\\desk.example/t/4821',
    'https://desk.example.evil.test/t/4821',
    'javascript:https://desk.example/t/4821',
    '/t/4821',
    'T-4821',
    '',
  ])('is not %j', (url) => {
    expect(ticketOfUrl(url, BASE)).toBeNull();
  });

  it('is none where a path stands before ours and is left out', () => {
    expect(ticketOfUrl(OURS, `${BASE}/bot`)).toBeNull();
  });
});
