import { fit } from '../../cards/fit.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError, StoreUnavailable } from '../../src/errors.ts';
import { derivedId } from '../../src/ids.ts';
import type { OutMessage, Ref } from '../adapter.ts';
import { codePoints } from '../shared/strings.ts';
import type { Feed } from './feed.ts';
import type { createGate } from './gate.ts';
import { sandboxCard } from './limits.ts';
import { GRANT_USES, readGrant } from './grants.ts';
import { MAX_TEXT } from './schema.ts';
import type { SandboxContent, SandboxMessage, SandboxStore } from './store.ts';
import { BOT, type World } from './world.ts';

/** The emulated messenger as the bot's side sees it: it posts, redraws and answers, and enforces its limits. */
export interface Platform {
  post(conversation: string, message: OutMessage, key: string, visibleTo: string | null): Promise<Ref>;
  redraw(ref: Ref, message: OutMessage): Promise<Ref>;
  /** The only person who reads what is posted there; null: several do. */
  soleReader(conversation: string, visibleTo: string | null): string | null;
  /** Spends one use of the grant with this secret. */
  reply(grant: string, message: OutMessage, key: string): Promise<void>;
  /** The answer that was ready at once; needs no permit. Saying it again changes nothing. */
  answer(event: { id: string; conversation: string; user: string }, message: OutMessage): Promise<SandboxMessage>;
}

/** The id of the message that is posted under a key. */
export const postedId = (key: string): string => derivedId('sandbox-post', key);

function contentOf(message: OutMessage): SandboxContent {
  if (message.type === 'card')
    return { text: null, attachments: [], card: fit(message.card, sandboxCard).card, version: message.version };
  if (codePoints(message.text) > MAX_TEXT)
    throw new DeliveryError('permanent', `a text holds at most ${MAX_TEXT} characters`);
  return { text: message.text, attachments: message.attachments, card: null, version: null };
}

/** A write that failed may have arrived: its repeat under the same key settles it. */
async function settling<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw new DeliveryError('unknown', 'the sandbox could not reach its store');
    throw error;
  }
}

export function createPlatform(deps: {
  readonly store: SandboxStore;
  readonly clock: Clock;
  readonly world: World;
  readonly feed: Feed;
  readonly gate: ReturnType<typeof createGate>;
  /** Conversations in which a posted message cannot be changed. */
  readonly fixed: ReadonlySet<string>;
  /** What grants are signed with. */
  readonly secret: () => string;
}): Platform {
  const { store, clock, world, feed, gate, fixed } = deps;

  /** Null: this use of the grant was spent by somebody else meanwhile. */
  const insert = async (
    target: {
      conversation: string;
      visibleTo: string | null;
      key: string;
      sent: boolean;
      grant?: string;
      use?: number;
    },
    content: SandboxContent,
  ): Promise<SandboxMessage | null> => {
    const { key, ...rest } = target;
    let taken = false;
    const written = await feed.write(async (change) => {
      const row: SandboxMessage = {
        _id: postedId(key),
        ...rest,
        ...content,
        place: change,
        created: change,
        change,
        from: BOT,
        surface: content.card === null ? null : key,
        quote: null,
        at: clock.now(),
      };
      const outcome = await store.insert(row);
      taken = outcome === 'taken';
      return outcome === 'stored' ? row : null;
    });
    return taken ? null : (written ?? (await store.find(postedId(key))));
  };

  const soleReader = (conversation: string, visibleTo: string | null): string | null => {
    if (visibleTo !== null) return visibleTo;
    const chat = world.conversations.get(conversation);
    return chat?.kind === 'group' ? null : (chat?.members[0] ?? null);
  };

  /** False: swallowed. */
  const permit = (method: 'send' | 'update', conversation: string, visibleTo: string | null): boolean => {
    const verdict = gate({ method, conversation, member: soleReader(conversation, visibleTo) });
    if (verdict.kind === 'refuse')
      throw new DeliveryError('rate-limited', `limit "${verdict.limit}" is reached`, Math.ceil(verdict.retryAfterMs));
    return verdict.kind === 'pass';
  };

  return {
    soleReader,

    async post(conversation, message, key, visibleTo) {
      const chat = world.conversations.get(conversation);
      if (chat === undefined) throw new DeliveryError('gone', 'there is no such conversation');
      if (chat.bot === false) throw new DeliveryError('gone', 'the bot is not in this conversation');
      if (visibleTo !== null && !chat.members.includes(visibleTo))
        throw new DeliveryError('permanent', 'it is meant for somebody who is not in the conversation');
      const content = contentOf(message);
      if (permit('send', conversation, visibleTo))
        await settling(() => insert({ conversation, visibleTo, key, sent: true }, content));
      return { id: postedId(key) };
    },

    async redraw(ref, message) {
      const content = contentOf(message);
      const before = await settling(() => store.find(ref.id));
      if (before === null || before.from !== BOT) throw new DeliveryError('gone', 'there is no such message');
      if (fixed.has(before.conversation)) throw new DeliveryError('gone', 'messages cannot be changed here');
      if (permit('update', before.conversation, before.visibleTo))
        await settling(() => feed.write((change) => store.redraw(ref.id, content, change)));
      return ref;
    },

    async reply(grant, message, key) {
      const facts = readGrant(deps.secret(), grant);
      if (facts === null) throw new DeliveryError('permanent', 'the grant is not one of ours');
      if (clock.now().getTime() >= facts.expiresAt) throw new DeliveryError('gone', 'the grant has expired');
      const content = contentOf(message);
      await settling(async () => {
        for (;;) {
          if ((await store.find(postedId(key))) !== null) return;
          const use = await store.grantUses(facts.id);
          if (use >= GRANT_USES) throw new DeliveryError('gone', 'the grant is spent');
          const target = { conversation: facts.conversation, visibleTo: facts.user, key, sent: false };
          if ((await insert({ ...target, grant: facts.id, use }, content)) !== null) return;
        }
      });
    },

    async answer(event, message) {
      const target = {
        conversation: event.conversation,
        visibleTo: event.user,
        key: `answer:${event.id}`,
        sent: false,
      };
      const row = await insert(target, contentOf(message));
      if (row === null) throw new Error('an instant answer spends no grant');
      return row;
    },
  };
}
