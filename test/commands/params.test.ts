import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArgs, type Given } from '../../commands/params.ts';
import { aDirectory, anAttachment, aPerson, en, NOW, zh } from '../support/tickets.ts';
import { say, type Sentence } from '../../src/text/text.ts';
import type { Refusal } from '../../src/domain/refusal.ts';
import { commands } from '../../commands/registry.ts';
import { aCommand, aContext, aPersonOf } from './context.ts';

const more = aDirectory();
const people = [
  ...more.people.values(),
  aPerson('lilei2', '李雷'),
  aPerson('liming', '李明'),
  aPerson('jane', 'Jane Fang', { outwardName: 'Jenny' }),
];
const directory = aDirectory({ people: new Map(people.map((p) => [p.id, p])) });
const context = aContext({ directory, speaker: aPersonOf('wangfang') });
const lead = aContext({ directory, speaker: aPersonOf('zhou') });

/** Reads a line for a command: its args, or why not. */
function read(command: string, given: Given | string, asking = context) {
  const r = readArgs(aCommand(command), typeof given === 'string' ? { from: 'text', line: given } : given, asking);
  if (r.kind === 'args') return r.args;
  return r.kind === 'refused' ? r.refusal : 'missing';
}
const button = (values: Record<string, string>): Given => ({ from: 'button', values });
const told = (r: unknown, reader = zh) => say({ key: `refusal.${(r as Refusal).code}`, params: r } as Sentence, reader);

describe('people', () => {
  it.each([
    ['李明', 'liming'],
    ['李雷 ', 'ambiguous'],
    ['lilei2', 'lilei2'],
    ['ＬＩＬＥＩ２', 'lilei2'],
    ['李', 'ambiguous'],
    ['王', 'wangfang'],
    ['我', 'wangfang'],
    ['me', 'wangfang'],
    ['jane fang', 'jane'],
    ['JENNY', 'jane'],
    ['jan', 'jane'],
    ['@李明', 'liming'],
    ['小张', 'unknown_person'],
    ['李明明', 'unknown_person'],
    ['constructor', 'unknown_person'],
  ])('%s', (line, expected) => {
    const found = read('assign', line);
    expect(typeof found === 'object' && 'code' in found ? found.code : found).toEqual(
      expected === 'ambiguous' || expected === 'unknown_person' ? expected : { person: expected },
    );
  });

  it('names who could be meant, two of one name by their ids', () => {
    expect(told(read('assign', '李'))).toBe('「李」可能是李雷 (lilei)、李雷 (lilei2)、李明，请写清楚是哪一个');
    expect(told(read('assign', '李'), en)).toBe('"李" could be 李雷 (lilei), 李雷 (lilei2), 李明; please say which');
  });
});

describe('a transfer', () => {
  it.each([
    ['物流 已核实\n未发货', { to: 'team:logistics', note: '已核实\n未发货' }],
    ['李明 已核实', { to: 'person:liming', note: '已核实' }],
    ['logistics, verified', { to: 'team:logistics', note: 'verified' }],
    ['Jane Fang verified', { to: 'person:jane', note: 'verified' }],
    ['物', { code: 'note_required' }],
    ['物流', { code: 'note_required' }],
    ['', 'missing'],
  ])('to %j', (line, expected) => {
    expect(read('transfer', line)).toEqual(expected);
  });

  it('to nobody known says which teams there are', () => {
    const refusal = read('transfer', '仓库 已核实');
    expect(told(refusal)).toBe('「仓库」不是同事或组，可以写：售后、物流');
    expect(told(refusal, en)).toBe('"仓库" is not a colleague or a team; try 售后, 物流');
    // No guess at a name inside a longer word.
    expect(read('transfer', '物流已核实')).toMatchObject({ code: 'unknown_value', given: '物流已核实' });
  });

  it('takes ids from buttons and forms', () => {
    const note = '已核实';
    for (const to of ['team:logistics', 'logistics', '物流'])
      expect(read('transfer', button({ ticket: '4821', to, note }))).toEqual({ to: 'team:logistics', note });
    expect(read('transfer', button({ to: 'person:liming', note }))).toEqual({ to: 'person:liming', note });
    expect(read('transfer', button({ to: 'liming', note: ' ' }))).toEqual({ code: 'note_required' });
    expect(read('transfer', button({ to: '物流 组', note }))).toMatchObject({
      code: 'unknown_value',
      what: 'person-or-team',
    });
  });
});

describe('categories', () => {
  it.each([
    ['物流', 'logistics'],
    ['logistics', 'logistics'],
    ['Logistics', 'logistics'],
    ['物流停滞', 'logistics.stalled'],
    ['logistics.stalled', 'logistics.stalled'],
    ['stalled parcel', 'logistics.stalled'],
    ['Stalled', 'logistics.stalled'],
    ['物流 / 物流停滞', 'logistics.stalled'],
    ['退', 'return'],
  ])('%s', (line, expected) => {
    expect(read('category', line)).toEqual({ category: expected });
  });

  it('unknown', () => {
    expect(told(read('category', '发票'))).toBe('「发票」不是分类，可以写：物流、物流 / 物流停滞、退换货');
  });
});

