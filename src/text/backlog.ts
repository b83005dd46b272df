import { entry } from './entry.ts';
import type { Format } from './format.ts';

const since = new Date('2026-11-11T06:02:00Z');
const backupMadeAt = new Date('2026-11-10T19:00:00Z');

/** What waits: messages to customers, cards and notices to colleagues, tickets whose moment has come, notices to other systems. */
interface Counts {
  readonly messages: number;
  readonly cards: number;
  readonly reminders: number;
  readonly notices: number;
}
const counts: Counts = { messages: 12, cards: 40, reminders: 3, notices: 2 };

const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });

const zhCounts = (c: Counts): string =>
  [
    ...(c.messages === 0 ? [] : [`给客户的消息 ${c.messages} 条`]),
    ...(c.cards === 0 ? [] : [`卡片和通知 ${c.cards} 条`]),
    ...(c.reminders === 0 ? [] : [`到点的提醒 ${c.reminders} 个`]),
    ...(c.notices === 0 ? [] : [`给其他系统的通知 ${c.notices} 条`]),
  ].join('、');

const some = (count: number, one: string, many: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
const enCounts = (c: Counts): string =>
  [
    ...some(c.messages, 'message to a customer', 'messages to customers'),
    ...some(c.cards, 'card or notice', 'cards and notices'),
    ...some(c.reminders, 'reminder that is due', 'reminders that are due'),
    ...some(c.notices, 'notice to another system', 'notices to other systems'),
  ].join(', ');

interface Decided {
  readonly what: 'void' | 'send';
  readonly by: string;
  readonly at: Date;
  readonly counts: Counts;
}

const zhDecided = ({ what, by, at, counts: c }: Decided, f: Format): string => {
  const which = zhCounts(c);
  if (which === '') return `${by} ${f.stamp(at)} 让机器人恢复发送，当时没有积压`;
  return what === 'void'
    ? `${by} ${f.stamp(at)} 作废了积压：${which}。之后照常发送`
    : `${by} ${f.stamp(at)} 决定发出积压：${which}`;
};
const enDecided = ({ what, by, at, counts: c }: Decided, f: Format): string => {
  const which = enCounts(c);
  if (which === '') return `${by} let the bot send again, ${f.stamp(at)}; nothing was waiting`;
  return what === 'void'
    ? `${by} discarded what was waiting, ${f.stamp(at)}: ${which}. New messages go out as usual`
    : `${by} sent what was waiting, ${f.stamp(at)}: ${which}`;
};

/** What admins read while the bot is quiet after a restore, and what came of it. */
export const backlog = {
  waiting: entry<Counts & { since: Date; backupMadeAt: Date }>({
    note: 'card in the direct chat of an admin after a restore; below it: discard all, look at each, send',
    sample: { since, backupMadeAt, ...counts },
    zh: (p, f) => {
      const which = zhCounts(p);
      return `${f.stamp(p.since)} 从备份恢复（备份时间 ${f.stamp(p.backupMadeAt)}），机器人先不发任何消息。${which === '' ? '现在没有积压' : `积压：${which}；有些可能在备份之后已经发过`}。客户新来的消息照常收下，等你决定后再回应`;
    },
    en: (p, f) => {
      const which = enCounts(p);
      return `Restored from a backup, ${f.stamp(p.since)} (made ${f.stamp(p.backupMadeAt)}), so the bot sends nothing yet. ${which === '' ? 'Nothing is waiting' : `Waiting: ${which}; some of it may have gone out after the backup`}. What customers write is taken in as usual and answered once you decide`;
    },
  }),
  decided: entry<Decided>({
    note: 'what that card shows once somebody decided; private answer to whoever presses later',
    sample: { what: 'void', by: '周敏', at: since, counts },
    zh: zhDecided,
    en: enDecided,
  }),
  done: entry<{ what: 'void' | 'send'; counts: Counts }>({
    note: 'private answer to the admin who decided',
    sample: { what: 'void', counts },
    zh: ({ what, counts: c }) => {
      const which = zhCounts(c);
      if (which === '') return '没有积压，机器人恢复发送了';
      return what === 'void'
        ? `作废了：${which}。工单里会记下，之后照常发送`
        : `开始发出：${which}，按平台的限速一条条发`;
    },
    en: ({ what, counts: c }) => {
      const which = enCounts(c);
      if (which === '') return 'Nothing was waiting; the bot sends again';
      return what === 'void'
        ? `Discarded: ${which}. The tickets say so, and new messages go out as usual`
        : `Going out now, within the limits of the platforms: ${which}`;
    },
  }),
  sure: entry<Counts & { backupMadeAt: Date }>({
    note: 'private question before everything that waits after a restore goes out',
    sample: { backupMadeAt, ...counts },
    zh: (p, f) => `会马上发出：${zhCounts(p)}。${f.stamp(p.backupMadeAt)} 之后发过的，客户会再收到一次。确定发送？`,
    en: (p, f) =>
      `This goes out at once: ${enCounts(p)}. Whatever was sent after the backup, ${f.stamp(p.backupMadeAt)}, reaches customers twice. Send it?`,
  }),
  nothing: word(
    'private answer to 积压 when the store was never restored',
    '没有积压，消息都照常发送',
    'Nothing is held back; messages go out as usual',
  ),
  title: entry<{ count: number }>({
    note: 'title of the list of messages to customers that wait after a restore',
    sample: { count: 12 },
    zh: (p) => (p.count === 0 ? '给客户的消息都处理完了' : `等着发给客户的 ${p.count} 条`),
    en: (p) =>
      p.count === 0
        ? 'No message to a customer is waiting'
        : `${p.count} ${p.count === 1 ? 'message' : 'messages'} waiting to go to customers`,
  }),
  row: entry<{ who: string; no: number | null }>({
    note: 'one of them: to whom, about which ticket; no name: who has said nothing of a matter yet',
    sample: { who: '小美', no: 4821 },
    zh: (p) => [p.who === '' ? '客户' : p.who, ...(p.no === null ? [] : [`T-${p.no}`])].join(' · '),
    en: (p) => [p.who === '' ? 'A customer' : p.who, ...(p.no === null ? [] : [`T-${p.no}`])].join(' · '),
  }),
  row_words: entry<{ at: Date; words: string }>({
    note: 'below it: since when it waits, and its first words',
    sample: { at: backupMadeAt, words: '新杯子今天寄出' },
    zh: (p, f) => `${f.stamp(p.at)} 起等着：${p.words}`,
    en: (p, f) => `Waiting since ${f.stamp(p.at)}: ${p.words}`,
  }),
  rest: entry<Counts & { more: number }>({
    note: 'last line of that list: how many come after those shown, and what else waits',
    sample: { ...counts, more: 2 },
    zh: (p) => {
      const other = zhCounts({ ...p, messages: 0 });
      return [...(p.more === 0 ? [] : [`后面还有 ${p.more} 条`]), ...(other === '' ? [] : [`另有${other}`])].join('；');
    },
    en: (p) => {
      const other = enCounts({ ...p, messages: 0 });
      return [
        ...(p.more === 0 ? [] : [`${p.more} more follow`]),
        ...(other === '' ? [] : [`also waiting: ${other}`]),
      ].join('; ');
    },
  }),
  item_void: entry<{ who: string }>({
    note: 'before that list, to the admin who discarded one of them',
    sample: { who: '小美' },
    zh: (p) => `给${p.who === '' ? '客户' : p.who}的这条作废了`,
    en: (p) => `The message to ${p.who === '' ? 'the customer' : p.who} is discarded`,
  }),
  item_send: entry<{ who: string }>({
    note: 'before that list, to the admin who let one of them go',
    sample: { who: '小美' },
    zh: (p) => `给${p.who === '' ? '客户' : p.who}的这条正在发出`,
    en: (p) => `The message to ${p.who === '' ? 'the customer' : p.who} is going out`,
  }),
  item_over: word(
    'before that list, to an admin who decided on one of them that waits no more',
    '这条已经处理过了',
    'That one is no longer waiting',
  ),
  void_all: word('button: nothing of what waits goes out', '全部作废', 'Discard all'),
  look: word('button: see the messages to customers one by one', '逐条看', 'Look at each'),
  send_all: word('button: everything that waits goes out', '发送', 'Send'),
  send_sure: word('button that does so after the question', '确定发送', 'Send everything'),
  void_one: word('button on one message: it does not go out', '作废', 'Discard'),
  send_one: word('button on one message: it goes out now', '发送', 'Send'),
  next: word('button: the next ones of the list', '下一页', 'Next'),
  file_unreadable: entry<{ path: string }>({
    note: 'terminal, at the start: what restore left behind cannot be read, so nobody knows whether anything may be sent',
    sample: { path: 'data/restored.json' },
    zh: (p) => `${p.path} 读不懂，不能确定要不要先静默。请重新执行 restore；确定可以直接发送的话，删掉它再启动`,
    en: (p) =>
      `${p.path} cannot be understood, so it is not known whether the bot has to be quiet. Run restore again, or delete the file if everything may go out`,
  }),
};
