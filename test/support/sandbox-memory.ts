import type { SandboxMessage, SandboxOutcome, SandboxStore } from '../../adapters/sandbox/store.ts';
import type { SandboxConversation, SandboxPerson } from '../../adapters/sandbox/world.ts';
import { StoreUnavailable } from '../../src/errors.ts';

/** The sandbox's data in memory, with a switch that takes it away; `test/storage/sandbox.test.ts` holds both to the same rules. */
export interface MemorySandboxStore extends SandboxStore {
  away: boolean;
}

const sees = (row: SandboxMessage, user: string): boolean => row.visibleTo === null || row.visibleTo === user;

export function memorySandboxStore(): MemorySandboxStore {
  const messages = new Map<string, SandboxMessage>();
  const outcomes = new Map<string, SandboxOutcome>();
  const people = new Map<string, SandboxPerson>();
  const conversations = new Map<string, SandboxConversation>();
  let kept: string | null = null;
  const rows = (): SandboxMessage[] => [...messages.values()];

  const store: MemorySandboxStore = {
    away: false,
    lastChange: async () => reach(() => Math.max(0, ...rows().map(({ change }) => change))),
    secret: async (fresh) => reach(() => (kept ??= fresh)),
    insert: async (row) =>
      reach(() => {
        if (messages.has(row._id)) return 'known';
        if (row.grant !== undefined && rows().some((r) => r.grant === row.grant && r.use === row.use)) return 'taken';
        messages.set(row._id, structuredClone(row));
        return 'stored';
      }),
    find: async (id) => reach(() => messages.get(id) ?? null),
    redraw: async (id, content, change) =>
      reach(() => {
        const row = messages.get(id);
        if (row === undefined || row.change >= change) return null;
        if (content.version !== null && row.version !== null && row.version > content.version) return null;
        const next = { ...row, ...structuredClone(content), version: content.version ?? row.version, change };
        messages.set(id, next);
        return next;
      }),
    page: async ({ conversation, user, before, limit }) =>
      reach(() =>
        rows()
          .filter((r) => r.conversation === conversation && sees(r, user) && (before === null || r.place < before))
          .toSorted((a, b) => a.place - b.place)
          .slice(-limit),
      ),
    changed: async ({ conversations, users, after, upTo, limit }) =>
      reach(() =>
        rows()
          .filter(
            (r) =>
              r.change > after &&
              r.change <= upTo &&
              conversations.includes(r.conversation) &&
              users.some((user) => sees(r, user)),
          )
          .toSorted((a, b) => a.change - b.change)
          .slice(0, limit),
      ),
    atChange: async (change) => reach(() => rows().find((r) => r.change === change) ?? null),
    grantUses: async (grant) => reach(() => rows().filter((r) => r.grant === grant).length),
    outcome: async (id) => reach(() => outcomes.get(id) ?? null),
    keepOutcome: async (outcome) =>
      reach(() => {
        if (!outcomes.has(outcome._id)) outcomes.set(outcome._id, outcome);
      }),
    world: async () => reach(() => ({ people: [...people.values()], conversations: [...conversations.values()] })),
    keepPerson: async (person) =>
      reach(() => {
        people.set(person.id, person);
      }),
    keepConversation: async (conversation) =>
      reach(() => {
        conversations.set(conversation.id, conversation);
      }),
    forget: async () =>
      reach(() => {
        for (const all of [messages, outcomes, people, conversations]) all.clear();
        kept = null;
      }),
  };

  async function reach<R>(work: () => R): Promise<R> {
    await Promise.resolve();
    if (store.away) throw new StoreUnavailable(new Error('switched off'));
    return work();
  }
  return store;
}
