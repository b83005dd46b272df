import type { Grant } from '../../adapters/adapter.ts';
import { runSandbox } from '../support/sandbox.ts';
import { adapterContract, type AdapterUnderTest, type PlatformMessage } from './adapter.contract.ts';
import { adapterFaults } from './adapter.faults.ts';

const LIMIT = 60;

async function aSandbox(): Promise<AdapterUnderTest> {
  const limit = { name: 'group', per: 'conversation', method: 'send', count: LIMIT, windowMs: 60_000 } as const;
  const running = await runSandbox({ limits: [{ ...limit, source: 'this test', overrun: { kind: 'reject' } }] });
  const { adapter, sink } = running;
  const group = { platform: 'sandbox', app: adapter.app, conversation: 'group:aftersales' };
  return {
    adapter,
    group,
    members: ['lilei', 'wangfang'],
    customer: { address: { ...group, conversation: 'customer:xiaomei' }, user: 'xiaomei' },
    async read(address, user) {
      const answer = await running.get(`/sandbox/api/conversations/${address.conversation}/messages?user=${user}`);
      const { messages } = (await answer.json()) as { messages: PlatformMessage[] };
      return messages;
    },
    async grantFrom(user) {
      await running.post('/sandbox/api/messages', { conversation: group.conversation, user, text: '/帮助' });
      const [grant] = sink.events.at(-1)?.grants ?? [];
      if (grant === undefined) throw new Error('no grant was lent');
      return grant satisfies Grant;
    },
    async exhaust() {
      for (let i = 0; i < LIMIT; i += 1)
        await adapter.send(group, { type: 'text', text: '刷', attachments: [] }, `fill ${i}`);
    },
    advance: (ms) => {
      running.clock.advance(ms);
    },
    async stopAndStart() {
      await adapter.stop();
      await adapter.start(sink);
    },
    close: async () => running.close(),
  };
}

adapterContract('sandbox', aSandbox);
adapterFaults('sandbox', aSandbox);
