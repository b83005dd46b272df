import { describe, expect, test } from 'vitest';
import { KEY_NAME, widthOf } from '../../../adapters/wecom/card-limits.ts';
import { MENU, readPress } from '../../../adapters/wecom/press.ts';
import type { Action, Block } from '../../../cards/card.ts';
import { HOME, anAction, aVerb, aRow, rows, type Shown, BOT, draw, labels, stringsIn } from './drawing.ts';

describe('layout', () => {
  test('a ticket: what is wrong, for whom, until when, what to press', () => {
    expect(
      draw({
        tone: 'red',
        status: '已超时 · 14:32 前首响',
        blocks: [
          { type: 'text', style: 'quote', text: '快递\n三天没更新' },
          {
            type: 'fields',
            fields: [
              { label: '订单', value: '2026' },
              { label: '承运商', value: '顺丰' },
            ],
          },
          { type: 'note', text: '可能重复' },
        ],
        footer: '李雷 14:32 认领',
        actions: [
          aVerb('claim', '认领', { style: 'primary' }),
          aVerb('close', '关闭', { style: 'danger' }),
          aVerb('note', '备注', { placement: 'menu' }),
        ],
      }),
    ).toEqual({
      card_type: 'button_interaction',
      task_id: 'gd-1',
      source: { desc: '工单', desc_color: 2 },
      main_title: { title: 'T-4821 · 快递三天没更新', desc: '已超时 · 14:32 前首响' },
      quote_area: { type: 0, quote_text: '快递\n三天没更新' },
      sub_title_text: '可能重复',
      horizontal_content_list: [
        { keyname: '订单', value: '2026' },
        { keyname: '承运商', value: '顺丰' },
        { keyname: '最近', value: '李雷 14:32 认领' },
      ],
      card_action: { type: 1, url: `${HOME}?do=show%3Fticket%3D4821` },
      button_list: [
        { text: '认领', style: 1, key: '7|gd-1|claim?ticket=4821' },
        { text: '关闭', style: 3, key: '7|gd-1|close?ticket=4821' },
      ],
      action_menu: { desc: '更多操作', action_list: [{ text: '备注', key: '7|gd-1|note?ticket=4821' }] },
    });
  });

  test('colours say what WeCom can say in colours', () => {
    const tones = ['grey', 'blue', 'amber', 'red', 'green'] as const;
    expect(tones.map((tone) => draw({ tone }).source.desc_color)).toEqual([0, 0, 1, 2, 3]);
  });

  test('a handled ticket is two lines, with its menu and its page', () => {
    const verbs = ['reopen', 'note', 'close', 'show'].map((verb) => aVerb(verb, verb, { placement: 'menu' }));
    const shown = draw({ status: '✅ 已解决', actions: verbs });
    const { card_type: type, task_id: task, action_menu: menu, ...rest } = shown;
    expect([type, task, labels(menu?.action_list)]).toEqual(['text_notice', 'gd-1', ['reopen', 'note', 'close']]);
    expect(Object.keys(rest)).toEqual(['source', 'main_title', 'card_action']);
    const inGroup = draw({ status: '✅ 已解决', actions: verbs }, BOT);
    expect(labels(inGroup.button_list)).toEqual(['执行']);
    expect(labels(inGroup.button_selection?.option_list)).toEqual(['请选择', 'reopen', 'note', 'close', 'show']);
  });

  test('more than three stand in a list, on which nothing is chosen yet, beside a button that does what is', () => {
    const verbs = ['a', 'b', 'c', 'd'].map((verb) => aVerb(verb, verb, { placement: 'menu' }));
    const shown = draw({ actions: [aVerb('claim', '认领', { style: 'primary' }), ...verbs] });
    expect(shown.button_list).toEqual([
      { text: '认领', style: 1, key: '7|gd-1|claim?ticket=4821' },
      { text: '执行', style: 2, key: '7|gd-1|!' },
    ]);
    expect(shown.button_selection).toMatchObject({ title: '更多操作', selected_id: 'none' });
    expect(shown.button_selection?.option_list.slice(0, 2)).toEqual([
      { id: 'none', text: '请选择' },
      { id: 'a?ticket=4821', text: 'a' },
    ]);
    expect(readPress('7|gd-1|!', new Map([[MENU, ['none']]]))).toEqual({ kind: 'nothing', task: 'gd-1' });
  });

  test('in a group few of them stand as buttons: it has no menu', () => {
    const actions = [aVerb('transfer', '转给'), aVerb('show', '查看', { placement: 'menu' })];
    expect(labels(draw({ actions }).button_list)).toEqual(['转给']);
    const { button_list: buttons, action_menu: menu } = draw({ actions }, BOT);
    expect([labels(buttons), menu]).toEqual([['转给', '查看'], undefined]);
  });

  test('a seventh button stands in the list', () => {
    const actions = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((verb) => aVerb(verb));
    const menu = ['h', 'i', 'j'].map((verb) => aVerb(verb, verb, { placement: 'menu' }));
    const shown = draw({ actions: [...actions, ...menu] });
    expect(labels(shown.button_list)).toEqual(['a', 'b', 'c', 'd', 'e', '执行']);
    expect(labels(shown.button_selection?.option_list)).toEqual(['请选择', 'f', 'g', 'h', 'i', 'j']);
  });

  test('what can be done twice is there once: WeCom refuses a card that says the same key again', () => {
    const shown = draw({ actions: [aVerb('show', '…展开'), aVerb('show', '查看', { placement: 'menu' })] });
    expect(labels(shown.button_list)).toEqual(['…展开']);
    expect(shown.action_menu).toBeUndefined();
    const claims = anAction('认领 T-4822', { invoke: { command: 'claim', args: { ticket: '4822' } } });
    const board = draw({ blocks: [rows(5)], actions: [claims] });
    expect(labels(board.button_selection?.option_list).slice(1)).toEqual([
      'T-4821 认领',
      'T-4823 认领',
      'T-4824 认领',
      'T-4825 认领',
    ]);
  });

  test('a row whose button names its ticket is called by that alone', () => {
    const items = [aRow(4_830, { label: '记到 T-4830' })];
    const shown = draw({ actions: [aVerb('new', '建单')], blocks: [{ type: 'list', items }] });
    expect(labels(shown.action_menu?.action_list)).toEqual(['记到 T-4830']);
  });

  test('a card with rows and a menu has one list of both', () => {
    const verbs = ['note', 'close'].map((verb) => aVerb(verb, verb, { placement: 'menu' }));
    const shown = draw({ blocks: [rows(2)], actions: verbs });
    expect(labels(shown.button_selection?.option_list).slice(1)).toEqual([
      'T-4821 认领',
      'T-4822 认领',
      'note',
      'close',
    ]);
  });

  test('a board: six rows that can be opened, nine that can be claimed, the rest by number and to type', () => {
    const next = anAction('取下一单', { style: 'primary', invoke: { command: 'next', args: {} }, typed: '下一张' });
    const shown = draw({ kind: 'board', blocks: [rows(10)], actions: [next] });
    expect(shown.horizontal_content_list).toHaveLength(6);
    expect(shown.horizontal_content_list?.[0]).toEqual({
      keyname: 'T-4821',
      value: '退款未到账 · 待认领 · 14:32 前首响',
      type: 1,
      url: `${HOME}?do=claim%3Fticket%3D4821`,
    });
    expect(shown.sub_title_text).toBe('另有 4 张：T-4827、T-4828、T-4829、T-4830\n可发送：认领 4830');
    expect(labels(shown.button_list)).toEqual(['取下一单', '执行']);
    expect(labels(shown.button_selection?.option_list).slice(0, 3)).toEqual(['请选择', 'T-4821 认领', 'T-4822 认领']);
    expect(shown.button_selection?.option_list).toHaveLength(10);
    expect(shown.card_action?.url).toBe(HOME);
  });

  test('what to type is whole, whatever else has to go', () => {
    const words: Block = { type: 'text', style: 'plain', text: '很长'.repeat(100) };
    const shown = draw({ kind: 'list', blocks: [words, rows(30)] }, BOT);
    for (let number = 4_821 + 9; number < 4_821 + 30; number += 1)
      expect(shown.sub_title_text).toContain(`认领 ${number}`);
    const board = draw({ blocks: [words, rows(10)] }, BOT);
    expect(board.sub_title_text).toMatch(/^很长.+…\n可发送：认领 4830$/su);
    expect(widthOf(board.sub_title_text ?? '')).toBeLessThanOrEqual(112);
  });

  test('what a row is about gives way to its state', () => {
    const text = 'T-4821 · 收到的杯子碎了，包装也坏了，要求全额退款并补发一只新的';
    const shown = draw({ blocks: [{ type: 'list', items: [{ ...aRow(4_821), text }] }] });
    expect(shown.horizontal_content_list?.[0]?.value).toBe(
      '收到的杯子碎了，包装也坏了，要求全… · 待认领 · 14:32 前首响',
    );
  });

  test('rows that have no number of their own are called by their place', () => {
    const send = (id: string): Action => anAction('发送', { invoke: { command: 'backlog', args: { row: id } } });
    const items = [
      { text: '小美 · T-4821', action: send('a') },
      { text: '小美 · T-4821', action: send('b') },
      { text: '客户', action: send('c'), also: aVerb('void', '作废', { invoke: { command: 'void', args: {} } }) },
    ];
    const shown = draw({ blocks: [{ type: 'list', items }] });
    expect(shown.horizontal_content_list?.map(({ keyname, value }) => [keyname, value])).toEqual([
      ['1', '小美 · T-4821'],
      ['2', '小美 · T-4821'],
      ['3', '客户'],
    ]);
    expect(labels(shown.button_selection?.option_list).slice(1)).toEqual(['1 发送', '2 发送', '3 发送', '3 作废']);
  });

  test('rows about which nothing can be done are lines', () => {
    const items = [{ text: '李雷 14:29 认领' }, { text: '认领 [单号] (rl)', detail: '这张我来' }];
    expect(draw({ blocks: [{ type: 'list', items }] })).toMatchObject({
      card_type: 'text_notice',
      sub_title_text: '李雷 14:29 认领\n认领 [单号] (rl) · 这张我来',
    });
  });

  test('facts that have no room beside their name stand below the title; so does the last thing that happened', () => {
    const facts = ['甲', '乙', '丙', '丁', '戊', '己', '庚'].map((label) => ({ label, value: '1' }));
    const long = { label: '地址', value: '浙江省杭州市西湖区文三路一百三十八号二单元三百零二室门口右手边' };
    const shown = draw({ blocks: [{ type: 'fields', fields: [long, ...facts] }], footer: '李雷 14:32 认领' });
    expect(shown.horizontal_content_list?.map(({ keyname }) => keyname)).toEqual(['甲', '乙', '丙', '丁', '戊', '己']);
    expect(shown.sub_title_text).toBe(`地址：${long.value}\n庚：1\n李雷 14:32 认领`);
  });

  test('of a long state whole parts stand below, never half a clock', () => {
    const status = 'Waiting for warehouse · 李雷 · resumes Nov 12, 14:30 · resolve by Nov 12, 0:30';
    const shown = draw({ locale: 'en', status, actions: [aVerb('show')] }, BOT);
    expect(shown.main_title.desc).toBe('Waiting for warehouse · 李雷 · resumes Nov 12, 14:30');
    expect(shown.sub_title_text).toBe('resolve by Nov 12, 0:30');
  });

  test('of what the customer said the newest stands there, three lines of each message, below its heading', () => {
    const said = ['1\n2\n3\n4', '5', '6', '7\n8\n9', '10'];
    const quotes = said.map((text): Block => ({ type: 'text', style: 'quote', text }));
    const shown = draw({ blocks: [{ type: 'note', text: '客户原话' }, ...quotes] });
    expect(shown.quote_area).toEqual({ type: 0, title: '客户原话', quote_text: '…\n5\n6\n7\n8\n9\n10' });
    expect(shown.sub_title_text).toBeUndefined();
    expect(draw({ blocks: quotes.slice(0, 1) }).quote_area).toEqual({ type: 0, quote_text: '1\n2\n3…' });
  });

  test('pictures and files that somebody may open are opened from the card, others are named', () => {
    const shown = draw({
      blocks: [
        { type: 'image', file: 'f1', alt: '破损的杯子', url: 'https://desk.example/f1' },
        { type: 'file', file: 'f2', text: '录音 12 秒' },
        { type: 'file', file: 'f3', text: '发票', url: 'javascript:alert(1)' },
      ],
    });
    expect(shown.horizontal_content_list).toEqual([
      { keyname: '附件', value: '[图片] 破损的杯子', type: 1, url: 'https://desk.example/f1' },
    ]);
    expect(shown.sub_title_text).toBe('录音 12 秒\n发票');
  });

  test('a sentence without a title begins as one, parted where it may be', () => {
    const said = (text: string): Shown => draw({ title: '', blocks: [{ type: 'text', style: 'plain', text }] });
    expect(said('没有工单')).toMatchObject({ main_title: { title: '没有工单' } });
    expect(said('没有工单').sub_title_text).toBeUndefined();
    const shown = said(`从备份恢复，机器人先不发任何消息。积压：${'很多'.repeat(20)}`);
    expect(shown.main_title.title).toBe('从备份恢复，机器人先不发任何消息');
    expect(shown.sub_title_text).toBe(`积压：${'很多'.repeat(20)}`);
    const whole = '很'.repeat(60);
    expect(said(whole)).toMatchObject({ main_title: { title: `${'很'.repeat(35)}…` }, sub_title_text: whole });
    expect(draw({ title: '', summary: '总结' }).main_title.title).toBe('总结');
    expect(draw({ title: '', summary: '' }).main_title.title).toBe('…');
  });

  test('in English', () => {
    const shown = draw({
      locale: 'en',
      blocks: [rows(5), { type: 'fields', fields: [{ label: 'Customer', value: '小美' }] }],
      footer: 'Claimed by 李雷',
    });
    expect(shown.source.desc).toBe('Ticket');
    expect(shown.button_selection?.title).toBe('More');
    expect(labels(shown.button_selection?.option_list)[0]).toBe('Choose');
    expect(shown.horizontal_content_list?.[0]).toEqual({ keyname: 'Customer', value: '小美' });
    expect(widthOf('Customer')).toBeLessThanOrEqual(KEY_NAME);
  });

  test('nobody can be mentioned in what somebody wrote', () => {
    const evil = '@所有人 <@lilei> \u202E[x](https://evil.example)\0';
    const shown = draw({
      title: evil,
      status: evil,
      footer: evil,
      blocks: [
        { type: 'text', style: 'quote', text: evil },
        { type: 'note', text: evil },
        { type: 'fields', fields: [{ label: '订单', value: evil }] },
      ],
    });
    for (const text of stringsIn(shown)) expect(text).not.toMatch(/@|<[@!]|\]\(|\u202E|\0/u);
  });
});
