import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../adapters/sandbox/sandbox.ts';
import { accountKey, addressKey } from '../../src/domain/address.ts';
import { asksOf } from '../../src/domain/directory.ts';
import { PUBLIC_EVENTS } from '../../src/domain/public-event.ts';
import { SetupError } from '../../src/errors.ts';
import { durationMs } from '../../src/shop/schema.ts';
import { loadShop, parseShop } from '../../src/shop/shop.ts';
import { triage } from '../../src/triage/triage.ts';
import { thePromises } from '../support/tickets.ts';

const SMALL = `
shops:
  main: { name: 小店, apps: [slack/T1] }
teams:
  service: { name: 客服, groups: { slack/T1: [C1, C2], sandbox: g-service } }
people:
  lilei: { name: 李雷, roles: [agent], teams: [service], accounts: { slack/T1: U1, sandbox: { user: lilei, direct: d-lilei } } }
`;

/** The sentences that are printed, without the heading. */
function problems(source: string, locale: 'en' | 'zh-CN' = 'en'): string[] {
  try {
    parseShop(source, 'gongdan.yaml', locale);
  } catch (error) {
    if (error instanceof SetupError) return error.message.split('\n  - ').slice(1);
    throw error;
  }
  return [];
}

describe('gongdan.yaml', () => {
  it('becomes a directory with all defaults', () => {
    const { directory, rules, sandbox, hash } = parseShop(SMALL, 'gongdan.yaml', 'en');
    expect(directory.policy).toEqual({
      autoCloseMs: 259_200_000,
      replyHoldMs: 5_000,
      noticeHoldMs: 10_000,
      openerMs: 60_000,
      nudgeRaiseMs: 600_000,
      nudgeAnswerMs: 120_000,
      offerMs: 300_000,
      passes: 3,
      newsMs: 10_000,
    });
    // Another version with every file.
    expect(directory.promises).toEqual({ ...thePromises, version: directory.promises.version });
    expect(directory.people.get('lilei')).toEqual({
      id: 'lilei',
      name: '李雷',
      outwardName: '李雷',
      roles: ['agent'],
      teams: ['service'],
      shops: [],
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      shift: null,
      direct: [
        { platform: 'slack', app: 'T1', conversation: 'U1' },
        { platform: 'sandbox', app: 'sandbox', conversation: 'd-lilei' },
      ],
      outside: [],
    });
    expect(directory.accounts.get(accountKey({ platform: 'sandbox', app: 'sandbox', user: 'lilei' }))).toBe('lilei');
    expect(directory.groups.get(addressKey({ platform: 'slack', app: 'T1', conversation: 'C2' }))).toBe('service');
    expect(directory.shops.get('main')?.apps).toEqual(['slack/T1']);
    expect(directory.categories.get('logistics.stalled')?.name).toEqual({ 'zh-CN': '物流停滞', en: 'Parcel stalled' });
    expect(directory.dispositions.has('return_approved')).toBe(true);
    expect(triage('快递没更新', rules).category).toBe('logistics.stalled');
    expect(sandbox).toBeNull();
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(parseShop(`${SMALL}\n`, 'x', 'en').hash).not.toBe(hash);
  });

  it('names the systems that are told of what happens', () => {
    const { directory } = parseShop(
      `${SMALL}\nsubscriptions:\n  erp: { url: 'https://erp.example/hooks', events: [ticket.claimed, ticket.resolved], shops: [main] }\n  wms: { url: 'http://10.0.0.7:8080/in', events: ['ticket.*'], private: true }`,
      'x',
      'en',
    );
    const { erp, wms } = Object.fromEntries(directory.subscriptions);
    expect(erp).toEqual({
      id: 'erp',
      url: 'https://erp.example/hooks',
      events: new Set(['ticket.claimed', 'ticket.resolved']),
      shops: ['main'],
      private: false,
    });
    expect([wms?.events.size, wms?.private, wms?.shops]).toEqual([PUBLIC_EVENTS.length, true, []]);
  });

  it.each([
    ["{ url: 'ftp://a.example', events: [ticket.*] }", 'must be an address that begins with https://'],
    ["{ url: 'https://user:pass@a.example', events: [ticket.*] }", 'must be an address that begins with https://'],
    ["{ url: 'https://a.example', events: [ticket.claimd] }", 'did you mean ticket.claimed?'],
    ["{ url: 'https://a.example', events: [] }", 'subscriptions.erp.events'],
    ["{ url: 'https://a.example', events: [ticket.*], shops: [mian] }", 'did you mean main?'],
    ["{ url: 'https://a.example', events: [ticket.*], secret: x }", 'secret'],
    ["{ url: 'http://a.example', events: [ticket.*] }", 'add private: true'],
    ['{ events: [ticket.*] }', 'url'],
  ])('says what is wrong with the subscription %s', (input, words) => {
    const found = problems(`${SMALL}\nsubscriptions:\n  erp: ${input}`);
    expect(found).toEqual([expect.stringContaining(words)]);
    expect(found[0]).toMatch(/^Line 1\d/);
    expect(found[0]).not.toContain('pass@');
  });

  it('adds to and renames the shipped categories and dispositions', () => {
    const { directory } = parseShop(
      `${SMALL}\ncategories: { logistics: { zh: 快递, en: Delivery }, gift.card: { zh: 卡, en: Card }, gift: { zh: 礼, en: Gifts } }\ndispositions: { repaired: { zh: 已维修, en: Repaired } }`,
      'x',
      'en',
    );
    expect(directory.categories.get('logistics')?.name.en).toBe('Delivery');
    expect(directory.categories.has('gift.card')).toBe(true);
    expect(directory.dispositions.get('repaired')?.name['zh-CN']).toBe('已维修');
  });

  it('says what whoever files a ticket of a category is asked for, over what the shipped ones ask', () => {
    const { directory } = parseShop(
      `${SMALL}\ncategories: { logistics: { ask: ['tracking!', order] }, invoice: { ask: [] }, presale: { zh: 咨询, en: Questions }, gift: { zh: 礼, en: Gifts }, returns.refund: { ask: ['order!'] } }`,
      'x',
      'en',
    );
    const asks = (id: string) => asksOf(directory.categories, id)?.map((a) => `${a.fact}${a.required ? '!' : ''}`);
    expect(directory.categories.get('logistics')?.name.en).toBe('Logistics');
    // The second level asks what the first does, unless it says so itself.
    expect(asks('logistics.stalled')).toEqual(['tracking!', 'order']);
    expect([asks('returns.refund'), asks('returns.return')]).toEqual([['order!'], ['order', 'phone']]);
    expect([asks('invoice.wrong'), asks('presale'), asks('gift'), asks('gone')]).toEqual([
      [],
      [],
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['logistics: { ask: [ordr] }', 'cannot be "ordr"', 'did you mean order?'],
    ['logistics: { ask: [order!!] }', 'cannot be "order!!"', 'did you mean order!?'],
    ['logistics: { ask: [order, order!] }', '"order" in categories.logistics.ask.1 is already used in', 'ask.0'],
    ['logistics: { asks: [order] }', 'categories.logistics has no key "asks"', 'did you mean ask?'],
    ['logistics: { ask: order }', 'categories.logistics.ask must be a list', ''],
    ['gift: { zh: 礼 }', 'Line 8: categories.gift lacks "en"', ''],
  ])('says what is wrong with the category %s', (input, words, more) => {
    const found = problems(`${SMALL}categories: { ${input} }`);
    expect(found).toEqual([expect.stringContaining(words)]);
    expect(found[0]).toContain(more);
  });

  it('turns keyword rules off and puts its own first', () => {
    const own = `${SMALL}\ntriage: { defaults: false, rules: [{ words: [灯], category: installation }] }`;
    const { rules } = parseShop(own, 'x', 'en');
    expect(triage('灯碎了', rules).category).toBe('installation');
    expect(triage('碎了', rules).category).toBeNull();
  });

  it('names every problem at once, with its line, in order, and what was probably meant', () => {
    const wrong = `shops:
  main: { name: 小店 }
teams:
  aftersale:
    name: 售后
    catgories: [logistic]
    groups: { sandbox: g1 }
  logistics:
    name: 物流
    categories: [logistic]
    groups: { sandbox: g1 }
people:
  lilei:
    roles: [agnt]
    teams: [aftersal]
  李雷: { name: 李雷, roles: [admin] }
policies: { firstResponse: 3 minuts, autoClose: 0s }
timeZone: Asia/Bejing
polices: {}
`;
    expect(problems(wrong)).toEqual([
      'Line 6: teams.aftersale has no key "catgories"; did you mean categories?',
      'Line 13: people.lilei lacks "name"',
      'Line 14: people.lilei.roles.0 cannot be "agnt"; possible: agent, lead, manager, admin; did you mean agent?',
      'Line 16: "李雷" in people cannot be an id; use small letters, digits, - and _, beginning with a letter',
      'Line 17: policies.firstResponse must be a duration such as 5s, 3m, 24h or 3d, it is "3 minuts"',
      'Line 17: policies.autoClose must be a duration such as 5s, 3m, 24h or 3d, it is "0s"',
      'Line 18: timeZone: there is no time zone "Asia/Bejing"; one is Asia/Shanghai',
      'Line 19: gongdan.yaml has no key "polices"; did you mean policies?',
    ]);
  });

  it('names standby groups as it names groups; they are groups of the team, and belong to one', () => {
    const text = SMALL.replace(
      'sandbox: g-service }',
      'sandbox: g-service }, standby: { wecom/W1: R1, sandbox: g-spare }',
    );
    const more = 'sandbox: { customers: { xiaomei: { name: 小美 } } }';
    const { directory, sandbox } = parseShop(`${text}${more}`, 'gongdan.yaml', 'en');
    const team = directory.teams.get('service');
    expect(team?.standby).toEqual([
      { platform: 'wecom', app: 'W1', conversation: 'R1' },
      { platform: 'sandbox', app: 'sandbox', conversation: 'g-spare' },
    ]);
    expect(team?.groups).toHaveLength(3);
    for (const group of team?.standby ?? []) expect(directory.groups.get(addressKey(group))).toBe('service');
    const spare = { id: 'g-spare', kind: 'group', title: '客服（备用）', members: ['lilei'], team: 'service' };
    expect(sandbox?.conversations).toContainEqual(spare);
    const twice = SMALL.replace('sandbox: g-service }', 'sandbox: g-service }, standby: { slack/T1: C2 }');
    expect(problems(twice)).toEqual(['Line 5: "C2" in teams.service.standby is already used in teams.service.groups']);
  });

  it('checks that names point at something and belong to one', () => {
    const wrong = `shops:
  a: { name: A, apps: [sandbox] }
  b: { name: B, apps: [sandbox/sandbox] }
teams:
  one: { name: 售后, categories: [logistic], groups: { sandbox: g1 } }
  two: { name: 售后, shops: [c], groups: { sandbox: g1 } }
people:
  p1: { name: P, roles: [agent], teams: [on], accounts: { sandbox: x } }
  p2: { name: Q, roles: [lead], accounts: { sandbox: x } }
categories:
  toys.soft: { zh: 毛绒, en: Soft }
triage:
  rules:
    - words: [a]
      category: nothing
sandbox:
  customers:
    x: { name: X }
`;
    expect(problems(wrong)).toEqual([
      'Line 3: "sandbox/sandbox" in shops.b.apps.0 is already used in shops.a.apps.0',
      'Line 5: teams.one.categories names the category "logistic", which is not defined; did you mean logistics?',
      'Line 6: teams.two.shops names the shop "c", which is not defined',
      'Line 6: "售后" in teams.two.name is already used in teams.one.name',
      'Line 6: "g1" in teams.two.groups is already used in teams.one.groups',
      'Line 8: people.p1.teams names the team "on", which is not defined; did you mean one?',
      'Line 8: "x" in people.p1.accounts.sandbox is already used in sandbox.customers.x',
      'Line 9: people.p2 is a lead or an agent but belongs to no team',
      'Line 9: "x" in people.p2.accounts.sandbox is already used in people.p1.accounts.sandbox',
      'Line 9: "x" in people.p2.accounts.sandbox is already used in sandbox.customers.x',
      'Line 11: categories.toys.soft names the category "toys", which is not defined',
      'Line 15: triage.rules.0.category names the category "nothing", which is not defined',
    ]);
  });

  it.each([
    ['', 'gongdan.yaml must be a set of "name: value" lines'],
    ['shops: [', 'is not valid YAML'],
    ['shops: {}\nteams: {}\npeople: {}', 'shops must be at least 1'],
    [`${SMALL}\nshops: {}`, 'is not valid YAML'],
    [
      SMALL.replace('user: lilei, direct: d-lilei', 'user: lilei, drect: d'),
      'has no key "drect"; did you mean direct?',
    ],
    [SMALL.replace('[agent]', 'agent'), 'people.lilei.roles must be a list'],
    [SMALL.replace('name: 客服', `name: ${'长'.repeat(61)}`), 'teams.service.name must be at most 60'],
    [
      `${SMALL}\nsandbox: { limits: [{ name: a, per: app, method: any, count: 0, window: 60s }] }`,
      'count must be at least 1',
    ],
  ])('refuses %j', (source, sentence) => {
    expect(problems(source).join('\n')).toContain(sentence);
  });

  it('speaks Chinese', () => {
    expect(problems(SMALL.replace('teams: [service]', 'teams: [servce]'), 'zh-CN')).toEqual([
      '第 7 行：people.lilei.teams 里的组「servce」没有定义，是不是想写 service？',
    ]);
  });

  it('survives keys that mean something to JavaScript', () => {
    expect(problems(`${SMALL}\n__proto__: { polluted: true }`).join()).toContain('has no key "__proto__"');
    expect(problems(SMALL.replace('lilei: {', 'constructor: {'))).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('says so when the file cannot be read', async () => {
    await expect(loadShop('/nowhere/gongdan.yaml', 'en')).rejects.toThrow(SetupError);
  });

  it('lists the sandbox: customers, groups with their members, direct chats, limits', () => {
    const { sandbox } = parseShop(
      `${SMALL}\nsandbox: { customers: { xiaomei: { name: 小美 } }, limits: [{ name: robot, per: conversation, method: send, count: 20, window: 1m, overrun: { block: 10m } }] }`,
      'x',
      'en',
    );
    // What the sandbox takes: the types have to fit.
    const taken: Pick<SandboxOptions, 'people' | 'conversations'> | null = sandbox;
    expect(taken).not.toBeNull();
    expect(sandbox?.people.map(({ id, role, teams }) => ({ id, role, teams }))).toEqual([
      { id: 'xiaomei', role: 'customer', teams: [] },
      { id: 'lilei', role: 'agent', teams: ['service'] },
    ]);
    expect(sandbox?.conversations).toEqual([
      { id: 'c-xiaomei', kind: 'customer', title: '小美', members: ['xiaomei'] },
      { id: 'g-service', kind: 'group', title: '客服', members: ['lilei'], team: 'service' },
      { id: 'd-lilei', kind: 'direct', title: '李雷', members: ['lilei'] },
    ]);
    expect(sandbox?.limits).toEqual([
      {
        name: 'robot',
        per: 'conversation',
        method: 'send',
        count: 20,
        windowMs: 60_000,
        reserve: { urgent: 0, redraw: 0 },
        aside: 0,
        source: 'gongdan.yaml',
        overrun: { kind: 'block', forMs: 600_000 },
      },
    ]);
    expect(sandbox?.fixed).toEqual([]);
  });

  it('lets limits of the sandbox be about some conversations, keep calls back, and fix what was posted', () => {
    const section = (limit: string, fixed = ''): string =>
      `${SMALL}\nsandbox:\n  customers: { xiaomei: { name: 小美 }, laowang: { name: 老王, conversation: oa-7 } }\n  limits:\n    - { name: robot, per: robot, method: send, count: 20, window: 1m, ${limit} }\n  fixed: [${fixed}]`;
    const all = 'conversations: [g-service, c-xiaomei, oa-7, d-lilei]';
    const { sandbox } = parseShop(
      section(`${all}, reserve: { urgent: 4 }, aside: 5, overrun: drop`, 'g-service'),
      'x',
      'en',
    );
    const taken: Pick<SandboxOptions, 'limits' | 'fixed'> | undefined = {
      limits: sandbox?.limits ?? [],
      fixed: sandbox?.fixed ?? [],
    };
    expect(taken).toEqual({
      limits: [
        {
          name: 'robot',
          per: 'robot',
          method: 'send',
          count: 20,
          windowMs: 60_000,
          conversations: ['g-service', 'c-xiaomei', 'oa-7', 'd-lilei'],
          reserve: { urgent: 4, redraw: 0 },
          aside: 5,
          source: 'gongdan.yaml',
          overrun: { kind: 'drop' },
        },
      ],
      fixed: ['g-service'],
    });
    expect(problems(section('conversations: [g-servce]', 'c-xiaomay'))).toEqual([
      'Line 12: sandbox.limits.0.conversations names the conversation "g-servce", which is not defined; did you mean g-service?',
      'Line 13: sandbox.fixed names the conversation "c-xiaomay", which is not defined; did you mean c-xiaomei?',
    ]);
    expect(problems(section('reserve: { urgnt: 4 }'))).toEqual([
      'Line 12: sandbox.limits.0.reserve has no key "urgnt"; did you mean urgent?',
    ]);
    expect(problems(section('reserve: { urgent: 10, redraw: 5 }, aside: 5'))).toEqual([
      'Line 12: reserve and aside of sandbox.limits.0 keep 20 calls and leave none for new cards; together they must stay below count (20)',
    ]);
    expect(problems(section('reserve: { urgent: 10, redraw: 5 }, aside: 4'))).toEqual([]);
  });

  it('is read from its file', async () => {
    const path = new URL('../../demo/gongdan.yaml', import.meta.url).pathname;
    const shop = await loadShop(path, 'en');
    expect(shop.hash).toBe(parseShop(await readFile(path, 'utf8'), 'x', 'en').hash);
  });
});

describe('durationMs', () => {
  it.each([
    ['5s', 5_000],
    ['3m', 180_000],
    ['1.5h', 5_400_000],
    [' 3 d ', 259_200_000],
    ['3', null],
    ['m', null],
    ['-3m', null],
    ['3min', null],
    ['1e3s', null],
  ])('%j -> %s', (value, ms) => {
    expect(durationMs(value)).toBe(ms);
  });
});
