import { createHmac } from 'node:crypto';
import { WebClient } from '@slack/web-api';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { aheadOf } from '../shared/ahead.ts';
import { askCallback, type CallbackAnswer } from '../shared/callback.ts';
import { clientOptions, codeOf, failureOf } from './client.ts';
import { EVENTS_PATH, PROBE_HEADER } from './receiver.ts';
import type { Where } from './refs.ts';

/** What Slack says of a bot's token. */
export type TokenAnswer =
  | {
      readonly kind: 'ok';
      readonly workspace: string;
      readonly bot: string;
      /** Null: Slack did not say. */
      readonly scopes: readonly string[] | null;
      /** How far our clock is ahead of Slack's, ms, to about a second; null: Slack did not say. */
      readonly aheadMs: number | null;
    }
  /** `code` is Slack's word: `token_revoked`. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Slack cannot be reached, or answers something that cannot be read. */
  | { readonly kind: 'unreachable' };

/** What it says of a channel. */
export type ChannelAnswer =
  | { readonly kind: 'ok'; readonly name: string; readonly isArchived: boolean; readonly isMember: boolean }
  /** It does not exist, or is private and the bot is not in it: Slack says the same to both. */
  | { readonly kind: 'unknown' }
  /** Null: Slack could not be asked. */
  | { readonly kind: 'unasked'; readonly code: string | null };

/** What it says of the app-level token. */
export type SocketAnswer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unreachable' };

/** What `gongdan doctor` asks Slack; nothing of it throws. */
export interface Examiner {
  token(botToken: string): Promise<TokenAnswer>;
  channel(botToken: string, channel: string): Promise<ChannelAnswer>;
  socket(appToken: string): Promise<SocketAnswer>;
  /** Asks as Slack does when the address is put into the app's settings. `challenge`: what has to come back. */
  callback(publicUrl: string, signingSecret: string, challenge: string): Promise<CallbackAnswer>;
  /** Deletes a message of the bot's; whether it is gone. */
  remove(botToken: string, where: Where): Promise<boolean>;
}

const tested = z.object({
  team: z.string().optional(),
  user: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});
const asked = z.object({
  channel: z.object({
    name: z.string().optional(),
    is_archived: z.boolean().optional(),
    is_member: z.boolean().optional(),
  }),
});

export function createExaminer({ apiUrl, clock }: { readonly apiUrl: string; readonly clock: Clock }): Examiner {
  const client = (token: string): WebClient => new WebClient(token, clientOptions(apiUrl));

  const refusedBy = (method: string, error: unknown): { kind: 'refused'; code: string } | { kind: 'unreachable' } => {
    const code = codeOf(error);
    return code !== null && failureOf(method, error).failure === 'auth'
      ? { kind: 'refused', code }
      : { kind: 'unreachable' };
  };

  return {
    async token(botToken) {
      let aheadMs: number | null = null;
      const timed: typeof fetch = async (...call) => {
        const before = clock.now();
        const response = await fetch(...call);
        aheadMs = aheadOf(response.headers.get('date'), before, clock.now());
        return response;
      };
      try {
        const slack = new WebClient(botToken, { ...clientOptions(apiUrl), fetch: timed });
        const { team, user, response_metadata: meta } = tested.parse(await slack.auth.test());
        const scopes = meta?.scopes?.filter((scope) => scope !== '') ?? null;
        return { kind: 'ok', workspace: team ?? '', bot: user, scopes, aheadMs };
      } catch (error) {
        return refusedBy('auth.test', error);
      }
    },

    async channel(botToken, channel) {
      try {
        const read = asked.parse(await client(botToken).conversations.info({ channel })).channel;
        const { name = channel, is_archived: isArchived = false, is_member: isMember = false } = read;
        return { kind: 'ok', name, isArchived, isMember };
      } catch (error) {
        const code = codeOf(error);
        return code === 'channel_not_found' ? { kind: 'unknown' } : { kind: 'unasked', code };
      }
    },

    async socket(appToken) {
      try {
        await client(appToken).apps.connections.open();
        return { kind: 'ok' };
      } catch (error) {
        const code = codeOf(error);
        return code === 'missing_scope' ? { kind: 'refused', code } : refusedBy('apps.connections.open', error);
      }
    },

    callback(publicUrl, signingSecret, challenge) {
      const body = JSON.stringify({ type: 'url_verification', challenge });
      const timestamp = String(Math.floor(clock.now().getTime() / 1_000));
      const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
      const headers = {
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`,
        [PROBE_HEADER]: '1',
      };
      return askCallback(clock, `${publicUrl}${EVENTS_PATH}`, { headers, body }, JSON.stringify({ challenge }));
    },

    async remove(botToken, { channel, ts }) {
      try {
        await client(botToken).chat.delete({ channel, ts });
        return true;
      } catch (error) {
        return codeOf(error) === 'message_not_found';
      }
    },
  };
}
