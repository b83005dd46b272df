import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../../../adapters/wecom/card-limits.ts';
import { drawMarkdown, plainMarkdown, textParts } from '../../../adapters/wecom/markdown.ts';
import type { Action, Block, Card } from '../../../cards/card.ts';
import { hintOf } from '../../../cards/fallback.ts';
import { encodeInvocation, type Invocation } from '../../../cards/invocation.ts';
import { neutralLine } from '../../../cards/neutralise.ts';
import { anyCard, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { actionsIn } from '../../support/fitting.ts';

const page = (invocation: Invocation): string =>
  `https://desk.example/wecom/open?do=${encodeURIComponent(encodeInvocation(invocation))}`;
const aCard = (more: Partial<Card> = {}): Card => ({
  kind: 'ticket',
  locale: 'zh-CN',
  tone: 'grey',
  title: 'T-4821 · 快递三天没更新',
  summary: 'T-4821 · 待认领',
  blocks: [],
  actions: [],
  ...more,
});
const anAction = (label: string, command = 'claim', ticket = '4821'): Action => ({
  label,
  style: 'default',
  placement: 'button',
  invoke: { command, args: { ticket } },
  typed: `${label} ${ticket}`,
});
const draw = (card: Card, most = 20_480, linkOf: (invocation: Invocation) => string | null = page): string =>
  drawMarkdown(card, { most, linkOf });

/** A link of ours, or an address in somebody's words. */
const ADDRESS = /\]\(https?:\/\/[^\s()]*\)|https?:\/\/[\w.:/?#@!$&+;=%,-]*[\w/=#-]/giu;
/** What is left for somebody's words once our own marks are taken away. */
const theirs = (markdown: string): string =>
  markdown
    .replaceAll(ADDRESS, '')
    .replaceAll(/<font color="(?:comment|info|warning)">|<\/font>|^\*\*|\*\*$|^> /gmu, '')
    // Of a link its words are left behind a bracket.
    .replaceAll('[', '');
/** What WeCom's Markdown knows, and what more the bot's does. */
const MARKS = /[*`<>[\]|]|~~|\\[\p{P}\p{S}]|&#?\w{1,32};|^\s*#|^[ \t]*(?:=+|-+)[ \t]*$|^(?: {4}|\t)/mu;

describe('words that somebody wrote', () => {
  test.each([
    ['138****5678', '138＊＊＊＊5678'],
    ['<@lilei> 看', '＜@lilei＞ 看'],
    ['[点我](https://evil.example)', '［点我］(https://evil.example)'],
    ['<font color="info">已退款</font>', '＜font color="info"＞已退款＜/font＞'],
    ['# 一\n> 二\n`三`', '＃ 一\n＞ 二\n｀三｀'],
    ['标题\n---\n又一\n===', '标题\n－－－\n又一\n＝＝＝'],
    ['a_b _c_ ~~d~~ ~e', 'a_b ＿c＿ ～～d～～ ~e'],
    ['|a|b|', '｜a｜b｜'],
    ['&lt;@lilei&gt; R&D', '＆lt;@lilei＆gt; R&D'],
    ['    code\n\tcode', '   code\n   code'],
    ['- 订单 2026-11 #3', '- 订单 2026-11 #3'],
    ['一\r\n二\u0000\uD83D', '一\n二\uFFFD'],
  ])('%j', (written, said) => {
    expect(plainMarkdown(written)).toBe(said);
  });

  test('addresses can be followed as they are', () => {
    for (const address of [
      'https://desk.example/wecom/open?do=claim%3Fticket%3D4821&sign=a_b-_',
      'http://127.0.0.1:8080/_x/#y=',
    ])
      expect(plainMarkdown(`打开*${address}，谢谢*`)).toBe(`打开＊${address}，谢谢＊`);
  });

  test('mean nothing, whatever they are', () => {
    const signs = fc
      .array(fc.constantFrom(...Array.from('\\`*_[]()~|<>#+-=&;!. \n\ta1@中'), '---', '&nbsp;', '<@a>', '](', '```'), {
        maxLength: 40,
      })
      .map((found) => found.join(''));
    fc.assert(
      fc.property(fc.oneof(signs, anyText), (written) => {
        expect(plainMarkdown(written).replaceAll(ADDRESS, '')).not.toMatch(MARKS);
      }),
      { numRuns: 500 },
    );
  });

  test('read as they were written', () => {
    fc.assert(
      fc.property(anyText, (written) => {
        const read = (text: string): string =>
          text
            .normalize('NFKC')
            .replaceAll(/\p{Surrogate}|\uFFFD/gu, '')
            .replaceAll(/\s|\p{Cc}/gu, '');
        expect(read(plainMarkdown(written))).toBe(read(written));
      }),
    );
  });
});

