import type { CardLimits } from '../../cards/fit.ts';
import type { Limit, Quota } from '../adapter.ts';
import { robotAddress } from './places.ts';

// Numbers of sections 3 to 5 of the fact sheet; pages that are named by a word are those of open.dingtalk.com/document/development/. What DingTalk leaves open is said where it is chosen.

const SECOND = 1_000;
const MINUTE = 60_000;

const PAGES = 'https://open.dingtalk.com/document/development';
const CALLS = `${PAGES}/how-to-process-api-throttling-on-the-dingtalk-server`;
const ROBOT = 'https://open.dingtalk.com/document/group/custom-robot-access';

/** What the limits depend on. */
export interface LimitSettings {
  /** Calls of one API in a second that the enterprise's edition has. */
  readonly qps: number;
  readonly robots: readonly { readonly name: string }[];
}

/** Of every second, this share stays free: what is late may arrive in the next one, and answers to presses go beside delivery. */
const FREE = 4;

export function dingtalkLimits({ qps, robots }: LimitSettings): readonly Limit[] {
  const perSecond = Math.max(1, qps - Math.ceil(qps / FREE));
  const kept = Math.floor(perSecond / 5);
  const reserve = { urgent: kept, redraw: kept };
  const app = (method: 'send' | 'update'): Limit => ({
    name: `dingtalk-${method}`,
    per: 'app',
    method,
    count: perSecond,
    windowMs: SECOND,
    source: CALLS,
    ...(kept > 0 && { reserve }),
  });
  const conversation: Limit = {
    name: 'dingtalk-conversation',
    per: 'conversation',
    method: 'send',
    // What stands behind `send.too.fast` is not published: no more than what is known of robots (section 5).
    count: 20,
    windowMs: MINUTE,
    source: ROBOT,
    reserve: { urgent: 4, redraw: 0 },
  };
  const custom: Limit = {
    name: 'dingtalk-robot',
    per: 'conversation',
    method: 'send',
    // Twenty are allowed, and beyond them the robot is silent for ten minutes: one is left for what arrives late.
    count: 19,
    windowMs: MINUTE,
    conversations: robots.map(({ name }) => robotAddress(name)),
    source: ROBOT,
    reserve: { urgent: 4, redraw: 0 },
  };
  return [app('send'), app('update'), conversation, ...(robots.length > 0 ? [custom] : [])];
}

/** Beijing's months (section 3.3 does not say whose). */
const OFFSET_MS = 8 * 60 * MINUTE;

/** What the edition allows in a month: sends and cards count, contacts, tokens and webhooks do not (section 3.3). */
export const dingtalkQuota = ({
  monthlyCalls,
  robots,
}: Pick<LimitSettings, 'robots'> & { readonly monthlyCalls: number }): Quota => ({
  name: 'dingtalk-month',
  count: monthlyCalls,
  offsetMs: OFFSET_MS,
  except: robots.map(({ name }) => robotAddress(name)),
  setting: 'DINGTALK_MONTHLY_CALLS',
  source: 'https://open.dingtalk.com/document/development/billing-model',
});

/** Most code points of one text: at most four bytes each, they fill the eight parts of a card's body. */
export const MAX_TEXT = 2_000;

/** Bytes of one value of a card, as the table of `create-and-deliver-cards` has it; texts keep to it. */
export const MAX_VALUE_BYTES = 1_000;
/** Bytes of a value that is JSON or Markdown: cards of DingTalk's own carry more than the table says (section 9), all values together 100 kB. */
export const MAX_JSON_BYTES = 16_000;
/** Bytes of `msgParam` (`robot-message-type`). */
export const MAX_PARAM_BYTES = 15_000;
/** Bytes of what goes to a webhook (section 3.6). */
export const MAX_ROBOT_BYTES = 20_000;

/** Characters (code points) of Markdown that clients show whole (section 5). */
export const MAX_MARKDOWN = 3_500;

/** Bytes of an address that is linked. */
export const MAX_URL_BYTES = 600;
/** Code points of the words that a link sends: each takes twelve bytes at most. */
export const MAX_SENT_WORDS = 100;
/** Buttons of an ActionCard (`sampleActionCard5`). */
export const MAX_LINKS = 5;

const OWN: CardLimits = {
  title: 200,
  summary: 300,
  line: 200,
  // A text that is to be copied must come whole.
  text: 4_000,
  fieldLabel: 60,
  fieldValue: 1_000,
  label: 40,
  blocks: 40,
  images: 4,
  fields: 40,
  rows: 60,
  rowActions: 24,
  buttons: 5,
  menu: 40,
  // What counts is bytes: `refit` looks at them.
  characters: 8_000,
};

/** What a card can hold: on our own template, on DingTalk's public one, as links that send words. */
export const dingtalkCard = {
  own: OWN,
  // All of its buttons stand in one list, and it has neither pictures nor a menu. Beyond 3 500 characters Markdown is cut (section 5).
  public: { ...OWN, images: 0, rowActions: 10, menu: 0, characters: MAX_MARKDOWN },
  links: { ...OWN, images: 0, rowActions: MAX_LINKS, menu: 0, characters: MAX_MARKDOWN },
} as const satisfies Record<string, CardLimits>;

/** Bytes of a text as it is sent. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);
