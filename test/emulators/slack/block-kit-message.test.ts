import { describe, expect, it } from 'vitest';
import { checkBlocks, checkMessage, checkView } from './block-kit.ts';
import type { Json } from './block-kit-rules.ts';
import * as s from './block-kit-samples.ts';
import { sample, type Sample } from './block-kit-samples.ts';

const { input, mrkdwn, modal, plain, rich, richSection, section, times, x } = s;

/** A message whose blocks have exactly so many characters, serialised. */
function sized(characters: number): Json {
  const bare = (n: number): Json[] => [
    section({ text: mrkdwn(3000) }),
    section({ text: mrkdwn(3000) }),
    section({ text: mrkdwn(3000) }),
    section({ text: mrkdwn(n) }),
  ];
  const rest = characters - JSON.stringify(bare(1)).length + 1;
  return { text: 'x', blocks: bare(rest) };
}

const metadata = (payload: unknown): Json => ({ event_type: 'x', event_payload: payload });
const padded = (length: number): Json => {
  const bare = JSON.stringify(metadata({ p: '' })).length;
  return metadata({ p: 'x'.repeat(length - bare) });
};

const MESSAGES: readonly Sample[] = [
  sample('text', { text: x(4000) }, { text: x(4001) }, '/text', 'text_too_long'),
  sample('text with blocks', { text: 'x', blocks: [section()] }, { blocks: [section()] }, '/text', 'text_missing'),
  sample('text not empty', { text: 'x' }, { text: '' }, '/text', 'text_missing'),
  sample(
    'blocks',
    { text: 'x', blocks: times(50, () => section()) },
    { text: 'x', blocks: times(51, () => section()) },
    '/blocks',
    'too_many',
  ),
  sample('all blocks together', sized(10_000), sized(10_001), '/blocks', 'blocks_too_large'),
  sample('markdown_text', { markdown_text: x(12_000) }, { markdown_text: x(12_001) }, '/markdown_text', 'too_long'),
  sample(
    'markdown_text alone',
    { markdown_text: 'x' },
    { markdown_text: 'x', text: 'x' },
    '/markdown_text',
    'conflict',
  ),
  sample(
    'attachments',
    { text: 'x', attachments: times(100, () => ({})) },
    { text: 'x', attachments: times(101, () => ({})) },
    '/attachments',
    'too_many',
  ),
  sample(
    'attachment footer',
    { text: 'x', attachments: [{ footer: x(300) }] },
    { text: 'x', attachments: [{ footer: x(301) }] },
    '/attachments/0/footer',
    'too_long',
  ),
  sample(
    'metadata size',
    { text: 'x', metadata: padded(8000) },
    { text: 'x', metadata: padded(8001) },
    '/metadata',
    'too_long',
  ),
  sample(
    'metadata type',
    { text: 'x', metadata: padded(50) },
    { text: 'x', metadata: { event_type: 'x' } },
    '/metadata/event_payload',
    'missing',
  ),
];

const heavy = (bytes: number): Json => {
  const blocks = (n: number): Json[] => [
    ...times(84, () => section({ text: { type: 'plain_text', text: 'x'.repeat(2900) } })),
    section({ text: { type: 'plain_text', text: 'x'.repeat(n) } }),
  ];
  const rest = bytes - Buffer.byteLength(JSON.stringify(modal({ blocks: blocks(1) }))) + 1;
  return modal({ blocks: blocks(rest) });
};

const inModal = (element: Json, more: Json = {}): Json => modal({ submit: plain(), blocks: [input(element, more)] });
const typing = (more: Json): Json => inModal({ type: 'plain_text_input', ...more });
const home = (more: Json = {}): Json => ({ type: 'home', blocks: [section()], ...more });
const focused = (second: boolean): Json =>
  modal({
    submit: plain(),
    blocks: [
      input({ type: 'plain_text_input', focus_on_load: true }),
      input({ type: 'plain_text_input', focus_on_load: second }),
    ],
  });

