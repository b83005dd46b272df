import type { Adapter, Profile } from '../../adapters/adapter.ts';
import { accountKey, addressKey } from '../../src/domain/address.ts';
import type { Directory } from '../../src/domain/directory.ts';
import type { Member } from '../../src/domain/membership.ts';
import { liveDirectory } from '../../src/flow/live-directory.ts';
import type { Store } from '../../src/storage/store.ts';
import { manualClock, type ManualClock } from './clock.ts';
import { aBench, doubleAdapter, type Bench } from './flow.ts';
import { aDirectory, aPerson } from './tickets.ts';

export const SLACK = { platform: 'slack', app: 'T1' } as const;
export const GROUP = 'C1';

/** The directory of `tickets.ts` with addresses, a group of 售后 on Slack, and an admin. */
export function addressed(more: Partial<Directory> = {}): Directory {
  const plain = aDirectory();
  const people = new Map([...plain.people, ['gao', aPerson('gao', '高飞', { roles: ['admin'], teams: [] })] as const]);
  for (const [id, p] of people) people.set(id, { ...p, email: `${id}@example.com` });
  const groups = new Map([...plain.groups, [addressKey({ ...SLACK, conversation: GROUP }), 'aftersales'] as const]);
  return { ...plain, people, groups, ...more };
}

/** People write to the bot on Slack, whose member list the test decides. */
export interface Accounts {
  readonly bench: Bench;
  /** What Slack knows of each user; an error is thrown. */
  readonly profiles: Map<string, Profile | Error>;
  /** Whom Slack was asked about. */
  readonly asked: string[];
  /** What the sender reads at once; alone with the bot unless a group is named. `id`: the platform's, for a repeat. */
  says(user: string, text: string, more?: { group?: boolean; id?: string; on?: 'sandbox' }): Promise<string>;
  /** The person that the account is, by id; undefined: nobody knows it. */
  who(user: string): string | undefined;
  row(user: string): Promise<Member | null>;
}

let events = 0;

export async function accountsBench(
  store: Store,
  file: Directory,
  clock: ManualClock = manualClock(),
): Promise<Accounts> {
  const live = liveDirectory(store, clock, file);
  await live.refresh();
  const profiles: Accounts['profiles'] = new Map();
  const asked: string[] = [];
  const slack: Adapter = {
    ...doubleAdapter(clock),
    ...SLACK,
    lookUp: async (user) => {
      asked.push(user);
      const profile = profiles.get(user) ?? null;
      if (profile instanceof Error) throw profile;
      return profile;
    },
  };
  const adapters = new Map<string, Adapter>([
    ['sandbox\ndemo', doubleAdapter(clock)],
    ['slack\nT1', slack],
  ]);
  const bench = aBench(store, { directory: live.now, live, adapters }, [], {}, clock);
  return {
    bench,
    profiles,
    asked,
    async says(user, text, { group = false, id, on } = {}) {
      events += 1;
      const { answer } = await bench.flow.sink.accept({
        kind: 'message',
        ...(on === 'sandbox' ? { platform: 'sandbox', app: 'demo' } : SLACK),
        id: id ?? `said-${events}`,
        conversation: group ? { id: GROUP, kind: 'group' } : { id: `direct:${user}`, kind: 'direct' },
        sender: { id: user, name: `@${user}` },
        receivedAt: clock.now(),
        text,
        attachments: [],
        addressed: true,
      });
      await bench.flow.settle();
      const { message = null } = answer ?? {};
      if (message === null) return '';
      return message.type === 'text' ? message.text : message.fallback;
    },
    who: (user) => live.now().accounts.get(accountKey({ ...SLACK, user })),
    row: (user) => store.members.of({ ...SLACK, user }),
  };
}
