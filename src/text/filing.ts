import { entry, type Entry } from './entry.ts';

const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** Filing a ticket from pasted text: the preview, its buttons, and pictures sent beside it. */
export const filing = {
  preview: entry<{ team: string }>({
    note: 'status line of the preview of a ticket that is not filed yet',
    sample: { team: '售后' },
    zh: (p) => `还没建单 · 会进${p.team}组`,
    en: (p) => `Not filed yet · goes to ${p.team}`,
  }),
  due: entry<{ at: Date }>({
    note: 'end of the status line of the preview: when the first answer would be due',
    sample: { at: new Date('2026-11-11T06:32:00Z') },
    zh: (p, f) => `${f.stamp(p.at)} 前首响`,
    en: (p, f) => `first reply by ${f.stamp(p.at)}`,
  }),
  file: word('button of the preview: files the ticket', '建单', 'File it'),
  edit: word('button of the preview: opens the form with what was recognised', '修改', 'Change'),
  drop: word('button of the preview: throws the draft away', '不建了', 'Discard'),
  orders: entry<{ count: number; order: string }>({
    note: 'on the preview of a text with several order numbers; buttons choose another',
    sample: { count: 3, order: '2712345678901234567' },
    zh: (p) => `认出 ${p.count} 个订单号，按第一个 ${p.order} 建单，其余一起记下。主要是另一个？点它`,
    en: (p) =>
      `${p.count} order numbers: filed under the first, ${p.order}, with the others kept. If another is the main one, press it`,
  }),
  by_order: entry<{ order: string }>({
    note: 'button of the preview: files under this one of several order numbers',
    sample: { order: '2712345678901234567' },
    zh: (p) => `按 ${p.order} 建单`,
    en: (p) => `File under ${p.order}`,
  }),
  duplicates: word('on the preview, above tickets that may be the same', '可能已经有了：', 'Possibly filed already:'),
  same: word('beside a ticket that was filed from the very same text', '内容一样', 'same text'),
  add: entry<{ no: number }>({
    note: 'button of the preview: adds the text to that ticket as a note instead',
    sample: { no: 4821 },
    zh: (p) => `记到 T-${p.no}`,
    en: (p) => `Add to T-${p.no}`,
  }),
  dropped: word('private answer to discarding a draft', '好，没有建单', 'Discarded; nothing was filed'),
  already: entry<{ no: number }>({
    note: 'private answer when a draft is filed a second time',
    sample: { no: 4821 },
    zh: (p) => `这份已经建过了：T-${p.no}`,
    en: (p) => `That was filed already: T-${p.no}`,
  }),
  attached: entry<{ no: number }>({
    note: 'private answer to a picture that joined the ticket filed just before',
    sample: { no: 4821 },
    zh: (p) => `截图已附到 T-${p.no}`,
    en: (p) => `Picture added to T-${p.no}`,
  }),
  lone: entry<{ withinMs: number }>({
    note: 'private answer to a picture sent alone with no filing near; a button opens the form with it',
    sample: { withinMs: 120_000 },
    zh: (p, f) => `图片收到了。${f.duration(p.withinMs)}内发「新建 客户的话」会自动带上它，或者直接点下面`,
    en: (p, f) =>
      `Got the picture. Send "new" with the customer's words within ${f.duration(p.withinMs)} and it comes along, or press below`,
  }),
  new_with: word('button that opens the form of a new ticket with the picture just sent', '新建工单', 'New ticket'),
};