describe('short lists', () => {
  it.each([
    ['低', 'low'],
    ['普通', 'normal'],
    ['高', 'high'],
    ['紧急', 'urgent'],
    ['p3', 'low'],
    ['P2', 'normal'],
    ['ｐ１', 'high'],
    ['p0', 'urgent'],
    ['Urgent', 'urgent'],
    ['紧', 'urgent'],
    ['urg', 'urgent'],
  ])('priority %s', (line, expected) => {
    expect(read('priority', line)).toEqual({ priority: expected });
  });

  it.each(['p4', 'p', '很高', 'urgentest'])('priority %s is none', (line) => {
    const r = read('priority', line);
    expect(r).toMatchObject({ code: line === 'p' ? 'ambiguous' : 'unknown_value', what: 'priority' });
  });

  it('says what a priority can be', () => {
    expect(told(read('priority', '加急'))).toBe('「加急」不是优先级，可以写：低、普通、高、紧急');
    expect(told(read('priority', 'asap'), en)).toBe('"asap" is not a priority; try low, normal, high, urgent');
  });

  it.each([
    ['客户', { wait: 'customer' }],
    ['warehouse', { wait: 'warehouse' }],
    ['财务', { wait: 'finance' }],
    ['快递', { wait: 'carrier' }],
    ['承运商', { wait: 'carrier' }],
    ['客户 2h', { wait: 'customer', for: '7200000' }],
    ['客户2小时', { wait: 'customer', for: '7200000' }],
    ['仓库 30 分钟', { wait: 'warehouse', for: '1800000' }],
    ['仓库 １天', { wait: 'warehouse', for: '86400000' }],
    ['仓库 1h30m', { wait: 'warehouse', for: '5400000' }],
    ['仓库 1小时30分', { wait: 'warehouse', for: '5400000' }],
    ['仓库 1.5h', { wait: 'warehouse', for: '5400000' }],
    ['仓库 2 hours', { wait: 'warehouse', for: '7200000' }],
    ['仓库 30d', { wait: 'warehouse', for: '2592000000' }],
  ])('pending %s', (line, expected) => {
    expect(read('pending', line)).toEqual(expected);
  });

  it.each(['仓库 31d', '仓库 0m', '仓库 2', '仓库 2 hourglasses', '仓库 下周', '仓库 -2h'])('pending %s', (line) => {
    expect(read('pending', line)).toMatchObject({ code: 'unknown_value', what: 'duration' });
  });

  // It is 14:30 in Shanghai on 11 November.
  it.each([
    ['2小时', '2026-11-11T16:30'],
    ['2小时后', '2026-11-11T16:30'],
    ['90m', '2026-11-11T16:00'],
    ['18:00', '2026-11-11T18:00'],
    ['１８：００', '2026-11-11T18:00'],
    ['9:00', '2026-11-12T09:00'],
    ['今天 18:00', '2026-11-11T18:00'],
    ['晚上8点半', '2026-11-11T20:30'],
    ['今晚8点', '2026-11-11T20:00'],
    ['下午3点15分', '2026-11-11T15:15'],
    ['明天 9:00', '2026-11-12T09:00'],
    ['明天上午9点', '2026-11-12T09:00'],
    ['tomorrow 9:00', '2026-11-12T09:00'],
    ['tomorrow at 9:15 pm', '2026-11-12T21:15'],
    ['后天10:00', '2026-11-13T10:00'],
    ['11月20日 9:00', '2026-11-20T09:00'],
    ['12-01 9:00', '2026-12-01T09:00'],
  ])('remind %s', (line, wall) => {
    expect(read('remind', line)).toEqual({ when: String(new Date(`${wall}:00+08:00`).getTime()) });
  });

  it.each(['取消', '不用了', 'off', 'cancel'])('remind %s is none', (line) => {
    expect(read('remind', line)).toEqual({ when: 'off' });
  });

  it.each([
    '今天 9:00',
    '25:00',
    '31d',
    '下周',
    '12月30日 9:00',
    '13-40 9:00',
    '2月30日 9:00',
    '18',
    '0m',
    '昨天 9:00',
  ])('remind %s', (line) => {
    expect(read('remind', line)).toMatchObject({ code: 'unknown_value', what: 'moment' });
  });

  it('takes a moment back from a button', () => {
    const when = String(NOW.getTime() + 60_000);
    expect(read('remind', button({ when }))).toEqual({ when });
    expect(read('remind', button({ when: String(NOW.getTime() - 1) }))).toMatchObject({ what: 'moment' });
  });

  it('takes milliseconds back from a button, not from people', () => {
    expect(read('pending', button({ wait: 'carrier', for: '7200000' }))).toEqual({ wait: 'carrier', for: '7200000' });
    expect(read('pending', button({ wait: 'carrier', for: '59999' }))).toMatchObject({ what: 'duration' });
    expect(read('pending', '仓库 7200000')).toMatchObject({ what: 'duration' });
  });

  it('refuses what comes after', () => {
    expect(read('pending', '仓库 2h 谢谢')).toEqual({ code: 'unexpected', verb: 'pending', given: '谢谢' });
    expect(told(read('claim', '快点'))).toBe('「认领」后面不用写「快点」，这次没有执行；去掉再发一次就好');
    expect(told(read('claim', 'quickly'), en)).toBe(
      '"claim" does not take "quickly", so nothing was done; leave it out and send again',
    );
    expect(read('claim', button({ colour: 'red' }))).toEqual({ code: 'unexpected', verb: 'claim', given: 'colour' });
  });

  it.each([
    ['我的', { scope: 'mine' }],
    ['mine', { scope: 'mine' }],
    ['处理中', { scope: 'status:in_progress' }],
    ['waiting for customer', { scope: 'status:waiting_customer' }],
    ['closed', { scope: 'status:closed' }],
    ['status:closed', { scope: 'status:closed' }],
    ['售后', { scope: 'team:aftersales' }],
    ['', {}],
  ])('list %s', (line, expected) => {
    expect(read('list', line)).toEqual(expected);
  });

  it('lists only teams that the speaker may see', () => {
    expect(read('list', '物流')).toMatchObject({ code: 'unknown_value', what: 'scope' });
    expect(read('list', 'team:logistics')).toMatchObject({ code: 'unknown_value' });
    expect(read('list', '物流', lead)).toEqual({ scope: 'team:logistics' });
  });
});

