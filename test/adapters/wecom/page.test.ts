import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STYLE } from '../../../adapters/wecom/page-style.ts';
import { readSent } from '../../../adapters/wecom/page-sent.ts';
import { cardActions, cardBody, formBody, openAt, pageOf, type Reading } from '../../../adapters/wecom/page.ts';
import type { Block, Card, Form, FormField } from '../../../cards/card.ts';
import { anyCard } from '../../support/any-card.ts';
import { act, aForm, aTicket, formsIn } from './paging.ts';

/** Cards and forms as pages. */

const ON: Reading = { locale: 'zh-CN', token: 'proof' };
const HOSTILE = `</textarea></title><script>alert(1)</script><img src=x onerror="alert('1')">`;

const drawn = (...blocks: readonly Block[]): string => cardBody({ ...aTicket, blocks }, ON);
const field = (more: Partial<FormField> = {}): FormField => ({
  name: 'text',
  label: '内容',
  type: 'line',
  required: true,
  max: 10,
  ...more,
});
const form = (...fields: readonly FormField[]): string => formBody({ ...aForm, fields }, ON);
/** Elements in HTML, by name. */
const tags = (html: string): readonly string[] => Array.from(html.matchAll(/<([a-z0-9]+)/gu), ([, tag = '']) => tag);

describe('a card', () => {
  test('says its title, its status in words and colour, and who did what last', () => {
    expect(cardBody({ ...aTicket, tone: 'red', footer: '14:20 小美提交' }, ON)).toBe(
      '<h1>T-4821 · 快递三天没更新</h1><p class="status red"><span>待认领 · 14:32 前首响</span></p><p class="quiet">14:20 小美提交</p>',
    );
  });

  test.each<[Block, string]>([
    [{ type: 'text', style: 'plain', text: '一\n二' }, '<p>一\n二</p>'],
    [{ type: 'text', style: 'quote', text: '碎了' }, '<blockquote>碎了</blockquote>'],
    [{ type: 'text', style: 'copy', text: ' a <b>' }, '<p class="quiet">可以复制</p><pre> a &lt;b&gt;</pre>'],
    [{ type: 'fields', fields: [{ label: '店铺', value: '山野' }] }, '<dl><dt>店铺</dt><dd>山野</dd></dl>'],
    [{ type: 'note', text: '第 3 次来' }, '<p class="quiet">第 3 次来</p>'],
    [{ type: 'divider' }, '<hr>'],
    [{ type: 'image', file: 'f', alt: '破杯子' }, '<p>破杯子</p>'],
    [
      { type: 'file', file: 'f', text: '发票.pdf', url: 'https://x.example/f?a=1&b' },
      '<p>发票.pdf <a href="https://x.example/f?a=1&amp;b" rel="noreferrer">打开</a></p>',
    ],
    [{ type: 'file', file: 'f', text: '发票.pdf', url: 'javascript:alert(1)' }, '<p>发票.pdf</p>'],
    [
      { type: 'list', items: [{ text: 'T-1', detail: '处理中' }] },
      '<ul><li>T-1<div class="quiet">处理中</div></li></ul>',
    ],
  ])('has %j', (block, html) => {
    expect(drawn(block)).toContain(html);
  });

  test('has every action as a button that posts, also what cannot be told in a link', () => {
    const long = { command: 'note', args: { ticket: '1', text: '字'.repeat(900), '': 'x' } };
    const list: Block = { type: 'list', items: [{ text: 'T-1', action: act('认领'), also: act('', long) }] };
    const html = drawn(list) + cardActions({ ...aTicket, actions: [{ ...act('关闭'), style: 'danger' }] }, ON);
    const forms = formsIn(html);
    expect(forms.map(({ labels }) => labels)).toEqual([['认领'], ['…'], ['关闭']]);
    expect(readSent(forms[1]?.sends)).toEqual({
      token: 'proof',
      kind: 'invoke',
      invocation: long,
      nonce: null,
      written: [],
    });
    expect(html).toContain('<button class="danger">');
  });

  test('of any kind holds nothing but our own elements, and brings every press back as it went in', () => {
    const ours = /^(?:h1|p|span|blockquote|pre|dl|dt|dd|ul|li|div|hr|a|form|input|button)$/u;
    fc.assert(
      fc.property(anyCard, (card: Card) => {
        const html = cardBody(card, ON) + cardActions(card, ON);
        for (const tag of tags(html)) expect(tag).toMatch(ours);
        const listed = card.blocks.flatMap((b) =>
          b.type === 'list' ? b.items.flatMap((i) => [i.action, i.also]) : [],
        );
        const actions = [...listed.flatMap((a) => (a === undefined ? [] : [a])), ...card.actions];
        const commands = formsIn(html).map(({ sends }) => sends['command']);
        expect(commands).toEqual(actions.map(({ invoke }) => invoke.command));
      }),
    );
  });
});

