import { describe, expect, it } from 'vitest';
import { buttonsOf, textOf } from './seen.ts';
import { read, richTextOf, typed } from './text.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const words = (text: string) => ({ type: 'text', text });

describe('what a person reads', () => {
  it('is the text, unescaped, when there are no blocks', () => {
    expect(textOf({ text: 'a &amp;lt; <https://x.cn|here> <!date^1^{time}|9:00> <@U1|lilei> <#C1>' })).toBe(
      'a &lt; here 9:00 @lilei #C1',
    );
  });

  it('is every block in order when there are', () => {
    const blocks = [
      { type: 'header', text: plain('T-4821 <x>') },
      { type: 'section', text: mrkdwn('a &lt; b'), fields: [mrkdwn('one'), plain('two')] },
      { type: 'divider' },
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [words('see '), { type: 'link', url: 'https://x.cn' }, { type: 'emoji', name: 'wave' }],
          },
          { type: 'rich_text_quote', elements: [words('first\nsecond')] },
          {
            type: 'rich_text_list',
            style: 'ordered',
            elements: [
              { type: 'rich_text_section', elements: [words('x')] },
              { type: 'rich_text_section', elements: [words('y')] },
            ],
          },
        ],
      },
      { type: 'context', elements: [mrkdwn('at 9:00'), { type: 'image', alt_text: 'cup' }] },
      { type: 'actions', elements: [{ type: 'button', text: plain('Claim') }] },
    ];
    expect(textOf({ text: 'not this', blocks }).split('\n')).toEqual([
      'T-4821 <x>',
      'a < b',
      'one',
      'two',
      'see https://x.cn:wave:',
      '> first',
      '> second',
      '1. x',
      '2. y',
      'at 9:00',
      'cup',
    ]);
  });

  it('can be pressed', () => {
    const option = { text: plain('High'), value: 'p1' };
    const blocks = [
      {
        type: 'section',
        block_id: 's',
        text: plain('x'),
        accessory: { type: 'overflow', action_id: 'more', options: [option] },
      },
      {
        type: 'actions',
        block_id: 'a',
        elements: [
          {
            type: 'button',
            action_id: 'claim',
            text: plain('Claim'),
            value: 'T-1',
            style: 'primary',
            url: 'https://x.cn',
          },
        ],
      },
      {
        type: 'input',
        block_id: 'i',
        label: plain('Title'),
        element: { type: 'plain_text_input', action_id: 'title' },
      },
    ];
    const none = { value: null, url: null, style: null, options: [] };
    expect(buttonsOf({ blocks })).toEqual([
      {
        ...none,
        type: 'overflow',
        actionId: 'more',
        blockId: 's',
        label: '',
        options: [{ label: 'High', value: 'p1' }],
      },
      {
        ...none,
        type: 'button',
        actionId: 'claim',
        blockId: 'a',
        label: 'Claim',
        value: 'T-1',
        url: 'https://x.cn',
        style: 'primary',
      },
      { ...none, type: 'plain_text_input', actionId: 'title', blockId: 'i', label: 'Title' },
    ]);
  });
});

describe('what is typed', () => {
  it.each([
    ['a & b <c>', 'a &amp; b &lt;c&gt;'],
    ['<@U1> and <!here>', '<@U1> and <!here>'],
    ['see https://x.cn/a?b=1&c=2.', 'see <https://x.cn/a?b=1&amp;c=2>.'],
    ['看https://x.cn/a谢谢', '看<https://x.cn/a>谢谢'],
    ['to a.b@c.cn', 'to <mailto:a.b@c.cn|a.b@c.cn>'],
  ])('%s', (text, escaped) => {
    expect(typed(text)).toBe(escaped);
  });

  it('becomes rich text', () => {
    expect(richTextOf(typed('hi <@U1> :wave: a&b https://x.cn'), 'b')).toEqual({
      type: 'rich_text',
      block_id: 'b',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            words('hi '),
            { type: 'user', user_id: 'U1' },
            words(' '),
            { type: 'emoji', name: 'wave' },
            words(' a&b '),
            { type: 'link', url: 'https://x.cn' },
          ],
        },
      ],
    });
    expect(read(typed('a & <b> https://x.cn'))).toBe('a & <b> https://x.cn');
  });
});