const VIEWS: readonly Sample[] = [
  sample('type', modal(), { ...modal(), type: 'dialog' }, '/type', 'unknown_type'),
  sample('title', modal({ title: plain(24) }), modal({ title: plain(25) }), '/title/text', 'too_long'),
  sample('title is plain', modal(), modal({ title: mrkdwn() }), '/title/type', 'not_allowed'),
  sample('submit', modal({ submit: plain(24) }), modal({ submit: plain(25) }), '/submit/text', 'too_long'),
  sample('close', modal({ close: plain(24) }), modal({ close: plain(25) }), '/close/text', 'too_long'),
  sample('submit with inputs', typing({}), modal({ blocks: [input()] }), '/submit', 'missing'),
  sample(
    'blocks',
    modal({ blocks: times(100, () => section()) }),
    modal({ blocks: times(101, () => section()) }),
    '/blocks',
    'too_many',
  ),
  sample('blocks not empty', modal(), modal({ blocks: [] }), '/blocks', 'too_few'),
  sample(
    'blocks of a home',
    home({ blocks: times(100, () => section()) }),
    home({ blocks: times(101, () => section()) }),
    '/blocks',
    'too_many',
  ),
  sample('a home has no title', home(), home({ title: plain() }), '/title', 'unknown_key'),
  sample(
    'input in a home',
    home({ blocks: [input()] }),
    home({ blocks: [input({ type: 'button', text: plain() })] }),
    '/blocks/0/element/type',
    'not_allowed',
  ),
  sample(
    'private_metadata',
    modal({ private_metadata: x(3000) }),
    modal({ private_metadata: x(3001) }),
    '/private_metadata',
    'too_long',
  ),
  sample('callback_id', modal({ callback_id: x(255) }), modal({ callback_id: x(256) }), '/callback_id', 'too_long'),
  sample('external_id', modal({ external_id: x(255) }), modal({ external_id: x(256) }), '/external_id', 'too_long'),
  sample('the whole', heavy(250_000), heavy(250_001), '', 'view_too_large'),
  sample('focus_on_load', focused(false), focused(true), '/blocks/1/element/focus_on_load', 'duplicate'),
  sample(
    'input.label',
    inModal({ type: 'plain_text_input' }, { label: plain(2000) }),
    inModal({ type: 'plain_text_input' }, { label: plain(2001) }),
    '/blocks/0/label/text',
    'too_long',
  ),
  sample(
    'input.hint',
    inModal({ type: 'plain_text_input' }, { hint: plain(2000) }),
    inModal({ type: 'plain_text_input' }, { hint: plain(2001) }),
    '/blocks/0/hint/text',
    'too_long',
  ),
  sample(
    'min_length',
    typing({ min_length: 3000 }),
    typing({ min_length: 3001 }),
    '/blocks/0/element/min_length',
    'too_big',
  ),
  sample(
    'max_length',
    typing({ max_length: 3000 }),
    typing({ max_length: 3001 }),
    '/blocks/0/element/max_length',
    'too_big',
  ),
  sample(
    'max_length not zero',
    typing({ max_length: 1 }),
    typing({ max_length: 0 }),
    '/blocks/0/element/max_length',
    'too_small',
  ),
  sample(
    'min_length below max_length',
    typing({ min_length: 5, max_length: 5 }),
    typing({ min_length: 6, max_length: 5 }),
    '/blocks/0/element/min_length',
    'too_big',
  ),
  sample(
    'initial_value',
    typing({ initial_value: x(5), max_length: 5 }),
    typing({ initial_value: x(6), max_length: 5 }),
    '/blocks/0/element/initial_value',
    'too_long',
  ),
  sample(
    'file_input',
    inModal({ type: 'file_input', max_files: 10 }),
    inModal({ type: 'file_input', max_files: 11 }),
    '/blocks/0/element/max_files',
    'too_big',
  ),
  sample(
    'number_input',
    inModal({ type: 'number_input', is_decimal_allowed: false }),
    inModal({ type: 'number_input' }),
    '/blocks/0/element/is_decimal_allowed',
    'missing',
  ),
];

describe('a message', () => {
  it.each(MESSAGES)('$what', ({ kept, broken, pointer, code }) => {
    expect(s.ofMessage(kept as Json)).toEqual([]);
    expect(s.ofMessage(broken as Json)).toEqual([{ pointer, code }]);
  });
});

describe('a view', () => {
  it.each(VIEWS)('$what', ({ kept, broken, pointer, code }) => {
    expect(s.ofView(kept)).toEqual([]);
    expect(s.ofView(broken)).toEqual([{ pointer: `/view${pointer}`, code }]);
  });
});

describe('a mention', () => {
  const asText = (text: string): Json => ({ text });
  const asSection = (text: string): Json => ({ text: 'x', blocks: [section({ text: { type: 'mrkdwn', text } })] });
  const asRich = (element: Json): Json => ({ text: 'x', blocks: [rich(richSection(element))] });
  const cases: readonly (readonly [string, Json, string, string])[] = [
    ['everybody in text', asText('hi <!channel>'), '/text', 'channel'],
    ['everybody with a label', asText('<!here|here>'), '/text', 'here'],
    ['somebody in a section', asSection('<@U12AB>'), '/blocks/0/text/text', 'U12AB'],
    ['a group in a section', asSection('<!subteam^S1|@team>'), '/blocks/0/text/text', 'S1'],
    ['everybody in markdown', { markdown_text: '<!everyone>' }, '/markdown_text', 'everyone'],
    [
      'everybody in a markdown block',
      { text: 'x', blocks: [{ type: 'markdown', text: '<!everyone>' }] },
      '/blocks/0/text',
      'everyone',
    ],
    ['a broadcast', asRich({ type: 'broadcast', range: 'here' }), '/blocks/0/elements/0/elements/0/range', 'here'],
    ['a user element', asRich({ type: 'user', user_id: 'U1' }), '/blocks/0/elements/0/elements/0/user_id', 'U1'],
    [
      'a usergroup element',
      asRich({ type: 'usergroup', usergroup_id: 'S1' }),
      '/blocks/0/elements/0/elements/0/usergroup_id',
      'S1',
    ],
    ['a bare name that is linked', { text: 'hi @here', link_names: true }, '/text', 'here'],
  ];

  it.each(cases)('of %s is a finding unless it is allowed', (_, args, pointer, id) => {
    expect(s.ofMessage(args)).toEqual([{ pointer, code: 'mention' }]);
    expect(checkMessage(args, { mentions: [id] })).toEqual([]);
  });

  it('is none when it is escaped, plain or rich text', () => {
    expect(
      s.ofMessage({
        text: '&lt;!channel&gt; @here <https://x.cn|x> <#C1>',
        blocks: [
          section({ text: { type: 'plain_text', text: '<!channel>' } }),
          rich(richSection(s.words('<!channel>'))),
        ],
      }),
    ).toEqual([]);
  });

  it('is looked for in views and in blocks alone', () => {
    const blocks = [section({ text: { type: 'mrkdwn', text: '<!here>' } })];
    expect(checkView(modal({ blocks })).map((f) => f.code)).toEqual(['mention']);
    expect(checkBlocks(blocks, 'home').map((f) => f.code)).toEqual(['mention']);
  });
});
