import type { Priority } from '../domain/status.ts';
import type { KeywordRule } from './triage.ts';

/** Words stand in one text per language, parted by bars. */
const split = (texts: readonly string[]): readonly string[] => [...new Set(texts.flatMap((t) => t.split('|')))];

const about = (category: string, ...texts: readonly string[]): KeywordRule => ({
  id: category,
  category,
  words: split(texts),
});
const raises = (id: string, priority: Priority, tag: string, ...texts: readonly string[]): KeywordRule => ({
  id,
  priority,
  words: split(texts),
  tags: [tag],
});

/**
 * The keyword rules that come with the product, Chinese and English for every category. They carry a new shop; a shop's own rules in
 * `gongdan.yaml` come first. `*`: see `finder`.
 */
export const DEFAULT_RULES: readonly KeywordRule[] = [
  about('presale', '想买|想了解|推荐|咨询|怎么选|哪款|区别', 'recommend*|interested in|before i buy'),
  about(
    'presale.advice',
    '尺寸|尺码|材质|参数|适合|多大|多重|能不能用|支不支持|兼容|颜色',
    'size|dimension*|material|compatib*|suitable|does it work with|dishwasher',
  ),
  about(
    'presale.stock',
    '有货|现货|什么时候到货|补货|缺货|还有吗',
    'in stock|out of stock|restock*|available|availability',
  ),
  about('order', '订单|下单|下错单', 'order'),
  about(
    'order.change',
    '改地址|修改地址|地址*错|换个地址|地址*改|改*电话|改颜色|改尺码|备注一下',
    'change*address|wrong address|change my order|update*order|modify*order',
  ),
  about('order.cancel', '取消订单|订单取消|不想要了|不要了|拍错|下错', 'cancel*|ordered by mistake'),
  about('payment', '付款|支付|扣款|分期|花呗', 'payment*|pay|paid|credit card|paypal'),
  about(
    'payment.failed',
    '付款失败|支付失败|付不了|支付不了|无法支付|付款不成功',
    "payment failed|payment declined|card*declined|cannot pay|can't pay|payment*not go through",
  ),
  about(
    'payment.double',
    '重复扣款|扣了两次|扣了*两|多扣|付了两次',
    'charged twice|double charge*|charged*two times|duplicate charge*',
  ),
  about('invoice', '发票|抬头|税号|专票|普票', 'invoice*|tax id|vat'),
  about(
    'invoice.request',
    '开发票|开票|补开*票|要发票|开*发票|电子发票',
    'need an invoice|send*invoice|request*invoice|get*invoice',
  ),
  about(
    'invoice.wrong',
    '发票*错|发票*不对|抬头*错|重开发票|换开',
    'invoice*wrong|wrong*invoice|invoice*incorrect|correct*invoice',
  ),
  about(
    'logistics',
    '快递|物流|包裹|运费|配送|派送|到哪了|送到',
    'deliver*|shipping|shipment*|parcel|package|courier|tracking|where is my order|where is my parcel|where is my package',
  ),
  about(
    'logistics.not_shipped',
    '没发货|还不发货|不发货|未发货|还没发|催发货|什么时候发货|什么时候发|几天发货|发货了吗',
    "not shipped|hasn't shipped|has not shipped|not*been shipped|when*ship|when will you ship",
    'still processing',
  ),
  about(
    'logistics.stalled',
    '没更新|不更新|没有更新|物流*停|停滞|卡在|不动了|一直没动|没动静|还没到|还没收到|怎么还没到|迟迟不到',
    '多久能到',
    "not moved|no update*|not updated|hasn't moved|stuck|delayed|still waiting|hasn't arrived",
    'has not arrived|not arrived|late',
  ),
  about(
    'logistics.not_received',
    '签收*没收到|签收*没有收到|没收到*签收|显示签收|显示已签收|被签收|丢件|快递丢|包裹丢|弄丢',
    'marked as delivered|says delivered|shows delivered|never received|never arrived|lost*package',
    'lost*parcel|package*lost|parcel*lost',
  ),
  about('returns', '退换|售后|七天无理由|7天无理由|无理由', 'return or exchange|after-sales'),
  about(
    'returns.return',
    '退货|要退货|想退货|我要退|想退|寄回|退回|上门取件|不合适|不合身',
    'return|returned|returning|send it back|send*back',
  ),
  about('returns.exchange', '换货|换一个|换个|换新|换大|换小|调换|换码', 'exchange*|swap|replace*|different size'),
  about('returns.refund', '退款|退钱|退我钱|款*没到账|没到账|未到账|什么时候退|退差', 'refund*|money back|reimburse*'),
  about(
    'quality',
    '质量|做工|瑕疵|劣质|次品|异味|味道很大|掉色|褪色|起球|开线|假货|正品吗|不是正品',
    'quality|defect*|faulty|flaw*|counterfeit|fake|smell*|poorly made',
  ),
  about(
    'quality.defect',
    '坏了|不能用|用不了|没反应|开不了机|充不进|充不了电|不亮|不工作|失灵|故障|漏水|漏电|死机|连不上',
    "not working|doesn't work|does not work|stopped working|won't turn on|won't charge|malfunction*",
    'leaking|leaks|dead on arrival',
  ),
  about(
    'quality.safety',
    '起火|着火|冒烟|爆炸|触电|烫伤|割伤|划伤|过敏|中毒|烧焦',
    'caught fire|on fire|smoke|smoking|explod*|electric shock|burned|burnt|injur*|allerg*|rash',
  ),
  about('damaged', '破损|损坏|压坏|变形|包装*烂', 'damaged|damage|crushed|dented'),
  about(
    'damaged.broken',
    '碎了|打碎|摔碎|破了|裂了|裂开|裂纹|裂缝|断了|收到*碎|收到*坏|碎*收到',
    'broken|broke|cracked|shattered|smashed|chipped|in pieces',
  ),
  about(
    'damaged.missing',
    '少了|少发|漏发|缺少|少件|少一|没有配件|配件没|缺配件|空包',
    'missing|incomplete|not in the box|empty box|only received|only got',
  ),
  about(
    'damaged.wrong',
    '发错|错发|寄错|不是我买的|不是我要的|颜色不对|型号不对|尺码不对|货不对板|与描述不符',
    'wrong item|wrong product|wrong color|wrong colour|wrong size|wrong one|not what i ordered',
    'not as described|different from',
  ),
  about(
    'promotion',
    '活动|优惠|满减|打折|折扣|双11|双十一|618|秒杀|预售|定金|尾款',
    'promotion*|discount*|sale price|black friday|deal',
  ),
  about(
    'promotion.coupon',
    '优惠券|红包|券*用不了|用不了*券|领券|代金券|优惠码|折扣码',
    'coupon*|voucher*|promo code|discount code',
  ),
  about(
    'promotion.price',
    '价保|保价|降价|补差价|差价|买贵|便宜了|退差价',
    'price protection|price match*|price drop*|price*dropped|cheaper now|price difference',
  ),
  about('promotion.gift', '赠品|送的|礼品|赠送|没送', 'free gift|gift|freebie'),
  about(
    'installation',
    '安装|装不上|怎么装|师傅|上门装|组装|说明书|调试',
    'install*|assembl*|set up|setup|mount*|instructions|manual|technician',
  ),
  about('account', '账号|帐号|会员|账户', 'account|membership'),
  about(
    'account.login',
    '登录|登不上|登陆|密码|验证码|被封|解绑',
    'log in|login|sign in|password|verification code|locked out',
  ),
  about('account.points', '积分|会员等级|会员权益|成长值|储值', 'points|loyalty|rewards|gift card'),
  about(
    'complaint',
    '投诉|差评|举报|太差|太失望|骗子|欺骗|忽悠|坑人',
    'complain*|complaint|unacceptable|terrible|disgusting|worst|scam|ridiculous|disappoint*',
  ),
  about(
    'complaint.service',
    '态度|敷衍|没人理|不理人|不回复|推卸|踢皮球|骂人|客服*差',
    'rude|ignored|nobody answers|no one answers|no response|no reply|bad service|poor service',
    'speak to a manager',
  ),
  about(
    'complaint.public',
    '12315|12345|消协|消费者协会|工商|市监局|市场监督|曝光|起诉|律师|法院|报警|发抖音|发小红书|发微博',
    '上热搜|媒体',
    'lawyer|legal action|sue|lawsuit|attorney|consumer protection|trading standards|chargeback|police',
    'social media|go public|bbb',
  ),
  raises(
    'urgent.safety',
    'urgent',
    '安全',
    '起火|着火|冒烟|爆炸|触电|漏电|烫伤|割伤|过敏|中毒|送医|医院',
    'caught fire|on fire|smoke|smoking|explod*|electric shock|burned|injur*|allerg*|hospital',
  ),
  raises(
    'urgent.authority',
    'urgent',
    '监管',
    '12315|12345|消协|消费者协会|市监局|市场监督|曝光|起诉|律师|法院|报警|媒体',
    'lawyer|legal action|sue|lawsuit|attorney|consumer protection|trading standards|police|chargeback',
  ),
  raises(
    'high.complaint',
    'high',
    '投诉',
    '投诉|差评|举报|骗子|欺骗|太失望',
    'complain*|complaint|unacceptable|scam|worst|speak to a manager',
  ),
  raises(
    'high.deadline',
    'high',
    '加急',
    '急用|很急|着急|加急|尽快|马上要用|今天必须|明天要用|等着用|赶时间|急急',
    'urgent|urgently|asap|immediately|as soon as possible|right now',
  ),
];
