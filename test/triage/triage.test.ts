import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '../../src/shop/defaults.ts';
import { DEFAULT_RULES } from '../../src/triage/default-rules.ts';
import { triage, type KeywordRule } from '../../src/triage/triage.ts';

const rules = { own: [], shipped: DEFAULT_RULES };

const EXAMPLES: readonly (readonly [text: string, category: string])[] = [
  ['你好,这款保温杯的材质是什么,能放洗碗机吗', 'presale.advice'],
  ['白色的还有现货吗', 'presale.stock'],
  ['我刚下的单,想改地址', 'order.change'],
  ['拍错了,帮我取消订单', 'order.cancel'],
  ['一直提示支付失败怎么办', 'payment.failed'],
  ['银行卡扣了两次钱', 'payment.double'],
  ['能给我开一张电子发票吗', 'invoice.request'],
  ['发票抬头写错了', 'invoice.wrong'],
  ['都三天了怎么还没发货', 'logistics.not_shipped'],
  ['快递三天没更新了,到底到哪了', 'logistics.stalled'],
  ['物流显示已签收,可是我没收到', 'logistics.not_received'],
  ['我想退货,衣服不合身', 'returns.return'],
  ['我要退货,尺寸不合适', 'returns.return'],
  ['可以换个大一码的吗', 'returns.exchange'],
  ['退款一直没到账', 'returns.refund'],
  ['充电宝充不进电了,坏了', 'quality.defect'],
  ['插座冒烟了!!', 'quality.safety'],
  ['收到的杯子碎了', 'damaged.broken'],
  ['箱子里少了两个配件', 'damaged.missing'],
  ['你们发错货了,颜色不对', 'damaged.wrong'],
  ['优惠券用不了', 'promotion.coupon'],
  ['昨天买的今天就降价了,能补差价吗', 'promotion.price'],
  ['说好的赠品呢', 'promotion.gift'],
  ['师傅什么时候上门安装', 'installation'],
  ['密码忘了登不上', 'account.login'],
  ['我的积分怎么没了', 'account.points'],
  ['客服态度太差了', 'complaint.service'],
  ['再不处理我就打12315', 'complaint.public'],
  ['Is this mug dishwasher safe?', 'presale.advice'],
  ['When will the blue one be back in stock?', 'presale.stock'],
  ['Please cancel my order, I ordered by mistake', 'order.cancel'],
  ['I was charged twice for the same thing', 'payment.double'],
  ['Could you send me an invoice for order 20261111?', 'invoice.request'],
  ['It has not shipped yet', 'logistics.not_shipped'],
  ['My parcel has been stuck in Hangzhou for five days', 'logistics.stalled'],
  ['Tracking says delivered but I never received it', 'logistics.not_received'],
  ['I would like to return these shoes', 'returns.return'],
  ['Where is my refund?', 'returns.refund'],
  ["The charger doesn't work", 'quality.defect'],
  ['The teapot arrived broken', 'damaged.broken'],
  ['One lamp is missing', 'damaged.missing'],
  ['You sent me the wrong item', 'damaged.wrong'],
  ['My promo code is not accepted', 'promotion.coupon'],
  ['How do I assemble the shelf?', 'installation'],
  ['I forgot my password', 'account.login'],
  ['Nobody answers, this is bad service', 'complaint.service'],
  ['I will take legal action', 'complaint.public'],
];

describe('keyword triage', () => {
  it.each(EXAMPLES)('%s -> %s', (text, category) => {
    expect(triage(text, rules).category).toBe(category);
  });

  it('has rules for every category but "other", and only for categories that exist', () => {
    const ruled = new Set(DEFAULT_RULES.flatMap((r) => r.category ?? []));
    expect([...CATEGORIES.keys()].filter((id) => !ruled.has(id))).toEqual(['other']);
    expect([...ruled].filter((id) => !CATEGORIES.has(id))).toEqual([]);
    expect(new Set(DEFAULT_RULES.map((r) => r.id)).size).toBe(DEFAULT_RULES.length);
  });

  it('leaves the category open when nothing says what it is about', () => {
    for (const text of ['在吗', 'hello', '👍', '', '12345678']) expect(triage(text, rules).category).toBeNull();
  });

  it('raises the priority and names the words that did', () => {
    const fire = triage('充电宝突然冒烟起火了,我要投诉', rules);
    expect(fire).toMatchObject({ priority: 'urgent', category: 'quality.safety' });
    expect(fire.urgentWords).toEqual(['起火', '冒烟', '投诉']);
    expect(fire.tags).toEqual(['安全', '投诉']);
    expect(triage('我要投诉', rules).priority).toBe('high');
    expect(triage('I need it ASAP', rules)).toMatchObject({ priority: 'high', urgentWords: ['asap'] });
    expect(triage('什么时候发货', rules)).toMatchObject({ priority: 'normal', urgentWords: [] });
  });

  it("lets the shop's own rule decide, whatever the shipped ones weigh", () => {
    const own: KeywordRule[] = [
      { id: 'shop.1', words: ['晴天灯'], category: 'installation', priority: 'low', tags: ['灯具'] },
    ];
    const found = triage('晴天灯收到就碎了,裂开了', { own, shipped: DEFAULT_RULES });
    expect(found).toMatchObject({ category: 'installation', priority: 'low', tags: ['灯具'] });
    expect(found.matched.map((m) => m.rule)).toEqual(['shop.1', 'damaged.broken']);
    expect(triage('晴天灯,加急', { own, shipped: DEFAULT_RULES }).priority).toBe('high');
  });

  it('folds full width and capitals, and takes Latin words whole', () => {
    expect(triage('REFUND please', rules).category).toBe('returns.refund');
    expect(triage('issue with suede', rules).priority).toBe('normal');
    expect(triage('I was refunded half', rules).category).toBe('returns.refund');
  });

  it('keeps language and facts beside the class', () => {
    expect(triage('订单 2461234567890123456 快递没更新', rules)).toMatchObject({
      language: 'zh',
      source: 'rule',
      facts: { order: '2461234567890123456' },
    });
  });

  it('takes a keyword literally, whatever characters it holds', () => {
    const own: KeywordRule[] = [{ id: 'shop.1', words: ['a.c (x)', 'C++'], category: 'other' }];
    expect(triage('abc x', { own, shipped: [] }).category).toBeNull();
    expect(triage('model A.C (X) please', { own, shipped: [] }).category).toBe('other');
    expect(triage('书 c++ 入门', { own, shipped: [] }).category).toBe('other');
  });
});
