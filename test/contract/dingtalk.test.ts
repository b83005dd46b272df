import type { Adapter, OutMessage, Ref } from '../../adapters/adapter.ts';
import type { DingMessage } from '../emulators/dingtalk/emulator.ts';
import { anAction, fromBot, group, GROUP, LILEI, runDingTalk, TEMPLATE, WANGFANG } from '../support/dingtalk.ts';
import { adapterContract, type AdapterUnderTest, type PlatformMessage } from './adapter.contract.ts';
import { adapterFaults } from './adapter.faults.ts';

/** More than any story of the contract sends within one second. */
const LIMIT = 60;
const TALK = 'cidTalk==';
const XIAOMEI = 'xiaomei';

/** What a version is written down on: only what can be pressed says which state of a card it stands on. */
const marked = (message: OutMessage): OutMessage =>
  message.type === 'card' && message.card.actions.length === 0
    ? { ...message, card: { ...message.card, actions: [anAction('认领')] } }
    : message;

/** The adapter, whose cards all have a button; `versions`: what it was last given, by message. */
function watched(adapter: Adapter, versions: Map<string, number>): Adapter {
  const note = (ref: Ref, message: OutMessage): Ref => {
    if (message.type === 'card') versions.set(ref.id, message.version);
    return ref;
  };
  return {
    ...adapter,
    send: async (address, message, key, visibleTo) =>
      note(await adapter.send(address, marked(message), key, visibleTo), message),
    update: (address, ref, message, key, grant) => adapter.update(address, ref, marked(message), key, grant),
  };
}

/** The version in the press of any of a card's buttons, those in its closed menu too. */
function versionIn(values: Readonly<Record<string, string>>): number {
  const own = ['rows', 'buttons', 'menu'].map((name) => /"v":"(\d+)"/u.exec(values[name] ?? '')?.[1]);
  const shared = /"id":"(\d+)\|/u.exec(values['sys_full_json_obj'] ?? '')?.[1];
  return Number([...own, shared].find((found) => found !== undefined) ?? 0);
}

/** Below words on a card stand the addresses in them once more, to be followed. */
const withoutRepeats = (text: string): string =>
  text
    .split('\n')
    .filter((line, i, lines) => !line.startsWith('https://') || !lines.slice(0, i).some((one) => one.includes(line)))
    .join('\n');

function asRead({ id, text: shown, card, kind }: DingMessage, versions: ReadonlyMap<string, number>): PlatformMessage {
  const text = withoutRepeats(shown);
  const [title = ''] = text.split('\n');
  // Links that send words do not say which state they stand on: there it is what was sent.
  const version = card === null ? (versions.get(`msg:${id}`) ?? 0) : versionIn(card.values);
  const isCard = card === null ? kind !== 'text' : version > 0;
  return { id, text, ...(isCard && { card: { title }, version }) };
}

const onRung = (template: string) => async (): Promise<AdapterUnderTest> => {
  // The contract lets half a century go by at once, which is too many pings for a socket.
  const running = await runDingTalk({ template, mode: 'http' });
  const { emulator, sink } = running;
  const versions = new Map<string, number>();
  const adapter = watched(running.adapter, versions);
  emulator.addUser({ userId: XIAOMEI, name: '小美' });
  emulator.addGroup({ id: TALK, title: '小美', members: [XIAOMEI] });
  return {
    adapter,
    group,
    members: [LILEI, WANGFANG],
    // DingTalk has no customers; what is said to one is delivered in any group alike.
    customer: { address: { ...group, conversation: TALK }, user: XIAOMEI },
    read: async ({ conversation }, user) => {
      const isAnswer = (m: DingMessage): boolean => m.conversation === user && template === 'none';
      // Without cards nothing can be shown to one member of a group: answers go into their chat with the bot.
      return emulator
        .messages()
        .filter((m) => m.from === null && (m.conversation === conversation || isAnswer(m)))
        .flatMap((m) => fromBot(running, m.conversation, user).filter(({ id }) => id === m.id))
        .map((m) => asRead(m, versions));
    },
    async grantFrom(user) {
      await emulator.says(user, GROUP, '帮助');
      const grants = sink.events.at(-1)?.grants ?? [];
      const [grant] = grants;
      if (grant === undefined) throw new Error('no grant was lent');
      return grant;
    },
    async exhaust() {
      emulator.qps = LIMIT;
      for (let i = 0; i < LIMIT; i += 1)
        await adapter.send(group, { type: 'text', text: '刷', attachments: [] }, `fill ${i}`);
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

const RUNGS = [
  ['dingtalk, its own template', TEMPLATE],
  ["dingtalk, DingTalk's public template", 'public'],
  ['dingtalk, links alone', 'none'],
] as const;

for (const [name, template] of RUNGS) adapterContract(name, onRung(template));
// Delivery meets the same faults whatever a card is made of; where nothing can be changed it goes another way.
adapterFaults('dingtalk, its own template', onRung(TEMPLATE));
adapterFaults('dingtalk, links alone', onRung('none'));
