import { expect, vi } from 'vitest';
import type { Adapter, OutMessage } from '../../adapters/adapter.ts';
import type { AppMessage } from '../emulators/wecom/emulator.ts';
import type { BotMessage } from '../emulators/wecom/bot-driver.ts';
import { anAction, at, CHAT, chat, duty, LILEI, runWeCom, WANGFANG } from '../support/wecom.ts';
import { adapterContract, type AdapterUnderTest, type PlatformMessage } from './adapter.contract.ts';

const MEMBERS = [LILEI, WANGFANG] as const;
const XIAOMEI = 'xiaomei';

/** What a version is written down on: only what can be pressed says which state of a card it stands on. */
const marked = (message: OutMessage): OutMessage =>
  message.type === 'card' && message.card.actions.length === 0
    ? { ...message, card: { ...message.card, actions: [anAction('认领')] } }
    : message;

/** The adapter, whose cards all have a button, and whose messages to people one by one go to both of them; no two are sent at one moment. */
const addressed = (adapter: Adapter, tick: () => void): Adapter => ({
  ...adapter,
  reply: (grant, message, key) => {
    tick();
    return adapter.reply(grant, message, key);
  },
  send: (address, message, key, visibleTo) => {
    tick();
    const isCall = adapter.capabilities(address).calls === true;
    return adapter.send(address, { ...marked(message), ...(isCall && { to: MEMBERS }) }, key, visibleTo);
  },
  update: (address, ref, message, key, grant) => adapter.update(address, ref, marked(message), key, grant),
});

/** Signs that stand for marks, as they were written. */
const SIGNS: ReadonlyMap<string, string> = new Map(
  Array.from('＊｀＜＞［］＃＿', (sign, i) => [sign, '*`<>[]#_'[i] ?? sign]),
);
const asRead = (text: string): string => Array.from(text, (sign) => SIGNS.get(sign) ?? sign).join('');

function message({
  id,
  text,
  kind,
  card,
}: Pick<AppMessage, 'id' | 'text' | 'kind' | 'card'> | BotMessage): PlatformMessage {
  if (card === null) return { id, text: kind === 'markdown' ? asRead(text) : text };
  const version = Number(/^(\d+)\|/u.exec(card.buttons[0]?.key ?? '')?.[1] ?? 0);
  return { id, text, card: { title: card.title }, version };
}

/** What is too long for one message comes in parts. */
function joined(read: PlatformMessage[], next: PlatformMessage): PlatformMessage[] {
  const last = read.at(-1);
  const isPart = last?.card === undefined && Buffer.byteLength(last?.text ?? '') > 2_040;
  if (last === undefined || !isPart) return [...read, next];
  return [...read.slice(0, -1), { ...last, text: `${last.text ?? ''}${next.text ?? ''}` }];
}

const GROUPS = { chat, duty } as const;

const on = (where: keyof typeof GROUPS) => async (): Promise<AdapterUnderTest> => {
  const running = await runWeCom();
  const { emulator, sink } = running;
  emulator.addMember({ userId: XIAOMEI, name: '小美' });
  const group = GROUPS[where];
  return {
    adapter: addressed(running.adapter, () => {
      running.clock.advance(1);
    }),
    group,
    members: MEMBERS,
    // Customers are never in WeCom; what is said to one is delivered to any member alike.
    customer: { address: at(XIAOMEI), user: XIAOMEI },
    // What is for one person alone comes in their chat with the app, or with the smart bot.
    read: async (_address, user) =>
      [
        ...(where === 'chat' ? emulator.bot.chat(CHAT) : []),
        ...emulator.bot.chat(user),
        ...emulator.inbox(user).filter(({ dropped, recalled }) => !dropped && !recalled),
      ]
        .toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime())
        .map(message)
        .reduce<PlatformMessage[]>(joined, []),
    async grantFrom(user) {
      const before = sink.events.length;
      emulator.bot.says(user, where === 'chat' ? CHAT : null, where === 'chat' ? '@工单助手 帮助' : '帮助');
      await vi.waitFor(() => {
        expect(sink.events.slice(before).some(({ kind }) => kind === 'message')).toBe(true);
      });
      const [grant] = sink.events.findLast(({ kind }) => kind === 'message')?.grants ?? [];
      if (grant === undefined) throw new Error('no grant was lent');
      return grant;
    },
    async exhaust() {
      if (where === 'chat') emulator.bot.fails('aibot_send_msg', 45_009);
      else emulator.fails('message/send', { errcode: 45_009 });
    },
    advance: (ms) => {
      running.clock.advance(ms);
    },
    async stopAndStart() {
      await running.stop();
      await running.start();
    },
    close: () => running.close(),
  };
};

adapterContract('wecom, a group with the smart bot', on('chat'));
adapterContract('wecom, people one by one', on('duty'));
