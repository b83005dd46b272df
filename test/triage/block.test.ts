import { describe, expect, it } from 'vitest';
import { PLACES } from '../../src/shop/defaults.ts';
import { readBlock } from '../../src/triage/block.ts';

const known = {
  places: PLACES,
  shops: new Map([
    ['qingtian', { id: 'qingtian', name: '晴天家居', apps: [] }],
    ['tea', { id: 'tea', name: '山间茶铺', apps: [] }],
  ]),
};
const read = (text: string) => readBlock(text, known);

describe('what marketplaces let people copy', () => {
  it('千牛: a chat export with headers of both sides, and the order under it', () => {
    const block = read(
      `tb123456789(2026-11-11 10:21:33):
在吗
tb123456789(2026-11-11 10:21:40):
杯子收到就碎了，盒子都是瘪的，怎么办
晴天家居旗舰店:客服小李(2026-11-11 10:22:01):
亲，麻烦拍张照片哦
tb123456789(2026-11-11 10:23:05):
拍了，你们看看
订单编号：2712345678901234567
物流：圆通 YT1234567890123
收货信息：张三，18412345678-1234，浙江省杭州市西湖区文三路 123 号 5 幢 602`,
    );
    expect(block).toMatchObject({
      place: 'qianniu',
      handle: 'tb123456789',
      shop: 'qingtian',
      orders: ['2712345678901234567'],
      facts: {
        order: '2712345678901234567',
        tracking: 'YT1234567890123',
        carrier: '圆通',
        phone: '18412345678转1234',
      },
    });
    expect(block.facts.address).toContain('杭州市西湖区文三路');
    expect(block.matter).toBe('在吗\n杯子收到就碎了，盒子都是瘪的，怎么办\n拍了，你们看看');
  });

  it('千牛: an order copied below what our side said last', () => {
    const block = read(
      `xiaohong88 (2026-11-11 10:21:33):
杯子碎了
山间茶铺:小李 (2026-11-11 10:22:01):
亲，请寄回：浙江省宁波市鄞州区首南路 88 号，电话 13900001111
看到请回复
订单编号：2712345678901234567
2712345678901234568
物流：圆通 YT1234567890123`,
    );
    expect(block).toMatchObject({
      handle: 'xiaohong88',
      shop: 'tea',
      orders: ['2712345678901234567', '2712345678901234568'],
      facts: { tracking: 'YT1234567890123', carrier: '圆通' },
      matter: '杯子碎了',
    });
    expect(block.facts.phone).toBeUndefined();
    expect(block.facts.address).toBeUndefined();
  });

  it('千牛: an order that only our side named', () => {
    expect(
      read('xiaohong88 (10:21:33): 什么时候发货\n山间茶铺:小李 (10:22:01): 您的订单 2712345678901234567 今天发'),
    ).toMatchObject({
      orders: ['2712345678901234567'],
      matter: '什么时候发货',
    });
  });

  it('千牛: labels, as people type them', () => {
    expect(read('旺旺：小红爱喝茶88\n订单号：1234567890123456789\n快递三天没更新了，帮我催一下')).toMatchObject({
      place: 'qianniu',
      handle: '小红爱喝茶88',
      facts: { order: '1234567890123456789' },
      matter: '快递三天没更新了，帮我催一下',
    });
    expect(read('旺旺 xiaohong88 订单1234567890123456789 快递没到')).toMatchObject({
      place: 'qianniu',
      handle: 'xiaohong88',
      matter: '快递没到',
    });
    expect(read('会员名：t_1500000000_0123 电话：13812345678')).toMatchObject({
      place: 'qianniu',
      handle: 't_1500000000_0123',
      facts: { phone: '13812345678' },
    });
  });

  it('拼多多商家后台', () => {
    expect(
      read(`拼多多
买家昵称：🌸小仙女 の 家
订单号：251111-123456789012345
快递单号：773123456789012（申通）
问题：少发了一包纸巾`),
    ).toMatchObject({
      place: 'pinduoduo',
      handle: '🌸小仙女 の 家',
      facts: { order: '251111-123456789012345', tracking: '773123456789012', carrier: '申通' },
      matter: '少发了一包纸巾',
    });
    expect(read('251111-123456789012345 漏发').place).toBe('pinduoduo');
  });

  it('京麦', () => {
    expect(
      read(`jd_4a5b6c7d8e9f0 2026-11-11 10:21:33
热水壶不通电
商家客服 2026-11-11 10:22:10
您好，请问指示灯亮吗
jd_4a5b6c7d8e9f0 2026-11-11 10:23:00
不亮
订单号：302812345678
京东快递 JDVB12345678901`),
    ).toMatchObject({
      place: 'jd',
      handle: 'jd_4a5b6c7d8e9f0',
      facts: { order: '302812345678', tracking: 'JDVB12345678901', carrier: '京东快递' },
      matter: '热水壶不通电\n不亮',
    });
  });

  it('抖店飞鸽', () => {
    expect(
      read(`来源：抖店
用户昵称：用户8812345678901
订单编号 6921234567890123456
实付：¥129.00
尺码发错了，要换 L 码`),
    ).toMatchObject({
      place: 'douyin',
      handle: '用户8812345678901',
      facts: { order: '6921234567890123456', amount: '¥129.00' },
      matter: '尺码发错了，要换 L 码',
    });
  });

  it('one in English', () => {
    expect(
      read(`Channel: Taobao
Buyer: Mary Jones
Order number: 2712345678901234567
Tracking number: SF1234567890123
Phone: +86 138-1234-5678
The lid is cracked, please send a new one.`),
    ).toMatchObject({
      place: 'qianniu',
      handle: 'Mary Jones',
      facts: { order: '2712345678901234567', tracking: 'SF1234567890123', phone: '13812345678' },
      matter: 'The lid is cracked, please send a new one.',
    });
  });

  it('the telephone', () => {
    expect(read('来电 13812345678 张先生，热水壶漏水')).toMatchObject({
      place: 'phone',
      handle: '13812345678',
      matter: '张先生，热水壶漏水',
    });
    expect(read('电话：010-88886666\n要开发票')).toMatchObject({ place: 'phone', handle: '010-88886666' });
  });
});

