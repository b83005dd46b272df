import type { Status } from '../domain/status.ts';
import { entry, type Entry } from './entry.ts';

const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** One word per status; on cards, in lists and in refusals. */
export const status = {
  new: word('ticket waits for somebody to claim it', '待认领', 'unclaimed'),
  offered: word('offered to somebody who has not taken it yet', '已派出待接', 'offered'),
  in_progress: word('somebody works on it', '处理中', 'in progress'),
  waiting_customer: word('the customer has to answer', '等客户', 'waiting for customer'),
  waiting_other: word('another department has to answer', '等内部', 'waiting internally'),
  resolved: word('solved, may still be reopened', '已解决', 'resolved'),
  closed: word('done for good', '已关闭', 'closed'),
} satisfies Record<Status, Entry<null>>;
