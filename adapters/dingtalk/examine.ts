import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { aheadOf } from '../shared/ahead.ts';
import { askCallback, type CallbackAnswer } from '../shared/callback.ts';
import { createClient } from './client.ts';
import { exchange, read } from './exchange.ts';
import { codeOf, isDenied } from './failures.ts';
import { isGroup } from './places.ts';
import { publicTextVariables } from './public-card.ts';
import { textVariables } from './render.ts';
import { PROBE_HEADER, ROBOT_PATH } from './routes.ts';
import { PUBLIC_TEMPLATE } from './rungs.ts';
import { gateway } from './schema.ts';
import type { DingTalkSettings } from './settings.ts';
import { robotSignature } from './signature.ts';

/** DingTalk cannot be reached, or answers something that cannot be read. `code`: its word, null: it said none. */
interface Unreachable {
  readonly kind: 'unreachable';
  readonly code: string | null;
}
/** DingTalk did not say. `code`: its word for why, null: it said none. */
interface Unasked {
  readonly kind: 'unasked';
  readonly code: string | null;
}

/** What DingTalk says of the app's id and secret. */
export type CredentialsAnswer =
  /** How far our clock is ahead of DingTalk's, ms, to about a second; null: DingTalk did not say. */
  | { readonly kind: 'ok'; readonly aheadMs: number | null }
  /** `code` is DingTalk's word: `invalidClientIdOrSecret`. */
  | { readonly kind: 'refused'; readonly code: string }
  | Unreachable;

/** What the gateway says to a connection that is asked for, and not made. */
export type GatewayAnswer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly code: string }
  /** HTTP 400: the app is not published, the robot is not in Stream mode, or the address is not allowed (fact sheet, 1.4). */
  | { readonly kind: 'unready'; readonly code: string }
  | Unreachable;

/** What becomes of a card that is made of the template and delivered to nobody. */
export type TemplateAnswer =
  /** `denied`: the app may not make cards (`Card.Instance.Write`). */
  { readonly kind: 'ok' | 'missing' | 'unpublished' | 'denied' } | Unasked;

export type GroupAnswer =
  /** `outside`: the robot is not in it · `unknown`: there is no such group, or it is of another enterprise. */
  { readonly kind: 'ok' | 'outside' | 'unknown' } | Unasked;

/** What the member list says of somebody. */
export type ContactAnswer =
  /** `hasMobile`: their number came with it, which is a right of its own. */
  | { readonly kind: 'ok'; readonly hasMobile: boolean }
  | { readonly kind: 'denied'; readonly permission: 'qyapi_get_member' | 'qyapi_get_member_by_mobile' }
  /** There is nobody of that name, or the app may not see them. */
  | { readonly kind: 'unknown' }
  | Unasked;

/** What `gongdan doctor` asks DingTalk for one app; nothing of it throws. */
export interface Examiner {
  credentials(): Promise<CredentialsAnswer>;
  gateway(): Promise<GatewayAnswer>;
  /** Costs one call of the month; null: none is to be asked for. `id`: a name for the card that no other ever had. */
  template(id: string): Promise<TemplateAnswer | null>;
  /** Costs one call of the month. */
  group(conversation: string): Promise<GroupAnswer>;
  /** By user id, `mobile:13800138000` or `union:...`. */
  contact(ref: string): Promise<ContactAnswer>;
  /** Asks as DingTalk does when somebody speaks (HTTP mode). `challenge`: what has to come back. */
  callback(publicUrl: string, challenge: string): Promise<CallbackAnswer>;
  /** Takes a message of the bot's back, by its id in the chat; whether it is gone. Costs one call of the month. */
  remove(conversation: string, carrier: string): Promise<boolean>;
  /** What all of that has cost of the month so far, calls. */
  cost(): number;
}

