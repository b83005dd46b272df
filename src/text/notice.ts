import { entry } from './entry.ts';

const at = new Date('2026-11-11T12:00:00Z');

/** What customers read from us by itself: 您, no internal words, no promise that nobody keeps. */
export const notice = {
  acknowledge: entry<{ no: number; by: Date | null; opens: Date | null }>({
    note: "first answer to a customer's message; `by`: the moment until which somebody answers; `opens`: when people are back, if nobody is there",
    sample: { no: 4821, by: at, opens: null },
    zh: (p, f) =>
      p.opens === null
        ? `已收到，单号 T-${p.no}。${p.by === null ? '我们会尽快回复您' : `我们会在${f.moment(p.by)} 前回复您`}；有要补充的，直接发在这里就好。`
        : `已收到，客服 ${f.clock(p.opens)} 上班后为您处理，单号 T-${p.no}。有要补充的，直接发在这里就好。`,
    en: (p, f) =>
      p.opens === null
        ? `We have your message (T-${p.no}) and will answer ${p.by === null ? 'as soon as we can' : `by ${f.clock(p.by)}`}. If there is anything to add, just write it here.`
        : `We have your message (T-${p.no}); we are back ${f.moment(p.opens)} and will take care of it then. If there is anything to add, just write it here.`,
  }),
  opener: entry<null>({
    note: 'to a customer who has only greeted: asks what it is about',
    sample: null,
    zh: () => '您好，请问是什么问题呢？方便的话把订单号也发来。',
    en: () => 'Hello, what can we help you with? If you have an order number, please send it too.',
  }),
  resolved: entry<{ no: number }>({
    note: 'to the customer when their matter is done',
    sample: { no: 4821 },
    zh: (p) => `您的问题（T-${p.no}）已经处理好了。如果还有疑问，直接回复这里，我们接着为您处理。`,
    en: (p) =>
      `Your request (T-${p.no}) is taken care of. If anything is still open, just reply here and we will pick it up.`,
  }),
  reopened: entry<{ no: number }>({
    note: 'to the customer when a finished matter was taken up again',
    sample: { no: 4821 },
    zh: (p) => `您的问题（T-${p.no}）我们接着处理，有进展会在这里告诉您。`,
    en: (p) => `We are looking into your request (T-${p.no}) again and will write here when there is news.`,
  }),
  correction: entry<{ no: number }>({
    note: 'to the customer when the notice that their matter is done went out by mistake',
    sample: { no: 4821 },
    zh: (p) => `抱歉，刚才误发了完结通知。您的问题（T-${p.no}）我们仍在处理，有进展会在这里告诉您。`,
    en: (p) =>
      `Sorry, the message that your request (T-${p.no}) is done was sent by mistake. We are still on it and will write here when there is news.`,
  }),
  correction_reply: entry<{ no: number }>({
    note: 'to the customer when a reply that they have read was sent by mistake',
    sample: { no: 4821 },
    zh: (p) => `抱歉，上一条消息发错了，请忽略。您的问题（T-${p.no}）我们仍在处理，有进展会在这里告诉您。`,
    en: (p) =>
      `Sorry, our last message was sent by mistake, please ignore it. We are still on your request (T-${p.no}) and will write here when there is news.`,
  }),
};
