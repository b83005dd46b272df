import { describe, expect, it } from 'vitest';
import type { Json } from './block-kit-rules.ts';
import * as s from './block-kit-samples.ts';
import { sample, type Sample } from './block-kit-samples.ts';

const { actions, button, mrkdwn, option, options, plain, select, times, x } = s;

const confirm = (more: Json = {}): Json => button({ confirm: { text: plain(), ...more } });
const image = (more: Json = {}): Json => ({ type: 'image', image_url: s.url(20), alt_text: 'x', ...more });

/** Every sample is the block `actions` of a message. */
const ELEMENTS: readonly Sample[] = [
  sample(
    'actions',
    actions(...times(25, () => button())),
    actions(...times(26, () => button())),
    '/elements',
    'too_many',
  ),
  sample('actions not empty', actions(button()), actions(), '/elements', 'too_few'),
  sample('actions hold no image', actions(button()), actions(image()), '/elements/0/type', 'not_allowed'),
  sample('a known element', actions(button()), actions({ type: 'knob' }), '/elements/0/type', 'unknown_type'),
  sample(
    'action_id',
    actions(button({ action_id: x(255) })),
    actions(button({ action_id: x(256) })),
    '/elements/0/action_id',
    'too_long',
  ),
  sample(
    'action_id once per block',
    actions(button({ action_id: 'a' }), button({ action_id: 'b' })),
    actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
    '/elements/1/action_id',
    'duplicate',
  ),
  sample(
    'button.text',
    actions(button({ text: plain(75) })),
    actions(button({ text: plain(76) })),
    '/elements/0/text/text',
    'too_long',
  ),
  sample(
    'button.text is plain',
    actions(button()),
    actions(button({ text: mrkdwn() })),
    '/elements/0/text/type',
    'not_allowed',
  ),
  sample('button needs text', actions(button()), actions({ type: 'button' }), '/elements/0/text', 'missing'),
  sample(
    'button.value',
    actions(button({ value: x(2000) })),
    actions(button({ value: x(2001) })),
    '/elements/0/value',
    'too_long',
  ),
  sample(
    'button.url',
    actions(button({ url: s.url(3000) })),
    actions(button({ url: s.url(3001) })),
    '/elements/0/url',
    'too_long',
  ),
  sample(
    'button.url is one',
    actions(button({ url: s.url(20) })),
    actions(button({ url: 'x' })),
    '/elements/0/url',
    'format',
  ),
  sample(
    'button.accessibility_label',
    actions(button({ accessibility_label: x(75) })),
    actions(button({ accessibility_label: x(76) })),
    '/elements/0/accessibility_label',
    'too_long',
  ),
  sample(
    'button.style',
    actions(button({ style: 'danger' })),
    actions(button({ style: 'warning' })),
    '/elements/0/style',
    'not_allowed',
  ),
  sample(
    'confirm.title',
    actions(confirm({ title: plain(100) })),
    actions(confirm({ title: plain(101) })),
    '/elements/0/confirm/title/text',
    'too_long',
  ),
  sample(
    'confirm.text',
    actions(confirm({ text: plain(300) })),
    actions(confirm({ text: plain(301) })),
    '/elements/0/confirm/text/text',
    'too_long',
  ),
  sample(
    'confirm.confirm',
    actions(confirm({ confirm: plain(30) })),
    actions(confirm({ confirm: plain(31) })),
    '/elements/0/confirm/confirm/text',
    'too_long',
  ),
  sample(
    'confirm.deny',
    actions(confirm({ deny: plain(30) })),
    actions(confirm({ deny: plain(31) })),
    '/elements/0/confirm/deny/text',
    'too_long',
  ),
  sample(
    'confirm.style',
    actions(confirm({ style: 'primary' })),
    actions(confirm({ style: 'x' })),
    '/elements/0/confirm/style',
    'not_allowed',
  ),
  sample(
    'select options',
    actions(select({ options: options(100) })),
    actions(select({ options: options(101) })),
    '/elements/0/options',
    'too_many',
  ),
  sample('select not empty', actions(select()), actions(select({ options: [] })), '/elements/0/options', 'too_few'),
  sample('select has options', actions(select()), actions({ type: 'static_select' }), '/elements/0/options', 'missing'),
  sample(
    'select placeholder',
    actions(select({ placeholder: plain(150) })),
    actions(select({ placeholder: plain(151) })),
    '/elements/0/placeholder/text',
    'too_long',
  ),
  sample(
    'select initial_option',
    actions(select({ initial_option: option('v0') })),
    actions(select({ initial_option: option('v1') })),
    '/elements/0/initial_option',
    'not_allowed',
  ),
  sample(
    'option groups',
    actions({ type: 'static_select', option_groups: times(100, () => ({ label: plain(), options: options(1) })) }),
    actions({ type: 'static_select', option_groups: times(101, () => ({ label: plain(), options: options(1) })) }),
    '/elements/0/option_groups',
    'too_many',
  ),
  sample(
    'options of a group',
    actions({ type: 'static_select', option_groups: [{ label: plain(), options: options(100) }] }),
    actions({ type: 'static_select', option_groups: [{ label: plain(), options: options(101) }] }),
    '/elements/0/option_groups/0/options',
    'too_many',
  ),
  sample(
    'group label',
    actions({ type: 'static_select', option_groups: [{ label: plain(75), options: options(1) }] }),
    actions({ type: 'static_select', option_groups: [{ label: plain(76), options: options(1) }] }),
    '/elements/0/option_groups/0/label/text',
    'too_long',
  ),
  sample(
    'option text',
    actions(select({ options: [option('v', { text: plain(75) })] })),
    actions(select({ options: [option('v', { text: plain(76) })] })),
    '/elements/0/options/0/text/text',
    'too_long',
  ),
  sample(
    'option description',
    actions(select({ options: [option('v', { description: plain(75) })] })),
    actions(select({ options: [option('v', { description: plain(76) })] })),
    '/elements/0/options/0/description/text',
    'too_long',
  ),
  sample(
    'option value',
    actions(select({ options: [option(x(75))] })),
    actions(select({ options: [option(x(76))] })),
    '/elements/0/options/0/value',
    'too_long',
  ),
  sample(
    'option url only in overflow',
    actions({ type: 'overflow', options: [option('v', { url: s.url(3000) })] }),
    actions(select({ options: [option('v', { url: s.url(20) })] })),
    '/elements/0/options/0/url',
    'unknown_key',
  ),
  sample(
    'option url',
    actions({ type: 'overflow', options: [option('v', { url: s.url(3000) })] }),
    actions({ type: 'overflow', options: [option('v', { url: s.url(3001) })] }),
    '/elements/0/options/0/url',
    'too_long',
  ),
  sample(
    'overflow',
    actions({ type: 'overflow', options: options(5) }),
    actions({ type: 'overflow', options: options(6) }),
    '/elements/0/options',
    'too_many',
  ),
  sample(
    'overflow not empty',
    actions({ type: 'overflow', options: options(1) }),
    actions({ type: 'overflow', options: [] }),
    '/elements/0/options',
    'too_few',
  ),
  sample(
    'checkboxes',
    actions({ type: 'checkboxes', options: options(10) }),
    actions({ type: 'checkboxes', options: options(11) }),
    '/elements/0/options',
    'too_many',
  ),
  sample(
    'radio_buttons',
    actions({ type: 'radio_buttons', options: options(10) }),
    actions({ type: 'radio_buttons', options: options(11) }),
    '/elements/0/options',
    'too_many',
  ),
  sample(
    'max_selected_items',
    actions({ type: 'multi_users_select', max_selected_items: 1 }),
    actions({ type: 'multi_users_select', max_selected_items: 0 }),
    '/elements/0/max_selected_items',
    'too_small',
  ),
];

describe('an element', () => {
  it.each(ELEMENTS)('$what', ({ kept, broken, pointer, code }) => {
    expect(s.ofBlocks([kept], 'message')).toEqual([]);
    expect(s.ofBlocks([broken], 'message')).toEqual([{ pointer: `/blocks/0${pointer}`, code }]);
  });
});
