import {
  boolean,
  every,
  isObject,
  lengthOf,
  list,
  measure,
  object,
  oneOf,
  say,
  string,
  url,
  type Check,
  type Rule,
  type Shape,
} from './block-kit-rules.ts';

const MENTION = /<(?:@([UW][A-Z0-9]+)|!(channel|here|everyone)|!subteam\^([A-Z0-9]+))(?:\|[^>]*)?>/g;
const NAMED = /(?:^|[\s(])@(channel|here|everyone)\b/g;

/** Says of every mention that would notify somebody, unless it is allowed. `linked`: bare names are linked as well (`link_names`). */
export function noMentions(text: string, at: string, check: Check, linked = false): void {
  const found = [...text.matchAll(MENTION), ...(linked ? text.matchAll(NAMED) : [])];
  for (const match of found) mention(match[1] ?? match[2] ?? match[3] ?? '', match[0].trim(), at, check);
}

export function mention(id: string, as: string, at: string, check: Check): void {
  if (!check.mentions.has(id)) say(check, at, 'mention', 'nobody is notified', as);
}

/** A text object. `kinds`: `plain` where nothing is parsed, `any` where mrkdwn may stand as well. */
export const text =
  (max: number, kinds: 'plain' | 'mrkdwn' | 'any', min = 1): Rule =>
  (value, at, check) => {
    const allowed = kinds === 'any' ? ['plain_text', 'mrkdwn'] : [kinds === 'plain' ? 'plain_text' : 'mrkdwn'];
    const type = isObject(value) ? value['type'] : undefined;
    object({
      required: { type: oneOf(...allowed), text: string(max, min) },
      optional: type === 'mrkdwn' ? { verbatim: boolean } : { emoji: boolean },
    })(value, at, check);
    const words = isObject(value) ? value['text'] : undefined;
    if (type === 'mrkdwn' && typeof words === 'string') noMentions(words, `${at}/text`, check);
  };

export const style = oneOf('primary', 'danger');

export const confirm = object({
  required: { text: text(300, 'any') },
  optional: { title: text(100, 'plain'), confirm: text(30, 'plain'), deny: text(30, 'plain'), style },
});

const optionShape = (kinds: 'plain' | 'any', more: Shape['optional'] = {}): Shape => ({
  required: { text: text(75, kinds), value: string(75, 1) },
  optional: { description: text(75, kinds), ...more },
});

/** Of selects: plain text. */
export const option = object(optionShape('plain'));
/** Of checkboxes and radio buttons: mrkdwn as well. */
export const markedOption = object(optionShape('any'));
export const overflowOption = object(optionShape('plain', { url }));

export const optionGroup = object({ required: { label: text(75, 'plain'), options: list(option, 1, 100) } });

export const dispatchConfig = object({
  required: { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) },
});

export const conversationFilter = object({
  required: {},
  optional: {
    include: list(oneOf('im', 'mpim', 'private', 'public'), 1, 4),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
  whole: (value, at, check) => {
    if (Object.keys(value).length === 0) say(check, at, 'missing', 'at least one field', value);
  },
});

const slackFile = object({
  required: {},
  optional: { id: string(255, 1), url },
  whole: (value, at, check) => {
    if ((value['id'] === undefined) === (value['url'] === undefined))
      say(check, at, 'missing', 'either id or url', value);
  },
});

/** What a picture of either kind is made of; `more`: what a block has besides. */
export const picture = (more: Shape['optional'] = {}): Shape => ({
  required: { type: oneOf('image'), alt_text: string(2000, 1) },
  optional: { image_url: url, slack_file: slackFile, ...more },
  whole: (value, at, check) => {
    if ((value['image_url'] === undefined) === (value['slack_file'] === undefined))
      say(check, at, 'missing', 'either image_url or slack_file', value);
  },
});

const payload: Rule = (value, at, check) => {
  if (!isObject(value)) say(check, at, 'type', 'an object', value);
};

/** What an app attaches to a message for itself; together at most 8,000 characters. */
export const metadata = every(
  object({ required: { event_type: string(255, 1), event_payload: payload } }),
  (value, at, check) => {
    measure(JSON.stringify(value) ?? '', 0, 8000, at, check);
  },
);

/** One whole number of code points for everything that was serialised. */
export const serialised = (value: unknown): number => lengthOf(JSON.stringify(value) ?? '');
