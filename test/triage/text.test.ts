import { describe, expect, it } from 'vitest';
import { languageOf } from '../../src/triage/language.ts';
import { recognise } from '../../src/triage/recognise.ts';
import { isCourtesy, subjectOf } from '../../src/triage/sentence.ts';

describe('languageOf', () => {
  it.each([
    ['快递三天没更新', 'zh'],
    ['MacBook Pro 壳碎了', 'zh'],
    ['iPhone 15 Pro Max 手机壳什么时候发货', 'zh'],
    ['Where is my parcel? I ordered a 杯子', 'en'],
    ['こんにちは、荷物はどこですか', 'other'],
    ['Где моя посылка', 'other'],
    ['5', 'other'],
    ['👍', 'other'],
    ['', 'other'],
  ])('%s -> %s', (text, language) => {
    expect(languageOf(text)).toBe(language);
  });
});

describe('recognise', () => {
  it.each([
    ['订单号:2461234567890123456', { order: '2461234567890123456' }],
    ['我的淘宝单 3987654321098765432 帮查下', { order: '3987654321098765432' }],
    ['拼多多 231111-123456789012345 没发货', { order: '231111-123456789012345' }],
    ['京东订单 281234567890 少件', { order: '281234567890' }],
    ['Order #GD-20261111-07 arrived broken', { order: 'GD-20261111-07' }],
    ['my order number is 112-3456789', { order: '112-3456789' }],
    ['订单什么时候发货', {}],
    ['SF1234567890123 三天没动', { tracking: 'SF1234567890123', carrier: '顺丰' }],
    ['单号yt1234567890123', { tracking: 'YT1234567890123', carrier: '圆通' }],
    ['jt5123456789012 到哪了', { tracking: 'JT5123456789012', carrier: '极兔' }],
    ['京东快递 JDVA12345678901', { tracking: 'JDVA12345678901', carrier: '京东快递' }],
    ['中通快递,快递单号 75123456789012', { tracking: '75123456789012', carrier: '中通' }],
    ['EA123456789CN', { tracking: 'EA123456789CN', carrier: 'EMS' }],
    ['UPS tracking number: 1Z999AA10123456784', { tracking: '1Z999AA10123456784', carrier: 'UPS' }],
    ['圆通一直不派送', { carrier: '圆通' }],
    ['电话 138 1234 5678', { phone: '13812345678' }],
    ['+86-13912345678', { phone: '13912345678' }],
    ['13812345678', { phone: '13812345678' }],
    ['付了129.90元', { amount: '¥129.90' }],
    ['退我 ¥1,299', { amount: '¥1299' }],
    ['They took $20.50', { amount: '$20.50' }],
    ['地址改成:杭州市西湖区文三路 100 号 3 幢 201,谢谢', { address: '杭州市西湖区文三路 100 号 3 幢 201' }],
    ['寄到浙江省杭州市西湖区文三路100号', { address: '浙江省杭州市西湖区文三路100号' }],
    ['Ship to 221 Baker Street, London please', { address: '221 Baker Street, London' }],
    ['买了3个杯子,2个碎了', {}],
  ])('%s', (text, facts) => {
    expect(recognise(text)).toEqual(facts);
  });

  it('takes everything from a pasted block, each number once', () => {
    const block =
      '订单编号:2461234567890123456\n收件人:张小美 13812345678\n地址:上海市浦东新区张江路 88 号\n快递:SF1234567890123\n实付 ¥89.00';
    expect(recognise(block)).toEqual({
      order: '2461234567890123456',
      phone: '13812345678',
      address: '上海市浦东新区张江路 88 号',
      tracking: 'SF1234567890123',
      carrier: '顺丰',
      amount: '¥89.00',
    });
  });

  it('of three order numbers takes the first', () => {
    expect(recognise('2461234567890123451 2461234567890123452 2461234567890123453').order).toBe('2461234567890123451');
  });

  it('answers for hostile texts as for any other', () => {
    const hostile = ['市区'.repeat(10_000), `单号${' '.repeat(50_000)}`, '1'.repeat(20_000), 'order '.repeat(4_000)];
    expect(hostile.map((text) => recognise(text))).toEqual([{}, {}, {}, {}]);
  });
});

