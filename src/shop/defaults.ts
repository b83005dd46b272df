import type { Ask, Category, ContactPlace, Disposition } from '../domain/directory.ts';

type Names = Readonly<Record<string, readonly [zh: string, en: string]>>;

/** The categories every shop starts with; `gongdan.yaml` adds to them or renames them. */
const CATEGORY_NAMES: Names = {
  presale: ['售前咨询', 'Pre-sale'],
  'presale.advice': ['产品咨询', 'Product advice'],
  'presale.stock': ['库存与到货', 'Stock'],
  order: ['订单', 'Order'],
  'order.change': ['修改订单', 'Change an order'],
  'order.cancel': ['取消订单', 'Cancel an order'],
  payment: ['支付', 'Payment'],
  'payment.failed': ['支付失败', 'Payment failed'],
  'payment.double': ['重复扣款', 'Charged twice'],
  invoice: ['发票', 'Invoice'],
  'invoice.request': ['开票', 'Invoice wanted'],
  'invoice.wrong': ['发票有误', 'Invoice wrong'],
  logistics: ['物流', 'Logistics'],
  'logistics.not_shipped': ['催发货', 'Not shipped'],
  'logistics.stalled': ['物流停滞', 'Parcel stalled'],
  'logistics.not_received': ['签收未收到', 'Marked delivered, not received'],
  returns: ['退换货', 'Return, exchange, refund'],
  'returns.return': ['退货', 'Return'],
  'returns.exchange': ['换货', 'Exchange'],
  'returns.refund': ['退款', 'Refund'],
  quality: ['质量问题', 'Quality'],
  'quality.defect': ['功能故障', 'Does not work'],
  'quality.safety': ['安全隐患', 'Safety'],
  damaged: ['破损少件', 'Damaged or missing'],
  'damaged.broken': ['破损', 'Broken'],
  'damaged.missing': ['少件漏发', 'Items missing'],
  'damaged.wrong': ['发错货', 'Wrong item'],
  promotion: ['活动优惠', 'Promotion'],
  'promotion.coupon': ['优惠券', 'Coupon'],
  'promotion.price': ['价保', 'Price protection'],
  'promotion.gift': ['赠品', 'Gift'],
  installation: ['安装', 'Installation'],
  account: ['账号会员', 'Account'],
  'account.login': ['登录', 'Sign-in'],
  'account.points': ['积分会员', 'Points'],
  complaint: ['投诉', 'Complaint'],
  'complaint.service': ['服务投诉', 'About service'],
  'complaint.public': ['监管与曝光', 'Authorities and exposure'],
  other: ['其他', 'Other'],
};

/** How tickets end, unless the shop says otherwise. `handled` is what resolving without a word means. */
const DISPOSITION_NAMES: Names = {
  handled: ['已处理', 'Handled'],
  explained: ['已解答', 'Explained'],
  return_approved: ['同意退货', 'Return approved'],
  exchange_approved: ['同意换货', 'Exchange approved'],
  refunded: ['已退款', 'Refunded'],
  resent: ['已补发', 'Sent again'],
  compensated: ['已补偿', 'Compensated'],
  declined: ['不符合条件', 'Not eligible'],
  unreachable: ['联系不上', 'Customer unreachable'],
  duplicate: ['重复', 'Duplicate'],
  invalid: ['无效', 'Invalid'],
};

/** What each first level asks for; what is missing asks for everything. Nothing is required: a shop says that. */
const CATEGORY_ASKS: Readonly<Record<string, readonly Ask['fact'][]>> = {
  presale: [],
  order: ['order', 'phone'],
  payment: ['order'],
  invoice: ['order'],
  logistics: ['order', 'tracking'],
  returns: ['order', 'phone'],
  quality: ['order', 'phone'],
  damaged: ['order', 'tracking'],
  promotion: ['order'],
  installation: ['phone', 'order'],
  account: ['phone'],
  complaint: ['phone', 'order'],
};

const named = (names: Names): ReadonlyMap<string, Category & Disposition> =>
  new Map(Object.entries(names).map(([id, [zh, en]]) => [id, { id, name: { 'zh-CN': zh, en } }]));

export const CATEGORIES: ReadonlyMap<string, Category> = new Map(
  [...named(CATEGORY_NAMES)].map(([id, category]) => {
    const asks = CATEGORY_ASKS[id]?.map((fact) => ({ fact, required: false }));
    return [id, { ...category, ...(asks !== undefined && { asks }) }];
  }),
);
export const DISPOSITIONS: ReadonlyMap<string, Disposition> = named(DISPOSITION_NAMES);

/** Where buyers are whom no bot can write to; `gongdan.yaml` adds to them or replaces them. `other` is for all that is not named. */
const PLACE_LIST: readonly ContactPlace[] = [
  {
    id: 'qianniu',
    name: { 'zh-CN': '千牛', en: 'Qianniu' },
    words: ['千牛', '旺旺', '淘宝', '天猫', 'qianniu', 'wangwang', 'aliwangwang', 'taobao', 'tmall'],
    handle: 'nick',
    called: { 'zh-CN': '旺旺', en: 'nick' },
  },
  {
    id: 'pinduoduo',
    name: { 'zh-CN': '拼多多商家后台', en: 'Pinduoduo' },
    words: ['拼多多', '多多买家', 'pdd', 'pinduoduo'],
    handle: 'nick',
  },
  {
    id: 'jd',
    name: { 'zh-CN': '京麦', en: 'JD' },
    words: ['京麦', '京东', '咚咚', 'jingmai', 'jd.com'],
    handle: 'nick',
  },
  {
    id: 'douyin',
    name: { 'zh-CN': '抖店飞鸽', en: 'Douyin' },
    words: ['抖店', '飞鸽', '抖音', 'douyin', 'feige'],
    handle: 'nick',
  },
  {
    id: 'phone',
    name: { 'zh-CN': '电话', en: 'phone' },
    words: ['来电', '打电话', '电话里', '电话咨询', 'phoned', 'called us', 'on the phone'],
    handle: 'number',
  },
  { id: 'other', name: { 'zh-CN': '其他渠道', en: 'another channel' }, words: [], handle: 'nick' },
];
export const PLACES: ReadonlyMap<string, ContactPlace> = new Map(PLACE_LIST.map((place) => [place.id, place]));
