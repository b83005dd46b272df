import { mention } from './block-kit-objects.ts';
import {
  boolean,
  integer,
  list,
  matches,
  object,
  oneOf,
  string,
  typed,
  url,
  type Rule,
  type Shape,
} from './block-kit-rules.ts';

const textStyle = object({
  required: {},
  optional: { bold: boolean, italic: boolean, strike: boolean, code: boolean, underline: boolean },
});

const inline = (type: string, required: Shape['required'], more: Omit<Shape, 'required'> = {}): Rule =>
  object({
    ...more,
    required: { type: oneOf(type), ...required },
    optional: { style: textStyle, ...more.optional },
  });

const pinging = (key: string): NonNullable<Shape['whole']> => {
  return (value, at, check) => {
    mention(String(value[key]), `${String(value['type'])} ${String(value[key])}`, `${at}/${key}`, check);
  };
};

const INLINE: Readonly<Record<string, Rule>> = {
  text: inline('text', { text: string(3000, 1) }),
  link: inline('link', { url }, { optional: { text: string(3000, 1), unsafe: boolean } }),
  user: inline('user', { user_id: string(255, 1) }, { whole: pinging('user_id') }),
  usergroup: inline('usergroup', { usergroup_id: string(255, 1) }, { whole: pinging('usergroup_id') }),
  team: inline('team', { team_id: string(255, 1) }),
  channel: inline('channel', { channel_id: string(255, 1) }),
  emoji: inline('emoji', { name: string(255, 1) }, { optional: { unicode: string(255, 1), url } }),
  broadcast: inline('broadcast', { range: oneOf('here', 'channel', 'everyone') }, { whole: pinging('range') }),
  date: inline(
    'date',
    { timestamp: integer(0, 99_999_999_999), format: string(3000, 1) },
    { optional: { url, fallback: string(3000, 1) } },
  ),
  color: inline('color', { value: matches(/^#[0-9a-f]{6}$/i, 'a colour such as #1677ff') }),
};

const elements = (allowed: readonly string[] | null): Rule =>
  list(
    typed(() => INLINE, allowed),
    1,
    1000,
  );
const border = oneOf(0, 1);

const section = object({ required: { type: oneOf('rich_text_section'), elements: elements(null) } });

const CONTAINERS: Readonly<Record<string, Rule>> = {
  rich_text_section: section,
  rich_text_quote: object({
    required: { type: oneOf('rich_text_quote'), elements: elements(null) },
    optional: { border },
  }),
  rich_text_preformatted: object({
    required: { type: oneOf('rich_text_preformatted'), elements: elements(['text', 'link']) },
    optional: { border },
  }),
  rich_text_list: object({
    required: {
      type: oneOf('rich_text_list'),
      style: oneOf('bullet', 'ordered'),
      elements: list(
        typed(() => CONTAINERS, ['rich_text_section']),
        1,
        1000,
      ),
    },
    optional: { indent: integer(0, 8), offset: integer(0, 10_000), border },
  }),
};

/** The elements of a `rich_text` block. */
export const richTextElements = list(
  typed(() => CONTAINERS, null),
  1,
  1000,
);

/** A `rich_text` that stands inside of something else: a table's cell, the value of an input. */
export const richText = object({
  required: { type: oneOf('rich_text'), elements: richTextElements },
  optional: { block_id: string(255, 1) },
});
