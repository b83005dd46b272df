import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseShop } from '../../src/shop/shop.ts';
import { LIMITS, mapEvent, type HookSource, type Mapped } from '../../src/webhooks/mapping.ts';
import { aShop } from '../support/shop.ts';

/** A source with these lines as its rules. */
function aSource(rules: string, shop = ''): HookSource {
  const lines = rules.split('\n').map((line) => `      ${line}`);
  const source = aShop({
    more: ['hooks:', '  erp:', ...(shop === '' ? [] : [`    shop: ${shop}`]), '    map:', ...lines].join('\n'),
  });
  const found = parseShop(source, 'gongdan.yaml', 'en').hooks.get('erp');
  if (found === undefined) throw new Error('no source');
  return found;
}
const reportOf = (mapped: Mapped) => {
  if (mapped.kind !== 'report') throw new Error(JSON.stringify(mapped));
  return mapped.report;
};

const DEMO = parseShop(readFileSync('demo/gongdan.yaml', 'utf8'), 'gongdan.yaml', 'en').hooks.get('shop');

describe('a rule', () => {
  const by = (when: string, event: unknown): string => {
    const source = aSource(`- { name: a, when: [${when}], id: x, subject: s }\n- { name: b, id: x, subject: s }`);
    const mapped = mapEvent(source, event);
    return mapped.kind === 'report' ? mapped.rule : mapped.kind;
  };

  it.each([
    ['{ path: n, is: 3 }', { n: 3 }, true],
    ['{ path: n, is: 3 }', { n: '3' }, false],
    ['{ path: n, in: [3, "3"] }', { n: '3' }, true],
    ['{ path: n, is: true }', { n: true }, true],
    ['{ path: n, exists: true }', { n: 0 }, true],
    ['{ path: n, exists: true }', { n: null }, false],
    ['{ path: n, exists: false }', { n: null }, true],
    ['{ path: toString, exists: true }', {}, false],
    ['{ path: n, above: 3 }', { n: 3.1 }, true],
    ['{ path: n, above: 3 }', { n: 3 }, false],
    ['{ path: n, above: 3 }', { n: '3.50' }, true],
    ['{ path: n, above: 3 }', { n: '4x' }, false],
    ['{ path: n, above: 3 }', { n: [4] }, false],
    ['{ path: n, below: 3 }', { n: -1 }, true],
    ['{ path: n, below: 3 }', {}, false],
    ['{ path: n, like: "order.*" }', { n: 'order.paid' }, true],
    ['{ path: n, like: "order.*" }', { n: 'reorder.paid' }, false],
    ['{ path: n, like: "*a*b*" }', { n: 'xxaxxbxx' }, true],
    ['{ path: n, like: "*a*b*" }', { n: 'xxbxxaxx' }, false],
    ['{ path: n, like: "ab*ba" }', { n: 'aba' }, false],
    ['{ path: n, like: "a.c" }', { n: 'abc' }, false],
    ['{ path: a, is: 1 }, { path: b, is: 1 }', { a: 1, b: 2 }, false],
  ])('with %s of %j holds: %s', (when, event, holds) => {
    expect(by(when, event)).toBe(holds ? 'a' : 'b');
  });

  it('with a pattern of many stars answers at once, whatever the text', () => {
    const source = aSource('- { when: [{ path: n, like: "*a*a*a*a*b" }], id: x, subject: s }');
    const began = performance.now();
    for (let i = 0; i < 1_000; i += 1) mapEvent(source, { n: 'a'.repeat(1_000) });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('that is the first to fit counts; none says where it was looked, never what stood there', () => {
    const source = aSource(
      '- { when: [{ path: a.b, is: 1 }], id: x, subject: s }\n- { when: [{ path: c, is: 1 }, { path: a.b, is: 2 }], ignore: true }',
    );
    expect(mapEvent(source, { a: { b: 'secret' } })).toEqual({
      kind: 'fault',
      fault: { code: 'no_rule', paths: ['a.b', 'c'] },
    });
    expect(mapEvent(source, { c: 1, a: { b: 2 } })).toEqual({ kind: 'ignored', rule: 'map.1' });
  });

  it('makes a report of what the event says', () => {
    const source = aSource(`- name: 停滞
  id: 'e{id}'
  matter: 'stall:{no}'
  subject: '  {what}\\n还有 '
  text: "{what}\\n{no}"
  category: logistics.stalled
  priority: { from: level, map: { '1': urgent }, else: low }
  tags: [a, a, '{tag|}']
  team: logistics
  order: '{no}'
  amount: '{amount|}'
  customer: { name: '{who|}', place: qianniu, handle: '{who|}' }`);
    const event = { id: 7, no: '28', what: '停了', level: 1 };
    const mapped = mapEvent(source, event);
    expect(mapped).toMatchObject({ kind: 'report', rule: '停滞', id: 'e7' });
    expect(reportOf(mapped)).toEqual({
      matter: 'stall:28',
      updates: false,
      deadline: null,
      shop: 'qingtian',
      subject: String.raw`停了\n还有`,
      text: '停了\n28',
      category: 'logistics.stalled',
      priority: 'urgent',
      tags: ['a'],
      team: 'logistics',
      facts: { order: '28' },
      customer: null,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    expect(reportOf(mapEvent(source, { ...event, level: 'x', who: '小美' }))).toMatchObject({
      priority: 'low',
      customer: { name: '小美', place: 'qianniu', handle: '小美' },
    });
    // What the rule does not look at does not make another event of it.
    expect(reportOf(mapEvent(source, { ...event, seen: 'now' })).digest).toBe(reportOf(mapped).digest);
    expect(reportOf(mapEvent(source, { ...event, what: '停' })).digest).not.toBe(reportOf(mapped).digest);
  });

  it('never makes two events the same by cutting their ids', () => {
    const source = aSource("- { id: '{id}', matter: '{m|m}', subject: s }");
    const long = 'x'.repeat(LIMITS.id);
    expect(mapEvent(source, { id: long }).kind).toBe('report');
    expect(mapEvent(source, { id: `${long}1` })).toMatchObject({ fault: { code: 'too_long', field: 'id' } });
    expect(mapEvent(source, { id: 'x', m: `${long}1` })).toMatchObject({
      fault: { code: 'too_long', field: 'matter' },
    });
  });

  it.each([
    ['2026-11-11T20:00:00+08:00', '2026-11-11T12:00:00.000Z'],
    ['2026-11-11T12:00:00.5Z', '2026-11-11T12:00:00.500Z'],
    [1794398400, '2026-11-11T12:00:00.000Z'],
    ['1794398400123', '2026-11-11T12:00:00.123Z'],
  ])('takes the deadline %s over', (until, moment) => {
    const source = aSource("- { id: x, subject: s, deadline: '{until}' }");
    expect(reportOf(mapEvent(source, { until })).deadline?.toISOString()).toBe(moment);
  });

  it('refuses a deadline that is no moment, and does without one', () => {
    const source = aSource("- { id: x, subject: s, deadline: '{until|}' }");
    for (const until of ['morgen', '2026-11-11', '2026-11-11T20:00:00', '2026-13-11T20:00:00Z', 17])
      expect(mapEvent(source, { until })).toMatchObject({ fault: { code: 'no_moment', rule: 'map.0' } });
    const without = aSource('- { id: x, subject: s }');
    expect(reportOf(mapEvent(source, {})).deadline).toBeNull();
    // Known to be the same event as before deadlines were there.
    expect(reportOf(mapEvent(source, {})).digest).toBe(reportOf(mapEvent(without, {})).digest);
  });

  it('comes to a shop there is', () => {
    const source = aSource("- { id: x, subject: s, shop: '{shop}' }");
    expect(reportOf(mapEvent(source, { shop: 'qingtian' })).shop).toBe('qingtian');
    expect(mapEvent(source, { shop: 'constructor' })).toMatchObject({ fault: { code: 'unknown_shop' } });
  });
});

describe('any event', () => {
  const length = (text: string): number => Array.from(text).length;
  const isWithin = (mapped: Mapped): boolean => {
    if (mapped.kind !== 'report') return true;
    const { id, report } = mapped;
    const texts = [
      [id, LIMITS.id],
      [report.matter ?? '', LIMITS.matter],
      [report.subject, LIMITS.subject],
      [report.text, LIMITS.text],
      ...Object.values(report.facts).map((fact) => [String(fact), LIMITS.fact] as const),
      ...report.tags.map((tag) => [tag, LIMITS.tag] as const),
      [report.customer?.name ?? '', LIMITS.name],
      [report.customer?.handle ?? '', LIMITS.name],
    ] as const;
    return texts.every(([text, most]) => length(text) <= most && !/(?!\n)[\p{Cc}\p{Cs}\u202E]/u.test(text));
  };
  const source = DEMO ?? aSource('');

  it('is mapped without a throw, within the limits, and the same each time', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5_000 }),
      fc.constantFrom('stock.low', 'order.anomaly', ' ', '<b>'),
    );
    const value = fc.oneof(
      { arbitrary: text, weight: 12 },
      fc.double({ noNaN: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.jsonValue(),
    );
    const part = (...names: string[]) =>
      fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: names });
    const event = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          event: fc.constantFrom(
            'logistics.stalled',
            'logistics.moving',
            'refund.spike',
            'stock.low',
            'order.anomaly',
            'ping',
          ),
          event_id: text,
          severity: fc.oneof(fc.constantFrom('critical', 'constructor', '__proto__'), value),
          order: part('no', 'amount', 'quantity', 'list_price'),
          parcel: part('no', 'carrier', 'hours_without_scan', 'last_scan'),
          item: part('sku', 'title'),
          reason: value,
          stock: value,
          warehouse: value,
        },
        { requiredKeys: ['event', 'event_id', 'order', 'parcel', 'item'] },
      ),
    );
    let reports = 0;
    const whole = fc.property(event, (json) => {
      const mapped = mapEvent(source, json);
      if (mapped.kind === 'report') reports += 1;
      return isWithin(mapped) && JSON.stringify(mapEvent(source, structuredClone(json))) === JSON.stringify(mapped);
    });
    expect(fc.check(whole, { numRuns: 1_000 })).toMatchObject({ failed: false });
    expect(reports).toBeGreaterThan(50);
  });
});

