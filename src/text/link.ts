import { entry, type Entry } from './entry.ts';

const page = (note: string, zh: (no: number) => string, en: (no: number) => string): Entry<{ no: number }> =>
  entry({
    note: `page at the address of a ticket, the same for every number: ${note}`,
    sample: { no: 4821 },
    zh: (p: { no: number }) => zh(p.no),
    en: (p: { no: number }) => en(p.no),
  });

/** What stands at the address of a ticket: that page knows nothing of it. */
export const link = {
  title: page(
    'its title',
    (no) => `工单 T-${no} 的地址`,
    (no) => `The address of ticket T-${no}`,
  ),
  what: page(
    'what the address is',
    () =>
      '工单只在聊天里看，这个网页里没有它的任何内容，也不说它在不在。把这个地址发到处理它的组的群里，群里会看到它的摘要。',
    () =>
      'Tickets are read in chat: this page holds nothing of it and does not say whether it exists. Put the address into the group of the team that works on it, and the group sees a summary.',
  ),
  type: page(
    'what to type',
    (no) => `想看全部，就在和机器人的单聊里发「查看 ${no}」，或者在组的群里 @机器人 发同样的话。`,
    (no) => `To see all of it, send "show ${no}" to the bot alone, or mention the bot with it in your team's group.`,
  ),
} as const;
