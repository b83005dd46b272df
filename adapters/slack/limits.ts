import type { CardLimits } from '../../cards/fit.ts';
import type { Limit } from '../adapter.ts';

// Numbers of sections 4.3 and 5 of the fact sheet; what Slack leaves open is said where it is chosen.

const SECOND = 1_000;
const MINUTE = 60_000;

const RATES = 'https://docs.slack.dev/apis/web-api/rate-limits';
const UPDATE = 'https://docs.slack.dev/reference/methods/chat.update';

export const slackLimits: readonly Limit[] = [
  {
    name: 'slack-post',
    per: 'conversation',
    method: 'send',
    // One in a second leaves nothing to keep: what is urgent has the next second.
    count: 1,
    windowMs: SECOND,
    source: RATES,
  },
  {
    name: 'slack-workspace',
    per: 'app',
    method: 'send',
    // The page says that there is such a cap and not how high it is; operators report several hundred a minute. This stays well below.
    count: 200,
    windowMs: MINUTE,
    source: RATES,
    reserve: { urgent: 40, redraw: 0 },
  },
  {
    name: 'slack-update',
    per: 'app',
    method: 'update',
    // Tier 3.
    count: 50,
    windowMs: MINUTE,
    source: UPDATE,
    reserve: { urgent: 10, redraw: 0 },
  },
];

/** Most code points of one text message: what `chat.update` takes, and what its blocks hold when every character of it has to be escaped in JSON. */
export const MAX_TEXT = 4_000;

/** Most characters of the `text` argument, after escaping. */
export const MAX_TEXT_ARGUMENT = 4_000;

/** Characters (code points) of one text object or rich text element. */
export const MAX_ELEMENT = 3_000;
export const MAX_HEADER = 150;
export const MAX_LABEL = 75;
/** Older pages say 75, newer ones 150. */
export const MAX_OPTION_VALUE = 75;
export const MAX_BUTTON_VALUE = 2_000;
export const MAX_OPTIONS = 100;
export const MAX_OVERFLOW = 5;
export const MAX_ELEMENTS = 25;
export const MAX_ID = 255;
export const MAX_URL = 3_000;

/** Rows of a list of which none has a button: they are lines of one block. */
export const MAX_QUIET_ROWS = 60;

/** What a message's card can hold. Pictures stand in the card's thread: on the card they are lines. */
export const slackCard: CardLimits = {
  title: 300,
  summary: 300,
  line: 300,
  // A text that is to be copied must come whole.
  text: 4_000,
  fieldLabel: 60,
  fieldValue: 1_000,
  label: MAX_LABEL,
  blocks: 40,
  images: 0,
  fields: 40,
  rows: 20,
  rowActions: 40,
  buttons: 5,
  menu: MAX_OPTIONS,
  // What Slack counts is the JSON around them as well: `refit` looks at that.
  characters: 8_000,
};

/** What is drawn may take: blocks, and characters (code points) of them as JSON. */
export interface Room {
  readonly limits: CardLimits;
  readonly blocks: number;
  readonly size: number;
}

/** A message: Slack refuses its blocks somewhere above 11,000 characters. */
export const MESSAGE_ROOM: Room = { limits: slackCard, blocks: 50, size: 9_999 };

/** The Home tab: 250 kB in UTF-8, in which a character may take three bytes. */
export const HOME_ROOM: Room = {
  limits: { ...slackCard, blocks: 90, rows: 40, rowActions: 80, fields: 80, characters: 30_000 },
  blocks: 100,
  size: 60_000,
};