it('the rules that the page shows are good ones', () => {
  const [, yaml = ''] = /```yaml\n(hooks:[\s\S]*?)```/u.exec(readFileSync('docs/webhooks.md', 'utf8')) ?? [];
  const shop = parseShop(aShop({ more: yaml }).replace('qingtian:', 'main:'), 'gongdan.yaml', 'en');
  const source = shop.hooks.get('erp') ?? aSource('');
  const event = {
    event: 'parcel.lost',
    event_id: 1,
    severity: 'critical',
    parcel: { no: '7', hours: 30 },
    order: { no: '9' },
  };
  expect(reportOf(mapEvent(source, event))).toMatchObject({ matter: 'parcel:7', priority: 'urgent', shop: 'main' });
  expect(mapEvent(source, { event: 'debug.x' }).kind).toBe('ignored');
});

describe('rules that cannot be meant', () => {
  const problems = (rules: string): string[] => {
    try {
      aSource(rules);
      return [];
    } catch (error) {
      return String(error)
        .split('\n  - ')
        .slice(1)
        .map((line) => line.replace(/^Line \d+: /u, ''));
    }
  };

  it.each([
    ['- { id: x, subject: s, catgory: order }', 'hooks.erp.map.0 has no key "catgory"; did you mean category?'],
    ['- { subject: s }', 'hooks.erp.map.0 lacks "id"'],
    ['- { id: x }', 'hooks.erp.map.0 lacks "subject"'],
    ['- { id: x, subject: s, update: true }', 'hooks.erp.map.0 lacks "matter"'],
    [
      "- { id: '{a..b}', subject: s }",
      'values in hooks.erp.map.0.id are written {order.no} or {order.note|no note}; a brace that is meant as one is doubled: {{ or }}',
    ],
    [
      '- { id: x, subject: s, when: [{ path: a..b, is: 1 }] }',
      'hooks.erp.map.0.when.0.path must be a place inside JSON such as order.items[0].sku, it is "a..b"',
    ],
    [
      '- { id: x, subject: s, when: [{ path: a }] }',
      'hooks.erp.map.0.when.0 takes exactly one test, one of is, in, exists, above, below, like',
    ],
    [
      '- { id: x, subject: s, when: [{ path: a, is: 1, above: 2 }] }',
      'hooks.erp.map.0.when.0 takes exactly one test, one of is, in, exists, above, below, like',
    ],
    ['- { id: x, subject: s, when: [{ path: a, like: "*a*a*a*a*a*a" }] }', 'hooks.erp.map.0.when.0.like is malformed'],
    [
      '- { id: x, subject: s, category: logistic }',
      'hooks.erp.map.0.category names the category "logistic", which is not defined; did you mean logistics?',
    ],
    [
      '- { id: x, subject: s, team: aftersal }',
      'hooks.erp.map.0.team names the team "aftersal", which is not defined; did you mean aftersale?',
    ],
    [
      '- { id: x, subject: s, shop: qingtain }',
      'hooks.erp.map.0.shop names the shop "qingtain", which is not defined; did you mean qingtian?',
    ],
    [
      '- { id: x, subject: s, customer: { place: qianiu } }',
      'hooks.erp.map.0.customer.place names the place "qianiu", which is not defined; did you mean qianniu?',
    ],
    [
      '- { id: x, subject: s, priority: { from: a, map: { x: urgnt } } }',
      'hooks.erp.map.0.priority.map.x cannot be "urgnt"; possible: low, normal, high, urgent; did you mean urgent?',
    ],
    [
      '- { id: x, subject: s, priority: urgnt }',
      'hooks.erp.map.0.priority cannot be "urgnt"; possible: low, normal, high, urgent; did you mean urgent?',
    ],
  ])('%s', (rules, sentence) => {
    expect(problems(rules)).toEqual([sentence]);
  });

  it('where there are two shops, one has to be named', () => {
    const two = aShop({ more: 'hooks: { erp: { map: [{ id: x, subject: s }, { ignore: true }] } }' }).replace(
      'shops:',
      'shops:\n  other: { name: 另一家 }',
    );
    expect(() => parseShop(two, 'gongdan.yaml', 'en')).toThrow('hooks.erp.map.0 lacks "shop"');
    const named = parseShop(two.replace('erp: {', 'erp: { shop: other,'), 'gongdan.yaml', 'en').hooks.get('erp');
    expect(named === undefined ? null : reportOf(mapEvent(named, {})).shop).toBe('other');
  });
});