describe('what is pasted by mistake or in haste', () => {
  it('three order numbers: all are kept, in their order', () => {
    const block = read('旺旺：a88\n2712345678901234567\n2712345678901234568\n订单号：2712345678901234569\n都没发货');
    expect(block.orders).toEqual(['2712345678901234567', '2712345678901234568', '2712345678901234569']);
    expect(block.facts.order).toBe('2712345678901234567');
    expect(block.matter).toBe('都没发货');
  });

  it('a parcel or a telephone is no order', () => {
    expect(read('快递单号：773123456789012\n运单号 YT1234567890123\n13812345678').orders).toEqual([]);
  });

  it('only a phone number', () => {
    expect(read('13812345678')).toMatchObject({ place: 'phone', handle: '13812345678', matter: '', orders: [] });
  });

  it('nothing at all, and only marks', () => {
    expect(read('')).toMatchObject({ place: 'other', handle: '', matter: '', facts: {} });
    expect(read('……？！').matter).toBe('');
  });

  it('marks that turn the direction vanish from a nick, emoji and markup stay as they are', () => {
    expect(read('旺旺：\u202Eabc\u200F88\u202C\n碎了').handle).toBe('abc88');
    expect(read('昵称：👨‍👩‍👧‍👦一家人\n碎了').handle).toBe('👨‍👩‍👧‍👦一家人');
    expect(read('昵称：<b>@所有人</b>\n碎了').handle).toBe('<b>@所有人</b>');
  });

  it('a nick that is a number is neither order nor phone', () => {
    expect(read('旺旺：13812345678\n碎了')).toMatchObject({ place: 'qianniu', handle: '13812345678', facts: {} });
  });

  it('what a customer says is no nick', () => {
    expect(read('买家：杯子碎了，怎么办')).toMatchObject({ handle: '', matter: '杯子碎了，怎么办' });
    expect(read('我昨天 10:21 收到的杯子碎了')).toMatchObject({ handle: '', matter: '我昨天 10:21 收到的杯子碎了' });
    expect(read('客户：张三\n杯子碎了')).toMatchObject({ handle: '', name: '张三' });
  });

  it('a carrier named like a marketplace is none', () => {
    expect(read('旺旺：a88\n京东快递三天没动').place).toBe('qianniu');
    expect(read('京东快递三天没动').place).toBe('other');
  });

  it('20 000 characters are read at once', () => {
    const long = `旺旺：a88\n订单号：2712345678901234567\n${'快递没到1234 '.repeat(2_200)}`.slice(0, 20_000);
    expect(read(long)).toMatchObject({ handle: 'a88', orders: ['2712345678901234567'] });
  });

  it.each([
    '旺旺：'.repeat(6_000),
    'a'.repeat(20_000),
    '1'.repeat(20_000),
    '('.repeat(20_000),
    ' \t'.repeat(10_000),
    '订单号 '.repeat(5_000),
  ])('text made to be slow is not: %.12s', (text) => {
    expect(read(text)).toBeDefined();
  });
});
