import { describe, expect, it } from 'vitest';
import { checkBlocks, checkMessage, refusals } from './block-kit.ts';
import type { Json } from './block-kit-rules.ts';
import * as s from './block-kit-samples.ts';
import { sample, type Sample } from './block-kit-samples.ts';

const { actions, button, input, mrkdwn, plain, rich, richSection, section, times, words, x } = s;

const image = (more: Json = {}): Json => ({ type: 'image', image_url: s.url(20), alt_text: 'x', ...more });
const video = (more: Json = {}): Json => ({
  type: 'video',
  video_url: s.url(20),
  thumbnail_url: s.url(20),
  alt_text: 'x',
  title: plain(),
  ...more,
});
const cells = (count: number): Json[] => times(count, () => ({ type: 'raw_text', text: 'x' }));
const table = (rows: number, columns = 1, more: Json = {}): Json => ({
  type: 'table',
  rows: times(rows, () => cells(columns)),
  ...more,
});
const long = (characters: number): Json => ({
  type: 'table',
  rows: [times(4, () => ({ type: 'raw_text', text: x(characters / 4) }))],
});
const dataTable = (rows: number, more: Json = {}): Json => ({
  type: 'data_table',
  caption: 'x',
  rows: times(rows, () => cells(1)),
  ...more,
});
const list = (more: Json = {}): Json =>
  rich({ type: 'rich_text_list', style: 'bullet', elements: [richSection(words())], ...more });
const markdown = (count: number): Json => ({ type: 'markdown', text: x(count) });
const feedback = (label: number, value = 'v'): Json => ({
  type: 'context_actions',
  elements: [
    {
      type: 'feedback_buttons',
      positive_button: { text: plain(label), value },
      negative_button: { text: plain(), value: 'n' },
    },
  ],
});
const icons = (count: number): Json => ({
  type: 'context_actions',
  elements: times(count, () => ({ type: 'icon_button', icon: 'trash', text: plain() })),
});
const card = (more: Json): Json => ({ type: 'card', ...more });
const container = (children: number, more: Json = {}): Json => ({
  type: 'container',
  title: plain(),
  child_blocks: times(children, () => ({ type: 'divider' })),
  ...more,
});