describe('subjectOf', () => {
  it.each([
    ['你好,在吗?我的快递三天没更新了。急', '我的快递三天没更新了'],
    ['在吗', '在吗'],
    ['马克杯碎了,订单 281234567890123,手机 13812345678', '马克杯碎了'],
    ['收到的杯子碎了，订单号：281234567890123，能补发一个吗', '收到的杯子碎了，能补发一个吗'],
    ['想改地址，地址 浙江省杭州市西湖区文三路100号，电话１３８１２３４５６７８', '想改地址'],
    ['快递SF1234567890123三天没更新了，什么时候到', '快递SF1234567890123三天没更新了，什么时候到'],
    ['订单什么时候发货，电话没人接', '订单什么时候发货，电话没人接'],
    ['订单 281234567890123，电话 13812345678', '订单 281234567890123，电话 13812345678'],
    ['The cup arrived broken, order 112-3456789, please resend', 'The cup arrived broken, please resend'],
    ['亲,收到的杯子碎了,怎么办', '收到的杯子碎了,怎么办'],
    ['Hello! The teapot arrived broken. Can you help?', 'The teapot arrived broken'],
    ['hi, where is my parcel', 'Where is my parcel'],
    ['hi, iPhone case arrived broken', 'iPhone case arrived broken'],
    ['where is my parcel', 'where is my parcel'],
    ['\n\n  ?? \n  退款  没到账 ', '退款 没到账'],
    ['Version 2.5 does not work', 'Version 2.5 does not work'],
    ['\u202E反过来了', '反过来了'],
    ['你好\uFF0C杯子碎了\uFF1F\uFF01怎么办', '杯子碎了'],
    ['亲\uFF5E在吗\uFF0C', '亲\uFF5E在吗'],
  ])('%j -> %s', (text, subject) => {
    expect(subjectOf(text)).toBe(subject);
  });

  it('is null without words', () => {
    for (const text of ['', '  \n ', '???', '👍🏻']) expect(subjectOf(text)).toBeNull();
  });

  it('has at most 40 code points and never half a character', () => {
    const long = subjectOf(`${'很'.repeat(37)}👨‍👩‍👧‍👦${'长'.repeat(20)}`) ?? '';
    expect(Array.from(long).length).toBeLessThanOrEqual(40);
    expect(long).toBe(`${'很'.repeat(37)}…`);
    expect(subjectOf('短'.repeat(40))).toBe('短'.repeat(40));
  });
});

describe('isCourtesy', () => {
  it.each(
    [
      '谢谢|谢谢亲|好的,谢谢|好的|嗯嗯|收到|知道了|解决了,非常感谢!|辛苦了|没事了|不用了谢谢|满意|OK!|ok|Ok thanks',
      'thank you so much!|Thanks a lot :)|great, thank you|Got it|bye|perfect 👍|👍|👍🏻👍🏻|❤️|[强]|[玫瑰][玫瑰]',
      '5|5分|五星|5星好评|10/10|5 stars',
    ].flatMap((line) => line.split('|')),
  )('%s is', (text) => {
    expect(isCourtesy(text)).toBe(true);
  });

  it.each(
    [
      '好的,那什么时候发货|谢谢,但是还没收到|好了吗|ok?|没解决|不满意|不行|还是坏的|你|谢谢 订单 123456||退款|T-4821',
      'not ok|thanks but it is still broken|you|no|okra|42|???|...|[图片]',
    ].flatMap((line) => line.split('|')),
  )('%s is not', (text) => {
    expect(isCourtesy(text)).toBe(false);
  });

  it('never takes a long text for one', () => {
    expect(isCourtesy('谢谢'.repeat(500))).toBe(false);
  });
});
