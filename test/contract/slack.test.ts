import { expect } from 'vitest';
import { textOf } from '../emulators/slack/seen.ts';
import { CHANNEL, LILEI, runSlack, TEAM, WANGFANG } from '../support/slack.ts';
import { adapterContract, type AdapterUnderTest } from './adapter.contract.ts';
import { adapterFaults } from './adapter.faults.ts';

/** More than any story of the contract sends within one second. */
const LIMIT = 60;
const TALK = 'C0TALK';

async function aWorkspace(): Promise<AdapterUnderTest> {
  const running = await runSlack();
  const { workspace, emulator, sink } = running;
  emulator.addUser(TEAM, { id: 'U0XIAOMEI', name: 'xiaomei' });
  emulator.addChannel(TEAM, { id: TALK, name: 'talk', members: ['U0XIAOMEI'] });
  const group = { platform: 'slack', app: workspace.app, conversation: CHANNEL };
  return {
    adapter: workspace,
    group,
    members: [LILEI, WANGFANG],
    // Slack has no customers; what is said to one is delivered in any channel alike.
    customer: { address: { ...group, conversation: TALK }, user: 'U0XIAOMEI' },
    read: async (address, user) =>
      emulator
        .reads(address.conversation, user)
        .filter((m) => m.botId !== null)
        .map((m) => {
          const words = textOf(m);
          const version = Number(m.metadata?.event_payload['version'] ?? 0);
          const [title = ''] = words.split('\n');
          return { id: m.ts, text: words, ...(version > 0 && { card: { title }, version }) };
        }),
    async grantFrom(user) {
      await emulator.slash(user, CHANNEL, '帮助');
      const [grant] = sink.events.at(-1)?.grants ?? [];
      if (grant === undefined) throw new Error('no grant was lent');
      return grant;
    },
    async exhaust() {
      emulator.limit(LIMIT, 30);
      for (let i = 0; i < LIMIT; i += 1)
        await workspace.send(group, { type: 'text', text: '刷', attachments: [] }, `fill ${i}`);
    },
    advance: (ms) => {
      running.clock.advance(ms);
    },
    async stopAndStart() {
      await running.stop();
      await running.start();
    },
    async close() {
      await running.close();
      expect(emulator.findings).toEqual([]);
      expect(running.failures).toEqual([]);
    },
  };
}

adapterContract('slack', aWorkspace);
adapterFaults('slack', aWorkspace);
