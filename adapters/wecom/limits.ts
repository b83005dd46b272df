import type { Limit } from '../adapter.ts';

// Numbers of sections 3 to 5 of the fact sheet. Pages that are named by a number are those of developer.work.weixin.qq.com/document/path/.

const MINUTE = 60_000;
const HOUR = 3_600_000;

const page = (number: number): string => `https://developer.work.weixin.qq.com/document/path/${number}`;

/**
 * What goes beyond the limits of one member is dropped and nobody is told: WeCom lets 30 a minute through. Some stay free, for files and for
 * further parts of a long text, which go with one permit.
 */
const MEMBER_A_MINUTE = 24;
const MEMBER_AN_HOUR = 900;

export const wecomLimits: readonly Limit[] = [
  {
    name: 'wecom-member',
    per: 'member',
    method: 'send',
    count: MEMBER_A_MINUTE,
    windowMs: MINUTE,
    source: page(90236),
    // What cannot be changed is shown anew: boards are sent like everything else.
    reserve: { urgent: 8, redraw: 4 },
  },
  {
    name: 'wecom-member-hour',
    per: 'member',
    method: 'send',
    count: MEMBER_AN_HOUR,
    windowMs: HOUR,
    source: page(90236),
    reserve: { urgent: 200, redraw: 100 },
  },
  {
    name: 'wecom-conversation',
    per: 'conversation',
    method: 'send',
    // A message push takes 20 a minute, a group with the smart bot 30; one is left for what arrives late.
    count: 19,
    windowMs: MINUTE,
    source: page(99110),
    reserve: { urgent: 4, redraw: 3 },
  },
  {
    name: 'wecom-conversation-hour',
    per: 'conversation',
    method: 'send',
    // A group with the smart bot takes 1 000 an hour, changes and answers included.
    count: 800,
    windowMs: HOUR,
    source: page(101463),
    reserve: { urgent: 150, redraw: 100 },
  },
  // One interface takes 10 000 calls a minute (section 5.3); a part stays free for what is not counted here, such as tokens and files.
  { name: 'wecom-send', per: 'app', method: 'send', count: 6_000, windowMs: MINUTE, source: page(90312) },
  { name: 'wecom-update', per: 'app', method: 'update', count: 6_000, windowMs: MINUTE, source: page(90312) },
];

/** Bytes of one text message; WeCom cuts what is longer (section 3.1). */
export const MAX_TEXT_BYTES = 2_048;
/** Code points that a text may have: at most four bytes each, in three messages. */
export const MAX_TEXT = 1_500;
/** Messages that one text is split into at the most. */
export const MAX_PARTS = 3;