describe('a form', () => {
  test('ties every label to its field, and says which may stay empty', () => {
    const html = form(field(), field({ name: 'order', label: '订单', required: false, placeholder: '18 位' }));
    expect(html).toContain('<label for="f0">内容</label><input type="text" id="f0" name="v.text" required ');
    expect(html).toContain(
      '<label for="f1">订单 <small>选填</small></label><input type="text" id="f1" name="v.order" ',
    );
    expect(html).toContain('placeholder="18 位"');
    expect(html).not.toContain('role="alert"');
  });

  test('shows what was written as it was written, also line feeds at its start', () => {
    const text = field({ type: 'text', value: '\n@所有人 <b>' });
    expect(form(text)).toContain(
      '<textarea id="f0" name="v.text" required placeholder="" rows="5">\n\n@所有人 &lt;b&gt;</textarea>',
    );
    expect(formsIn(form(text))[0]?.sends['v.text']).toBe('\n@所有人 <b>');
  });

  test('cuts nothing that is pasted: what is too long comes back with a sentence', () => {
    expect(form(field({ max: 3 }))).not.toContain('maxlength');
  });

  test('says how much is wrong, and at each field what', () => {
    const html = form(field({ error: '太长' }), field({ name: 'b', error: '没有这个人' }), field({ name: 'c' }));
    expect(html).toContain('<p class="alert" role="alert">还没有提交：有 2 处要改</p>');
    expect(html).toContain('aria-invalid="true" aria-describedby="f1e"');
    expect(html).toContain('<p class="wrong" id="f1e">没有这个人</p>');
  });

  const options = [
    { value: 'a', label: '王芳' },
    { value: '"b"', label: '<物流>' },
  ];
  test.each([
    ['nothing chosen', {}, ['', 'a', '"b"'], ''],
    ['what nobody can choose', { value: 'gone' }, ['', 'a', '"b"'], ''],
    ['one chosen', { value: '"b"' }, ['a', '"b"'], '"b"'],
    ['one chosen of what may stay empty', { value: 'a', required: false }, ['', 'a', '"b"'], 'a'],
  ] as const)('has a list with %s', (_, more, values, chosen) => {
    const html = form(field({ type: 'select', options, ...more }));
    expect(Array.from(html.matchAll(/<option value="([^"]*)"/gu), ([, value]) => value)).toEqual(
      values.map((value) => value.replaceAll('"', '&quot;')),
    );
    expect(formsIn(html)[0]?.sends['v.text']).toBe(chosen);
    expect(html).toContain('&lt;物流&gt;');
  });

  test('with a list that guides it: Enter sends the form, and only its button asks anew', () => {
    const html = form(field({ type: 'select', options, guides: true }));
    expect(html.indexOf('<button hidden>')).toBeLessThan(html.indexOf('name="again"'));
    // Our own looks of buttons would show it.
    expect(STYLE).toContain('[hidden]{display:none!important}');
    expect(html).toContain('formnovalidate>按所选更新</button>');
  });
});

test('whatever somebody wrote stays text', () => {
  const card: Card = {
    ...aTicket,
    title: HOSTILE,
    status: HOSTILE,
    footer: HOSTILE,
    actions: [act(HOSTILE, { command: 'note', args: { [HOSTILE]: HOSTILE } })],
    blocks: [
      { type: 'text', style: 'copy', text: HOSTILE },
      { type: 'fields', fields: [{ label: HOSTILE, value: HOSTILE }] },
      { type: 'file', file: 'f', text: HOSTILE, url: `https://x.example/${HOSTILE}` },
    ],
  };
  const asked: Form = {
    ...aForm,
    title: HOSTILE,
    submit: HOSTILE,
    nonce: HOSTILE,
    fields: [
      field({ name: HOSTILE, label: HOSTILE, value: HOSTILE, placeholder: HOSTILE, error: HOSTILE }),
      field({ type: 'text', value: HOSTILE }),
      field({ type: 'select', value: HOSTILE, options: [{ value: HOSTILE, label: HOSTILE }] }),
    ],
  };
  const html = pageOf('zh-CN', HOSTILE, cardBody(card, ON) + cardActions(card, ON) + formBody(asked, ON));
  expect(tags(html)).not.toContain('script');
  expect(tags(html)).not.toContain('img');
  expect(html.match(/<\/title>/gu)).toHaveLength(1);
  expect(html.match(/<\/textarea>/gu)).toHaveLength(1);
  expect(formsIn(html)[1]?.sends).toMatchObject({ [`v.${HOSTILE}`]: HOSTILE, 'v.text': HOSTILE, nonce: HOSTILE });
});

test('what an address cannot bring opens what somebody has to do', () => {
  expect(openAt({ command: 'claim', args: { ticket: '4821' } })).toBe('open?do=claim%3Fticket%3D4821');
  expect(openAt({ command: 'note', args: { text: '字'.repeat(200) } })).toBe('open');
});