/** Every sample is one block of a message; pointers are below it. */
const BLOCKS: readonly Sample[] = [
  sample('a known type', section(), { type: 'sectoin' }, '/type', 'unknown_type'),
  sample('a type', section(), { text: plain() }, '/type', 'missing'),
  sample('an object', section(), 'section', '', 'type'),
  sample('block_id', section({ block_id: x(255) }), section({ block_id: x(256) }), '/block_id', 'too_long'),
  sample('only known keys', section(), section({ color: 'red' }), '/color', 'unknown_key'),
  sample('section.text', section({ text: plain(3000) }), section({ text: plain(3001) }), '/text/text', 'too_long'),
  sample('section.text not empty', section(), section({ text: plain(0) }), '/text/text', 'too_short'),
  sample('section needs text or fields', section(), { type: 'section' }, '', 'missing'),
  sample(
    'section.text is mrkdwn or plain',
    section({ text: mrkdwn() }),
    section({ text: { type: 'markdown', text: 'x' } }),
    '/text/type',
    'not_allowed',
  ),
  sample(
    'section.fields',
    section({ fields: times(10, () => plain()) }),
    section({ fields: times(11, () => plain()) }),
    '/fields',
    'too_many',
  ),
  sample(
    'section.fields each',
    section({ fields: [mrkdwn(2000)] }),
    section({ fields: [mrkdwn(2001)] }),
    '/fields/0/text',
    'too_long',
  ),
  sample(
    'section.accessory is no input',
    section({ accessory: button() }),
    section({ accessory: { type: 'plain_text_input' } }),
    '/accessory/type',
    'not_allowed',
  ),
  sample(
    'header',
    { type: 'header', text: plain(150) },
    { type: 'header', text: plain(151) },
    '/text/text',
    'too_long',
  ),
  sample(
    'header is plain',
    { type: 'header', text: plain() },
    { type: 'header', text: mrkdwn() },
    '/text/type',
    'not_allowed',
  ),
  sample(
    'context',
    { type: 'context', elements: times(10, () => plain()) },
    { type: 'context', elements: times(11, () => plain()) },
    '/elements',
    'too_many',
  ),
  sample(
    'context not empty',
    { type: 'context', elements: [image()] },
    { type: 'context', elements: [] },
    '/elements',
    'too_few',
  ),
  sample('context_actions', icons(5), icons(6), '/elements', 'too_many'),
  sample('feedback text', feedback(75), feedback(76), '/elements/0/positive_button/text/text', 'too_long'),
  sample('input only in views', section(), input(), '/type', 'not_allowed'),
  sample('image_url', image({ image_url: s.url(3000) }), image({ image_url: s.url(3001) }), '/image_url', 'too_long'),
  sample('image alt_text', image({ alt_text: x(2000) }), image({ alt_text: x(2001) }), '/alt_text', 'too_long'),
  sample('image needs alt_text', image(), { type: 'image', image_url: s.url(20) }, '/alt_text', 'missing'),
  sample('image title', image({ title: plain(2000) }), image({ title: plain(2001) }), '/title/text', 'too_long'),
  sample('image has one source', image(), { type: 'image', alt_text: 'x' }, '', 'missing'),
  sample('markdown', markdown(12_000), markdown(12_001), '/text', 'too_long'),
  sample('table rows', table(100), table(101), '/rows', 'too_many'),
  sample('table cells', table(1, 20), table(1, 21), '/rows/0', 'too_many'),
  sample(
    'table columns',
    table(1, 1, { column_settings: times(20, () => ({ align: 'left' })) }),
    table(1, 1, { column_settings: times(21, () => ({ align: 'left' })) }),
    '/column_settings',
    'too_many',
  ),
  sample('table characters', long(10_000), long(10_004), '/rows', 'too_long'),
  sample('table cell', table(1), { type: 'table', rows: [[plain()]] }, '/rows/0/0/type', 'unknown_type'),
  sample('data_table rows', dataTable(101), dataTable(102), '/rows', 'too_many'),
  sample('data_table has a row besides the header', dataTable(2), dataTable(1), '/rows', 'too_few'),
  sample(
    'data_table page_size',
    dataTable(2, { page_size: 100 }),
    dataTable(2, { page_size: 101 }),
    '/page_size',
    'too_big',
  ),
  sample('data_table caption', dataTable(2), { type: 'data_table', rows: [cells(1), cells(1)] }, '/caption', 'missing'),
  sample('video title', video({ title: plain(200) }), video({ title: plain(201) }), '/title/text', 'too_long'),
  sample(
    'video description',
    video({ description: plain(200) }),
    video({ description: plain(201) }),
    '/description/text',
    'too_long',
  ),
  sample('video alt_text', video({ alt_text: x(200) }), video({ alt_text: x(201) }), '/alt_text', 'too_long'),
  sample('video author', video({ author_name: x(50) }), video({ author_name: x(51) }), '/author_name', 'too_long'),
  sample(
    'video provider',
    video({ provider_name: x(50) }),
    video({ provider_name: x(51) }),
    '/provider_name',
    'too_long',
  ),
  sample('card title', card({ title: mrkdwn(150) }), card({ title: mrkdwn(151) }), '/title/text', 'too_long'),
  sample(
    'card subtitle',
    card({ body: mrkdwn(), subtitle: mrkdwn(150) }),
    card({ body: mrkdwn(), subtitle: mrkdwn(151) }),
    '/subtitle/text',
    'too_long',
  ),
  sample('card body', card({ body: mrkdwn(200) }), card({ body: mrkdwn(201) }), '/body/text', 'too_long'),
  sample(
    'card actions',
    card({ actions: times(3, () => button()) }),
    card({ actions: times(4, () => button()) }),
    '/actions',
    'too_many',
  ),
  sample('card has something', card({ body: mrkdwn() }), card({ subtitle: mrkdwn() }), '', 'missing'),
  sample(
    'carousel',
    { type: 'carousel', elements: times(10, () => card({ body: mrkdwn() })) },
    { type: 'carousel', elements: times(11, () => card({ body: mrkdwn() })) },
    '/elements',
    'too_many',
  ),
  sample('container', container(10), container(11), '/child_blocks', 'too_many'),
  sample(
    'container title',
    container(1, { title: plain(150) }),
    container(1, { title: plain(151) }),
    '/title/text',
    'too_long',
  ),
  sample('alert', { type: 'alert', text: plain(200) }, { type: 'alert', text: plain(201) }, '/text/text', 'too_long'),
  sample('rich_text not empty', rich(richSection(words())), rich(), '/elements', 'too_few'),
  sample(
    'rich_text element',
    rich(richSection(words())),
    rich({ type: 'rich_text_table', elements: [words()] }),
    '/elements/0/type',
    'unknown_type',
  ),
  sample(
    'rich text',
    rich(richSection(words(x(3000)))),
    rich(richSection(words(x(3001)))),
    '/elements/0/elements/0/text',
    'too_long',
  ),
  sample(
    'rich text not empty',
    rich(richSection(words())),
    rich(richSection(words(''))),
    '/elements/0/elements/0/text',
    'too_short',
  ),
  sample(
    'rich text inline type',
    rich(richSection({ type: 'emoji', name: 'wave' })),
    rich(richSection({ type: 'bold', text: 'x' })),
    '/elements/0/elements/0/type',
    'unknown_type',
  ),
  sample(
    'rich text style',
    rich(richSection({ ...words(), style: { bold: true, italic: true, strike: true, code: true } })),
    rich(richSection({ ...words(), style: { loud: true } })),
    '/elements/0/elements/0/style/loud',
    'unknown_key',
  ),
  sample(
    'rich text link',
    rich(richSection({ type: 'link', url: s.url(20), text: 'x' })),
    rich(richSection({ type: 'link', text: 'x' })),
    '/elements/0/elements/0/url',
    'missing',
  ),
  sample(
    'rich_text_list style',
    list({ style: 'ordered' }),
    list({ style: 'roman' }),
    '/elements/0/style',
    'not_allowed',
  ),
  sample('rich_text_list indent', list({ indent: 8 }), list({ indent: 9 }), '/elements/0/indent', 'too_big'),
  sample(
    'rich_text_list holds sections',
    list(),
    list({ elements: [words()] }),
    '/elements/0/elements/0/type',
    'unknown_type',
  ),
  sample(
    'rich_text_quote',
    rich({ type: 'rich_text_quote', elements: [words()] }),
    rich({ type: 'rich_text_quote', elements: [richSection(words())] }),
    '/elements/0/elements/0/type',
    'unknown_type',
  ),
  sample(
    'rich_text_preformatted',
    rich({ type: 'rich_text_preformatted', elements: [words()] }),
    rich({ type: 'rich_text_preformatted', elements: [{ type: 'emoji', name: 'wave' }] }),
    '/elements/0/elements/0/type',
    'not_allowed',
  ),
];