describe('a card in words', () => {
  test('as a person reads it', () => {
    const markdown = draw(
      aCard({
        tone: 'red',
        status: '⏰ 待认领 · 首响已超时（14:28）',
        blocks: [
          { type: 'text', style: 'quote', text: '快递\n\n*三天*没更新 @所有人' },
          { type: 'fields', fields: [{ label: '电话', value: '138****5678' }] },
          {
            type: 'list',
            items: [{ text: 'T-4830 退款', detail: '待认领', action: anAction('认领', 'claim', '4830') }],
          },
          { type: 'image', file: 'f', alt: '杯子', url: 'https://desk.example/f(1)' },
          { type: 'file', file: 'f', text: '录音 0:12' },
          { type: 'divider' },
          { type: 'note', text: '可能重复' },
          { type: 'text', style: 'copy', text: 'https://desk.example/hook?key=a_*b' },
        ],
        footer: '李雷 14:32 认领',
        actions: [anAction('认领'), anAction('查看', 'show')],
      }),
    );
    expect(markdown.split('\n')).toEqual([
      '**T-4821 · 快递三天没更新**',
      '<font color="warning">⏰ 待认领 · 首响已超时（14:28）</font>',
      '> 快递',
      '> ＊三天＊没更新 ＠所有人',
      '电话：138＊＊＊＊5678',
      'T-4830 退款 待认领 [认领](https://desk.example/wecom/open?do=claim%3Fticket%3D4830)',
      '[［图片］ 杯子](https://desk.example/f%281%29)',
      '录音 0:12',
      '可能重复',
      '`https://desk.example/hook?key=a_*b`',
      '<font color="comment">李雷 14:32 认领</font>',
      '[认领](https://desk.example/wecom/open?do=claim%3Fticket%3D4821)\u3000[查看](https://desk.example/wecom/open?do=show%3Fticket%3D4821)',
    ]);
  });

  test('without pages says what to type', () => {
    const row = { text: 'T-4830', action: anAction('认领', 'claim', '4830'), also: anAction('查看', 'show', '4830') };
    const card = aCard({ blocks: [{ type: 'list', items: [row] }], actions: [anAction('下一张'), anAction('下一张')] });
    expect(
      draw(card, 2_048, () => null)
        .split('\n')
        .slice(1),
    ).toEqual(['T-4830 认领 4830 查看 4830', '可发送：下一张 4821']);
  });

  test.each([
    ['grey', '<font color="comment">待认领</font>'],
    ['blue', '待认领'],
    ['amber', '<font color="warning">待认领</font>'],
    ['red', '<font color="warning">待认领</font>'],
    ['green', '<font color="info">待认领</font>'],
  ] as const)('its state is %s', (tone, status) => {
    expect(draw(aCard({ tone, status: '待认领' })).split('\n')[1]).toBe(status);
  });

  test('that has nothing but a summary says that', () => {
    expect(draw(aCard({ title: '' }))).toBe('T-4821 · 待认领');
    expect(draw(aCard({ title: '', summary: '' }))).toBe('…');
  });

  test('an address that is none is no link', () => {
    for (const url of ['javascript:alert(1)', 'https://', 'https://[x', 'https://a b/', 'ftp://a.example'])
      expect(draw(aCard({ blocks: [{ type: 'file', file: 'f', text: '合同', url }] })).split('\n')[1]).toBe('合同');
  });

  test('what no page would bring back is typed', () => {
    const dead: Action = { ...anAction('改'), invoke: { command: 'Edit', args: {} } };
    expect(draw(aCard({ actions: [dead] }))).toContain('可发送：改 4821');
  });
});