describe('free text', () => {
  it.each([
    ['', {}],
    ['同意退货', { disposition: 'return_approved' }],
    ['return_approved 已寄回', { disposition: 'return_approved', note: '已寄回' }],
    ['已退款', { note: '已退款' }],
    // A beginning is no disposition here: it may as well be the note's first word.
    ['同意 退款', { note: '同意 退款' }],
  ])('resolve %j', (line, expected) => {
    expect(read('resolve', line)).toEqual(expected);
  });

  it('has a limit in characters, not in UTF-16 units', () => {
    expect(read('reply', '😀'.repeat(4000))).toEqual({ text: '😀'.repeat(4000) });
    const refusal = read('reply', '啊'.repeat(4001));
    expect(refusal).toEqual({ code: 'too_long', max: 4000, length: 4001 });
    expect(told(refusal)).toBe('写了 4001 个字，最多 4000 个，请分几次发');
  });

  it('may be missing when files came along', () => {
    expect(read('reply', '')).toBe('missing');
    expect(read('reply', '', { ...context, attachments: [anAttachment('file-1')] })).toEqual({});
  });
});

describe('tags', () => {
  it.each([
    ['+vip -old 大件', '+vip -old +大件'],
    ['＋VIP，－old', '+vip -old'],
    ['vip vip -vip', '-vip'],
    ['#618', '+618'],
    ['售后-加急', '+售后-加急'],
  ])('%s', (line, expected) => {
    expect(read('tag', line)).toEqual({ tags: expected });
  });

  it.each(['+', '- old', '++vip', `+${'a'.repeat(33)}`, 'a b c d e f g h i j k', '，'])('%s is refused', (line) => {
    expect(read('tag', line)).toMatchObject({ code: 'unknown_value', what: 'tags' });
  });
});

describe('any values', () => {
  it('are read without throwing, and what was read is read the same again', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '李明',
        '我',
        '物流',
        '高',
        'p0',
        '客户',
        '2h',
        '+vip',
        '处理中',
        '同意退货',
        'claim',
        '12',
        '__proto__',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const line = fc.array(word, { maxLength: 4 }).map((w) => w.join(' '));
    fc.assert(
      fc.property(fc.constantFrom(...commands), line, (command, l) => {
        const first = readArgs(command, { from: 'text', line: l.trim() }, context);
        readArgs(
          command,
          { from: 'button', values: Object.fromEntries(command.params.map((p) => [p.name, l])) },
          context,
        );
        if (first.kind !== 'args') return;
        expect(readArgs(command, { from: 'button', values: first.args }, context)).toEqual(first);
      }),
      { numRuns: 1000 },
    );
  });

  it('of an object with a strange prototype are only its own', () => {
    const values = Object.create({ text: 'inherited' }) as Record<string, string>;
    expect(read('reply', { from: 'button', values })).toBe('missing');
  });
});
