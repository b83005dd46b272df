import { entry } from './entry.ts';
import type { Format } from './format.ts';

const at = new Date('2026-11-11T12:00:00Z');

/** What is promised next: an answer or the solution, and by when; null: nothing that could still be kept. */
export type Promised = { readonly what: 'answer' | 'solution'; readonly by: Date } | null;

/** How far one matter is, in the customer's terms. */
export interface Progress {
  readonly no: number;
  readonly step: 'queued' | 'working' | 'answered' | 'warehouse' | 'finance' | 'carrier' | 'done';
  readonly promise: Promised;
}

const STEPS: Readonly<Record<Progress['step'], readonly [zh: string, en: string]>> = {
  queued: ['正在为您安排客服', 'an agent will be with you'],
  working: ['客服正在处理', 'an agent is working on it'],
  answered: ['已回复您，在等您的消息', 'we have answered and are waiting for your reply'],
  warehouse: ['正在等仓库核实', 'we are waiting for the warehouse to check'],
  finance: ['正在等财务核实', 'we are waiting for the accounts department to check'],
  carrier: ['正在等快递公司核实', 'we are waiting for the carrier to check'],
  done: ['已处理好，还有疑问直接回复这里', 'taken care of; if anything is still open, just reply here'],
};

const zhPromise = (p: Promised, f: Format): string =>
  p === null ? '有进展马上告诉您' : `${f.moment(p.by)} 前${p.what === 'answer' ? '给您回复' : '为您处理好'}`;
const enPromise = (p: Promised, f: Format): string =>
  p === null
    ? 'we will write as soon as there is news'
    : `we will ${p.what === 'answer' ? 'answer' : 'have it solved'} by ${f.clock(p.by)}`;

const zhProgress = ({ no, step, promise }: Progress, f: Format): string =>
  `T-${no}：${STEPS[step][0]}${step === 'done' || step === 'answered' ? '' : `，${zhPromise(promise, f)}`}。`;
const enProgress = ({ no, step, promise }: Progress, f: Format): string =>
  `T-${no}: ${STEPS[step][1]}${step === 'done' || step === 'answered' ? '' : `; ${enPromise(promise, f)}`}.`;

/** Where somebody stands who waits. `ahead`: how many come before them; null: somebody has it in hand. */
interface Standing {
  readonly no: number;
  readonly ahead: number | null;
  readonly promise: Promised;
}

const zhStanding = ({ ahead, promise }: Standing, f: Format): string => {
  const place = ahead === null ? '客服正在处理' : ahead === 0 ? '下一位就是您' : `前面还有 ${ahead} 位`;
  return `${place}，${zhPromise(promise, f)}。`;
};
const enStanding = ({ ahead, promise }: Standing, f: Format): string => {
  const place = ahead === null ? 'An agent is working on it' : ahead === 0 ? 'You are next' : `${ahead} before you`;
  return `${place}; ${enPromise(promise, f)}.`;
};

const standing: Standing = { no: 4821, ahead: 2, promise: { what: 'answer', by: at } };

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
  progress: entry<{ tickets: readonly Progress[] }>({
    note: 'to a customer who asked how far their matters are (进度)',
    sample: { tickets: [{ no: 4821, step: 'working', promise: { what: 'answer', by: at } }] },
    zh: (p, f) => p.tickets.map((t) => zhProgress(t, f)).join('\n'),
    en: (p, f) => p.tickets.map((t) => enProgress(t, f)).join('\n'),
  }),
  nothing_open: entry<null>({
    note: 'to a customer who asked how far it is, when nothing is open',
    sample: null,
    zh: () => '您没有进行中的问题。有需要的话，直接发在这里就好。',
    en: () => 'You have no open request with us. If you need anything, just write it here.',
  }),
  nudged: entry<Standing>({
    note: 'to a customer who urged (催单)',
    sample: standing,
    zh: (p, f) => `已帮您催 T-${p.no}。${zhStanding(p, f)}`,
    en: (p, f) => `We have pushed T-${p.no}. ${enStanding(p, f)}`,
  }),
  human: entry<Standing>({
    note: 'to a customer who asked for a human (人工)',
    sample: standing,
    zh: (p, f) => `已为您转人工，单号 T-${p.no}。${zhStanding(p, f)}`,
    en: (p, f) => `A person will take care of T-${p.no}. ${enStanding(p, f)}`,
  }),
  cancelled: entry<{ no: number }>({
    note: 'to a customer who took their request back (取消) before anybody worked on it',
    sample: { no: 4821 },
    zh: (p) => `已取消 T-${p.no}。如果是要取消订单，直接告诉我们，马上为您处理。`,
    en: (p) => `T-${p.no} is cancelled. If it is your order that you want to cancel, just tell us and we will do it.`,
  }),
  cancel_passed_on: entry<{ no: number }>({
    note: 'to a customer who took their request back (取消) while somebody works on it',
    sample: { no: 4821 },
    zh: (p) => `T-${p.no} 正在为您处理，您要取消的事已告诉处理的同事，会尽快回复您。`,
    en: (p) => `T-${p.no} is being worked on. We have told the colleague that you want to cancel and will answer soon.`,
  }),
  resolved: entry<{ no: number }>({
    note: 'to the customer when their matter is done',
    sample: { no: 4821 },
    zh: (p) => `您的问题（T-${p.no}）已经处理好了。如果还有疑问，直接回复这里，我们接着为您处理。`,
    en: (p) =>
      `Your request (T-${p.no}) is taken care of. If anything is still open, just reply here and we will pick it up.`,
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
  not_yours: entry<null>({
    note: 'private answer to a customer who pressed something that is not for customers',
    sample: null,
    zh: () => '您有什么需要，直接在这里留言就好',
    en: () => 'If you need anything, just write it here',
  }),
};