describe('a block', () => {
  it.each(BLOCKS)('$what', ({ kept, broken, pointer, code }) => {
    expect(s.ofBlocks([kept], 'message')).toEqual([]);
    expect(s.ofBlocks([broken], 'message')).toEqual([{ pointer: `/blocks/0${pointer}`, code }]);
  });

  it('has its id alone', () => {
    expect(s.ofBlocks([section({ block_id: 'a' }), section({ block_id: 'b' })], 'message')).toEqual([]);
    expect(s.ofBlocks([section({ block_id: 'a' }), section({ block_id: 'a' })], 'message')).toEqual([
      { pointer: '/blocks/1/block_id', code: 'duplicate' },
    ]);
  });

  it('may use the action ids of another block', () => {
    expect(s.ofBlocks([actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))], 'message')).toEqual(
      [],
    );
  });

  it('counts code points, not UTF-16 units', () => {
    expect(s.ofBlocks([{ type: 'header', text: { type: 'plain_text', text: '😀'.repeat(150) } }], 'message')).toEqual(
      [],
    );
  });

  it('shares the characters of markdown with the others, and the message with one table', () => {
    expect(s.ofBlocks([markdown(6000), markdown(6000)], 'message')).toEqual([]);
    expect(s.ofBlocks([markdown(6000), markdown(6001)], 'message')).toEqual([
      { pointer: '/blocks/1/text', code: 'too_long' },
    ]);
    expect(s.ofBlocks([table(1), table(1)], 'message')).toEqual([{ pointer: '/blocks/1', code: 'too_many' }]);
  });

  it('says what was expected and what came, never the text itself', () => {
    expect(checkBlocks([section({ text: plain(3001) })], 'message', { where: 'chat.update' })).toEqual([
      {
        where: 'chat.update',
        pointer: '/blocks/0/text/text',
        code: 'too_long',
        expected: 'at most 3000 characters',
        got: '3001 characters',
      },
    ]);
    expect(refusals(checkMessage({ text: '<!here>' }))).toEqual([]);
  });
});
