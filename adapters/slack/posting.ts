import type { ChatPostMessageArguments, MessageMetadata, WebClient } from '@slack/web-api';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import type { OutMessage, Ref } from '../adapter.ts';
import { codePoints } from '../shared/strings.ts';
import { cachedFor } from '../shared/cached.ts';
import { calling, read } from './client.ts';
import type { FilesOut } from './files-out.ts';
import { readGrant } from './grants.ts';
import { MAX_TEXT } from './limits.ts';
import { isAlone, isUser, readRef, refId, type Where } from './refs.ts';
import { renderCard, renderText, type Rendered } from './render.ts';
import type { Signer } from '../shared/signed.ts';

/** How our messages are known again: https://docs.slack.dev/messaging/message-metadata */
const EVENT_TYPE = 'gongdan_message';
/** How far back an earlier send is looked for, seconds: delivery asks within minutes. */
const SETTLE_S = 3_600;
const SETTLE_PAGE = 200;
const SETTLE_PAGES = 5;
/** Messages and answers remembered here. */
const MOST = 10_000;
const REPLY_MS = 8_000;

/** Words and cards as Slack takes them: posted, changed, shown to one person, found again. */
export interface Posting {
  send(to: string, message: OutMessage, key: string, visibleTo?: string): Promise<Ref>;
  settle(to: string, key: string, message: OutMessage, visibleTo?: string): Promise<Ref | null>;
  update(ref: Ref, message: OutMessage, key: string): Promise<Ref>;
  reply(secret: string, message: OutMessage, key: string): Promise<void>;
  /** The channel of somebody's direct conversation with the bot. */
  directOf(user: string): Promise<string>;
}

const found = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const posted = z.object({ channel: z.string(), ts: z.string() });
const whispered = z.object({ message_ts: z.string() });
const opened = z.object({ channel: z.object({ id: z.string() }) });

/** Refuses what can never be posted. `key` null: a private answer, whose buttons are those of no card of ours. */
function drawn(message: OutMessage, key: string | null): Rendered {
  if (message.type === 'card') {
    const surface = key === null ? null : (message.surface ?? key);
    return renderCard(message.card, { surface, version: message.version });
  }
  if (codePoints(message.text) > MAX_TEXT)
    throw new DeliveryError('permanent', `a text holds at most ${MAX_TEXT} characters`);
  return renderText(message.text);
}

const versionOf = (message: OutMessage): number => (message.type === 'card' ? message.version : 0);

/** What was sent, by the name that stays when it is changed. */
const metadataOf = (message: OutMessage, key: string): MessageMetadata => ({
  event_type: EVENT_TYPE,
  event_payload: {
    key: message.type === 'card' ? (message.surface ?? key) : key,
    version: versionOf(message),
  },
});

