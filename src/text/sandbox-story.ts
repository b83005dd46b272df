import { entry, type Entry } from './entry.ts';

const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });
const five = (zh: string, en: string): Entry<null> => word('one of five messages of one customer in a burst', zh, en);
const crowd = (zh: string, en: string): Entry<null> => word('what customers write in a burst', zh, en);
const says = (zh: string, en: string): Entry<null> => word('what people write in the guided visit', zh, en);
const step = (zh: string, en: string): Entry<null> => word('what is said of a step of the guided visit', zh, en);

/** What customers write when the sandbox is put under load. */
export const burst = {
  burst_five_1: five('在吗', 'Hi, anybody there?'),
  burst_five_2: five('昨天下的单怎么还没发货', 'My order from yesterday has not shipped yet'),
  burst_five_3: five('订单 281234567890456', 'Order 281234567890456'),
  burst_five_4: five('急用，今天能发吗', 'I need it soon. Can it go out today?'),
  burst_five_5: five('麻烦快点回一下', 'Please answer when you can'),
  burst_says_1: crowd('什么时候发货', 'When will it ship?'),
  burst_says_2: crowd('收到的碗碎了，能补发吗', 'The bowl arrived broken. Can you send another?'),
  burst_says_3: crowd('刚买就降价，能补差价吗', 'The price dropped right after I bought it. Can I get the difference?'),
  burst_says_4: crowd('快递三天没更新了', 'Tracking has not moved for three days'),
  burst_says_5: crowd('想退货，尺寸不合适', 'I want to return it, it does not fit'),
  burst_says_6: crowd('优惠券用不了', 'The coupon does not work'),
  burst_says_7: crowd('能开发票吗', 'Can I get an invoice?'),
  burst_says_8: crowd('少发了一件', 'One item is missing'),
  burst_says_9: crowd('地址写错了，能改吗', 'I gave the wrong address. Can it be changed?'),
  burst_says_10: crowd('退款还没到账', 'The refund has not arrived'),
} satisfies Record<string, Entry<null>>;

/** The guided visit: what it says, and what its people write. */
export const tour = {
  tour: word('button and name of the guided visit', '看一遍', 'Guided visit'),
  tour_welcome: step(
    '两分钟看懂：一位客户、两位客服、一张工单。左边是客户，右边是客服，也可以直接动手。',
    'Two minutes: one customer, two agents, one ticket. The customer is on the left, the agent on the right. Or just try it.',
  ),
  tour_start: word('button that begins the guided visit', '开始', 'Start'),
  tour_next: word('button that goes on with the guided visit', '下一步', 'Next'),
  tour_busy: word('while a step of the guided visit happens', '进行中', 'Playing'),
  tour_leave: word('button that leaves the guided visit', '退出引导', 'Leave the visit'),
  tour_close: word('button that closes the guided visit after its end', '收起', 'Close'),
  tour_step: word('heading of a step of the guided visit', '第 {n} 步，共 {of} 步', 'Step {n} of {of}'),
  tour_1: step(
    '小美收到的杯子碎了：她发来一张照片和两句话。',
    'Xiaomei’s mug arrived broken. She sends a photo and two lines.',
  ),
  tour_1_after: step(
    '三条消息，一张工单。右边售后群里只有一张卡片：什么事、谁的、几点前要答复、按哪里。',
    'Three messages, one ticket. The team’s group on the right has one card: what is wrong, for whom, by when, what to press.',
  ),
  tour_2: step(
    '王芳在左，李雷在右，两个人同时按「认领」。',
    'Wang Fang left, Li Lei right: both press Claim at the same moment.',
  ),
  tour_2_after: step(
    '只有一个人拿到。慢的那位马上知道是谁快了多少，并拿到下一张。两边的卡片都变了。',
    'One of them has it. The other reads who was faster and is offered the next one. Both cards have changed.',
  ),
  tour_3: step(
    '先回了一句生硬的话，几秒内撤销，再发一句好的。',
    'The first reply is curt. It is undone within seconds, and a better one goes out.',
  ),
  tour_3_after: step(
    '小美只看到后一句：发给客户的话会留几秒，反悔来得及。',
    'Xiaomei only ever sees the second: a reply is held for some seconds, time enough to think again.',
  ),
  tour_4: step('小美想知道办到哪了，发「进度」。', 'Xiaomei wants to know where it stands and asks for the status.'),
  tour_4_after: step(
    '她马上得到回答，客服不用停下来。',
    'She has her answer at once, and no agent had to stop for it.',
  ),
  tour_5: step(
    '问题解决，小美说谢谢，主管看一眼还有什么没办完。',
    'Resolved. Xiaomei says thanks, and the manager looks at what is still open.',
  ),
  tour_5_after: step(
    '一句谢谢不会让工单重开。右边是主管看到的未完工单，点单号看全部经过。',
    'Thanks reopen nothing. On the right the manager sees what is open; any ticket number opens its whole story.',
  ),
  tour_end: step(
    '就是这样。随便试：换个身份、输入「/」看命令，或者按「重新开始」从头来。',
    'That is it. Try anything: become somebody else, type “/” for the commands, or start over.',
  ),
  tour_stuck: step(
    '引导停在这里：等的事情没有发生。点「看一遍」可以重来。',
    'The visit stopped here: what it waited for did not happen. Press “Guided visit” to begin again.',
  ),
  tour_says_1: says(
    '刚收到的马克杯碎了，包装里全是渣。',
    'My mug just arrived, and it is broken. The box is full of shards.',
  ),
  tour_says_2: says('订单 281234567890123，能补发一个吗？', 'Order 281234567890123. Can you send another one?'),
  tour_reply_1: says('回复 {no} 快递弄的，找快递。', 'reply {no} That was the carrier, ask them.'),
  tour_undo: says('撤销', 'undo'),
  tour_reply_2: says(
    '回复 {no} 非常抱歉，马上补发一个，今天就寄出。',
    'reply {no} So sorry about that. A new mug goes out to you today.',
  ),
  tour_progress: says('进度', 'status'),
  tour_resolve: says('解决 {no}', 'resolve {no}'),
  tour_thanks: says('谢谢', 'Thank you'),
  tour_list: says('列表', 'list'),
} satisfies Record<string, Entry<null>>;