const TOKEN = '/v1.0/oauth2/accessToken';
const GATEWAY = '/v1.0/gateway/connections/open';
const SUBSCRIPTIONS = [
  { type: 'EVENT', topic: '*' },
  { type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' },
  { type: 'CALLBACK', topic: '/v1.0/card/instances/callback' },
];

const token = z.object({ accessToken: z.string().min(1) });
const robotsIn = z.object({ chatbotInstanceVOList: z.array(z.object({ robotCode: z.string().nullish() })).nullish() });
const recalled = z.object({ successResult: z.array(z.string()).nullish() });
const member = z.object({ result: z.object({ mobile: z.string().nullish() }) });
const found = z.object({ result: z.object({ userid: z.string().min(1) }) });

const NO_TEMPLATE: ReadonlySet<string> = new Set(['param.templateNotExist', 'param.cardTemplateIdEmpty']);
const NOT_PUBLISHED: ReadonlySet<string> = new Set(['param.templateUnpublished', 'template.stopped']);

const READ_MEMBER = 'qyapi_get_member';
/** How other names of somebody are looked up (fact sheet, 5), and with which right. */
const LOOKUPS = [
  {
    prefix: 'mobile:',
    path: '/topapi/v2/user/getbymobile',
    name: 'mobile',
    permission: 'qyapi_get_member_by_mobile',
  },
  { prefix: 'union:', path: '/topapi/user/getbyunionid', name: 'unionid', permission: READ_MEMBER },
] as const;

const failureOf = (error: unknown): string | null => (error instanceof DeliveryError ? error.failure : null);
const unasked = (error: unknown): Unasked => ({ kind: 'unasked', code: codeOf(error) });

function refusedBy(error: unknown): { readonly kind: 'refused'; readonly code: string } | Unreachable {
  const code = codeOf(error);
  return code !== null && failureOf(error) === 'auth' ? { kind: 'refused', code } : { kind: 'unreachable', code };
}

export function createExaminer(deps: {
  readonly settings: DingTalkSettings & { readonly app: NonNullable<DingTalkSettings['app']> };
  readonly clock: Clock;
}): Examiner {
  const { settings, clock } = deps;
  const { app, apiUrl, oapiUrl } = settings;
  const client = createClient({ app, apiUrl, oapiUrl, clock });

  const contactOf = async (userid: string): Promise<ContactAnswer> => {
    try {
      const { result } = await client.old('/topapi/v2/user/get', member, { userid });
      return { kind: 'ok', hasMobile: (result.mobile ?? '') !== '' };
    } catch (error) {
      if (isDenied(error)) return { kind: 'denied', permission: READ_MEMBER };
      return failureOf(error) === 'gone' ? { kind: 'unknown' } : unasked(error);
    }
  };

  return {
    cost: () => client.counted(),

    async credentials() {
      const asked = clock.now();
      let aheadMs: number | null = null;
      try {
        const reply = await exchange({
          path: TOKEN,
          url: new URL(apiUrl + TOKEN),
          body: { appKey: app.clientId, appSecret: app.clientSecret },
          answered: (headers) => {
            aheadMs = aheadOf(headers.get('date'), asked, clock.now());
          },
        });
        read(TOKEN, token, reply);
        return { kind: 'ok', aheadMs };
      } catch (error) {
        return refusedBy(error);
      }
    },

    async gateway() {
      const { clientId, clientSecret } = app;
      const body = { clientId, clientSecret, ua: 'gongdan', subscriptions: SUBSCRIPTIONS };
      try {
        read(GATEWAY, gateway, await exchange({ path: GATEWAY, url: new URL(apiUrl + GATEWAY), body }));
        return { kind: 'ok' };
      } catch (error) {
        const code = codeOf(error);
        return code !== null && failureOf(error) === 'permanent' ? { kind: 'unready', code } : refusedBy(error);
      }
    },

    async template(id) {
      const { template } = settings;
      if (template === 'none') return null;
      const isPublic = template === 'public';
      try {
        await client.api('POST', '/v1.0/card/instances', z.unknown(), {
          cardTemplateId: isPublic ? PUBLIC_TEMPLATE : template,
          outTrackId: `gd-doctor-${id}`,
          cardData: { cardParamMap: isPublic ? publicTextVariables('') : textVariables('') },
          userIdType: 1,
        });
        return { kind: 'ok' };
      } catch (error) {
        const code = codeOf(error) ?? '';
        if (NO_TEMPLATE.has(code)) return { kind: 'missing' };
        if (NOT_PUBLISHED.has(code)) return { kind: 'unpublished' };
        return isDenied(error) ? { kind: 'denied' } : unasked(error);
      }
    },

    async group(openConversationId) {
      try {
        const body = { openConversationId };
        const answer = await client.api('POST', '/v1.0/robot/groups/robots/query', robotsIn, body);
        const isIn = (answer.chatbotInstanceVOList ?? []).some(({ robotCode }) => robotCode === app.robotCode);
        return { kind: isIn ? 'ok' : 'outside' };
      } catch (error) {
        return failureOf(error) === 'gone' ? { kind: 'unknown' } : unasked(error);
      }
    },

    async contact(ref) {
      const by = LOOKUPS.find(({ prefix }) => ref.startsWith(prefix));
      if (by === undefined) return contactOf(ref);
      try {
        const { result } = await client.old(by.path, found, { [by.name]: ref.slice(by.prefix.length) });
        return await contactOf(result.userid);
      } catch (error) {
        if (isDenied(error)) return { kind: 'denied', permission: by.permission };
        return failureOf(error) === 'gone' ? { kind: 'unknown' } : unasked(error);
      }
    },

    callback(publicUrl, challenge) {
      const timestamp = String(clock.now().getTime());
      const headers = { timestamp, sign: robotSignature(app.clientSecret, timestamp), [PROBE_HEADER]: '1' };
      const body = JSON.stringify({ challenge });
      return askCallback(clock, `${publicUrl}${ROBOT_PATH}`, { headers, body }, body);
    },

    async remove(conversation, carrier) {
      const { robotCode } = app;
      const processQueryKeys = [carrier];
      try {
        const { successResult } = isGroup(conversation)
          ? await client.api('POST', '/v1.0/robot/groupMessages/recall', recalled, {
              openConversationId: conversation,
              robotCode,
              processQueryKeys,
            })
          : await client.api('POST', '/v1.0/robot/otoMessages/batchRecall', recalled, { robotCode, processQueryKeys });
        return (successResult ?? []).includes(carrier);
      } catch {
        return false;
      }
    },
  };
}