export function createPosting(deps: {
  readonly client: WebClient;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly files: FilesOut;
}): Posting {
  const { client, clock, signer, files } = deps;
  const directs = cachedFor<string>(clock, 24 * 3_600_000, MOST);
  /** The newest version that was shown, by message: Slack itself keeps no order among changes. */
  const shown = new Map<string, number>();
  /** Answers that were given, by key: a `response_url` would give them again. */
  const replied = new Map<string, true>();

  const remember = <V>(map: Map<string, V>, key: string, value: V): void => {
    map.delete(key);
    map.set(key, value);
    const [oldest] = map.keys();
    if (map.size > MOST && oldest !== undefined) map.delete(oldest);
  };

  const directOf = (user: string): Promise<string> =>
    directs.get(user, async () => {
      const answer = await calling('conversations.open', () => client.conversations.open({ users: user }));
      return read('conversations.open', opened, answer).channel.id;
    });

  /** The thread a message belongs into: only one of the same conversation. */
  const threadOf = (message: OutMessage): Where | null =>
    message.type === 'text' && message.thread !== undefined ? readRef(message.thread) : null;

  const whisper = async (to: string, user: string, { text, blocks }: Rendered, thread: string | null): Promise<Ref> => {
    // Of somebody who is not in the channel Slack says `user_not_in_channel`, which is for good: the conversation itself is there.
    const answer = await calling('chat.postEphemeral', () =>
      client.chat.postEphemeral({
        channel: to,
        user,
        text,
        blocks,
        ...(thread !== null && { thread_ts: thread }),
      }),
    );
    return { id: refId({ channel: to, ts: read('chat.postEphemeral', whispered, answer).message_ts }) };
  };

  const say = async (to: string, { text, blocks }: Rendered, metadata: MessageMetadata, thread: string | null) => {
    const args: ChatPostMessageArguments = {
      channel: to,
      text,
      blocks,
      metadata,
      unfurl_links: false,
      unfurl_media: false,
      ...(thread !== null && { thread_ts: thread }),
    };
    return read('chat.postMessage', posted, await calling('chat.postMessage', () => client.chat.postMessage(args)));
  };

  return {
    directOf,

    async send(to, message, key, visibleTo) {
      const thread = threadOf(message);
      if (visibleTo !== undefined && !isAlone(to)) return whisper(to, visibleTo, drawn(message, key), null);
      const channel = thread?.channel ?? (isUser(to) ? await directOf(to) : to);
      const attached = message.type === 'text' ? message.attachments : [];
      const content = drawn(message, key);
      // The files first, each noted as it goes: what is posted last is what a repeat finds.
      const last = await files.share(attached, { channel, thread: thread?.ts ?? null, key });
      if (message.type === 'text' && message.text.trim() === '' && attached.length > 0)
        return { id: `file:${last ?? 'none'}` };
      const at = await say(channel, content, metadataOf(message, key), thread?.ts ?? null);
      remember(shown, refId(at), versionOf(message));
      return { id: refId(at) };
    },

    async settle(to, key, message, visibleTo) {
      // Of what one person was shown nobody keeps anything: shown twice is the worst that can come of it.
      if (visibleTo !== undefined && !isAlone(to)) return null;
      const thread = threadOf(message);
      const channel = thread?.channel ?? (isUser(to) ? await directOf(to) : to);
      const name = metadataOf(message, key).event_payload['key'];
      const page = {
        channel,
        include_all_metadata: true,
        limit: SETTLE_PAGE,
        oldest: String(Math.floor(clock.now().getTime() / 1_000) - SETTLE_S),
      };
      let cursor: string | undefined;
      for (let i = 0; i < SETTLE_PAGES; i += 1) {
        const more = cursor === undefined ? page : { ...page, cursor };
        const method = thread === null ? 'conversations.history' : 'conversations.replies';
        const answer = await calling(method, () =>
          thread === null
            ? client.conversations.history(more)
            : client.conversations.replies({ ...more, ts: thread.ts }),
        );
        const { messages, response_metadata } = read(method, found, answer);
        const ours = messages.find(
          ({ metadata }) => metadata?.event_type === EVENT_TYPE && metadata.event_payload['key'] === name,
        );
        if (ours !== undefined) return { id: refId({ channel, ts: ours.ts }) };
        cursor = response_metadata?.next_cursor;
        if (cursor === undefined || cursor === '') return null;
      }
      return null;
    },

    async update(ref, message, key) {
      const where = readRef(ref.id);
      if (where === null) throw new DeliveryError('gone', 'there is no such message');
      const newest = shown.get(ref.id) ?? -1;
      if (message.type === 'card' && message.version < newest) return ref;
      const { text, blocks } = drawn(message, key);
      // What is left out stays as it was posted.
      const metadata = message.type === 'card' ? { metadata: metadataOf(message, key) } : {};
      await calling('chat.update', () => client.chat.update({ ...where, text, blocks, ...metadata }));
      remember(shown, ref.id, versionOf(message));
      return ref;
    },

    async reply(secret, message, key) {
      const grant = readGrant(signer, secret);
      if (grant === null) throw new DeliveryError('permanent', 'the grant is not one of ours');
      if (clock.now().getTime() >= grant.until) throw new DeliveryError('gone', 'the grant has expired');
      if (replied.has(key)) return;
      const content = drawn(message, null);
      if ('url' in grant) await respond(grant.url, content);
      else if (isAlone(grant.channel)) await say(grant.channel, content, metadataOf(message, key), grant.thread);
      else await whisper(grant.channel, grant.user, content, grant.thread);
      remember(replied, key, true);
    },
  };
}

/** Answers by a `response_url`, to the one who acted alone; what they pressed stays as it is. */
async function respond(url: string, { text, blocks }: Rendered): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text, blocks }),
      redirect: 'error',
      signal: AbortSignal.timeout(REPLY_MS),
    });
  } catch {
    throw new DeliveryError('unknown', 'response_url: no answer');
  }
  await response.body?.cancel();
  if (response.ok) return;
  if (response.status === 429) {
    const seconds = Number(response.headers.get('retry-after'));
    throw new DeliveryError('rate-limited', 'response_url: too many calls', seconds > 0 ? seconds * 1_000 : undefined);
  }
  if (response.status >= 500) throw new DeliveryError('unknown', `response_url: HTTP ${response.status}`);
  // Used five times, or older than half an hour: 404 (fact sheet, 2.7).
  throw new DeliveryError('gone', `response_url: HTTP ${response.status}`);
}