describe('a card that has no room', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      text: `T-${4830 + i} · 快递三天没更新`,
      action: anAction('认领', 'claim', String(4830 + i)),
    }));

  test('loses its last rows, which are counted and named as what to type', () => {
    const markdown = draw(
      aCard({ blocks: [{ type: 'list', items: rows(30) }], actions: [anAction('列表', 'list')] }),
      2_048,
    );
    const lines = markdown.split('\n');
    const kept = lines.filter((line) => line.startsWith('T-48'));
    expect(bytesOf(markdown)).toBeLessThanOrEqual(2_048);
    expect(kept.length).toBeGreaterThan(9);
    expect(lines[kept.length + 1]).toBe(`还有 ${30 - kept.length} 行放不下`);
    expect(lines.at(-2)).toContain('[列表](https://desk.example/');
    for (let i = kept.length; i < 30; i += 1) expect(lines.at(-1)).toContain(`认领 ${4830 + i}`);
  });

  test('in English counts one by its name', () => {
    const items = rows(2).map((row) => ({ ...row, text: 'x'.repeat(200) }));
    const markdown = draw(aCard({ locale: 'en', blocks: [{ type: 'list', items }] }), 330);
    expect(markdown).toContain('\n1 more line has no room here\n');
  });

  test('shows the beginning of what is too long', () => {
    const blocks = [
      { type: 'text', style: 'plain', text: '快递三天没更新'.repeat(300) },
      { type: 'fields', fields: [{ label: '订单', value: '2026' }] },
    ] as const;
    const [, long = '', fact] = draw(aCard({ blocks }), 2_048).split('\n');
    expect(long).toMatch(/^快递三天没更新.*…$/u);
    expect(bytesOf(long)).toBeGreaterThan(500);
    expect(fact).toBe('订单：2026');
  });

  test('types what could be followed, sooner than losing it', () => {
    const actions = Array.from({ length: 12 }, (_, i) => anAction(`第 ${i}`, 'claim', String(100 + i)));
    const markdown = draw(aCard({ actions }), 500);
    expect(bytesOf(markdown)).toBeLessThanOrEqual(500);
    for (const { typed, label } of actions)
      expect(markdown.includes(`[${label}](`) || markdown.includes(typed), label).toBe(true);
    expect(markdown).toContain('[第 0](');
  });

  test('types as much as has room, each whole', () => {
    const actions = Array.from({ length: 30 }, (_, i) => anAction(`第 ${i}`, 'claim', String(100 + i)));
    const lines = draw(aCard({ actions }), 200).split('\n');
    expect(bytesOf(lines.join('\n'))).toBeLessThanOrEqual(200);
    expect(lines[1]).toMatch(/^可发送：第 0 100 \/ 第 1 101 \/ .* \d{3}$/u);
  });

  test('a link is never cut', () => {
    const blocks = [{ type: 'file', file: 'f', text: '合同'.repeat(200), url: 'https://desk.example/f' }] as const;
    expect(draw(aCard({ blocks }), 400)).toMatch(/^\[[合同]+…\]\(https:\/\/desk\.example\/f\)$/mu);
  });

  test('what is to be copied is whole or not there', () => {
    const blocks = [{ type: 'text', style: 'copy', text: 'a'.repeat(300) }] as const;
    expect(draw(aCard({ blocks }), 400)).toContain(`\`${'a'.repeat(300)}\``);
    expect(draw(aCard({ blocks }), 200)).not.toContain('aaa');
  });
});

describe.each([
  ['with pages', page],
  ['without', () => null],
] as const)('%s', (_, linkOf) => {
  test('any card has room and words, and nobody who wrote on it can mark, link or mention', () => {
    fc.assert(
      fc.property(anyCard, fc.constantFrom(200, 2_048, 4_096, 20_480), (card, most) => {
        const blocks = card.blocks.flatMap((block): Block[] => {
          if (block.type === 'text' && block.style === 'copy') return [];
          if (block.type !== 'image' && block.type !== 'file') return [block];
          const { url: _url, ...rest } = block;
          return [rest];
        });
        const markdown = draw({ ...card, blocks }, most, linkOf);
        const targets = [...markdown.matchAll(/\]\(([^)]*)\)/gu)].map(([, target = '']) => target);
        expect(targets.filter((target) => !target.startsWith('https://desk.example/wecom/open?do='))).toEqual([]);
        expect(bytesOf(markdown)).toBeLessThanOrEqual(most);
        expect(markdown).not.toMatch(/^\s*$|\p{Surrogate}|<@|<(?!font color="(?:comment|info|warning)">|\/font>)/u);
        expect(markdown.split('<font').length).toBe(markdown.split('</font>').length);
        expect(theirs(markdown)).not.toMatch(MARKS);
      }),
      BOUNDED,
    );
  });

  test('ours: every action can be followed or typed', () => {
    for (const most of [2_048, 4_096])
      for (const { name, card } of everyCard) {
        const markdown = draw(card, most, linkOf);
        expect(bytesOf(markdown), name).toBeLessThanOrEqual(most);
        for (const action of actionsIn(card)) {
          const url = linkOf(action.invoke);
          const isThere = url === null ? false : markdown.includes(`](${url})`);
          const isTyped = markdown.includes(plainMarkdown(neutralLine(hintOf(action))));
          expect(isThere || isTyped, `${name}: ${action.typed}`).toBe(true);
        }
      }
  });
});

describe('a long text', () => {
  test.each([
    ['aaa\nbbb ccc', 8, ['aaa\nbbb', 'ccc']],
    ['aaa bbb\nccc', 9, ['aaa bbb', 'ccc']],
    ['aaaabbbbcccc', 4, ['aaaa', 'bbbb', 'cccc']],
    ['a bbbbbbbb', 8, ['a bbbbbb', 'bb']],
    ['aaaaa aa bb', 8, ['aaaaa aa', 'bb']],
    ['快递三天', 7, ['快递', '三天']],
    ['\n\n 快递 \n', 40, ['快递']],
    ['\n'.repeat(50), 8, []],
    ['', 8, []],
    ['快', 1, ['快']],
  ])('%j in parts of %i bytes', (written, most, parts) => {
    expect(textParts(written, most)).toEqual(parts);
  });

  test('any is there, in parts that have room and words', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 8, max: 2_048 }), (written, most) => {
        const parts = textParts(written, most);
        for (const part of parts) {
          expect(bytesOf(part)).toBeLessThanOrEqual(most);
          expect(part.trim()).not.toBe('');
        }
        expect(parts.join('').replaceAll(/\s/gu, '')).toBe(written.replaceAll(/\s/gu, ''));
      }),
    );
  });
});
