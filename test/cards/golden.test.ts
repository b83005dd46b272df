import { describe, expect, test } from 'vitest';
import { fallback } from '../../cards/fallback.ts';
import { drawHelp } from '../../cards/help.ts';
import { drawList } from '../../cards/list.ts';
import { drawNews } from '../../cards/news.ts';
import { drawNotice } from '../../cards/notice.ts';
import { drawShow } from '../../cards/show.ts';
import { drawTicket } from '../../cards/ticket.ts';
import { drawWork } from '../../cards/work.ts';
import { STATES } from '../support/card-states.ts';
import { aDirectory, anEvent, aQuote, aTicket, en, minutes, zh } from '../support/tickets.ts';
import type { Reader } from '../../src/text/text.ts';
import type { Ticket } from '../../src/domain/ticket.ts';

const directory = aDirectory();
const group = (ticket: Ticket, reader: Reader = zh): string =>
  fallback(drawTicket({ ticket, directory, team: 'aftersales' }, reader));
const work = (ticket: Ticket, person = 'lilei', reader: Reader = zh): string =>
  fallback(drawWork({ ticket, directory, person }, reader));
const lines = (...all: readonly string[]): string => all.join('\n');
const state = (name: string): Ticket => STATES[name] ?? aTicket();

describe('in the group', () => {
  test('a new ticket', () => {
    expect(group(aTicket())).toBe(
      lines(
        'T-4821 · 快递三天没更新',
        '待认领 · 14:32 前首响',
        '> 快递三天没更新了,帮我看看',
        '客户：小美',
        '订单：20261108112233',
        '承运商：顺丰',
        '运单：SF1234567890123',
        '分类：物流停滞',
        '客户 14:29 提交',
        '可发送：认领 4821 / 转给 4821 … / 优先级 4821 … / 回复 4821 … / 派给 4821 … / 备注 4821 … / 分类 4821 … / 标签 4821 … / 关闭 4821 / 查看 4821',
      ),
    );
  });

  test('a new ticket in English', () => {
    expect(group(aTicket(), en)).toBe(
      lines(
        'T-4821 · 快递三天没更新',
        'Unclaimed · first reply by 14:32',
        '> 快递三天没更新了,帮我看看',
        'Customer: 小美',
        'Order: 20261108112233',
        'Carrier: 顺丰',
        'Tracking: SF1234567890123',
        'Category: Stalled parcel',
        'Opened by the customer, 14:29',
        'You can type: claim 4821 / transfer 4821 … / priority 4821 … / reply 4821 … / assign 4821 … / note 4821 … / category 4821 … / tag 4821 … / close 4821 / show 4821',
      ),
    );
  });

  test('a handled ticket is two lines', () => {
    const card = drawTicket({ ticket: state('resolved'), directory, team: 'aftersales' }, zh);
    expect(card.blocks).toEqual([]);
    expect(card.footer).toBeUndefined();
    expect(card.actions.filter((a) => a.placement === 'button')).toEqual([]);
    expect(group(state('resolved'))).toBe(
      lines(
        'T-4821 · 快递三天没更新',
        '✅ 已解决 · 同意退货 · 李雷 14:25',
        '可发送：重开 4821 / 备注 4821 … / 关闭 4821 / 查看 4821',
      ),
    );
    expect(group(state('closed'))).toContain('已关闭 · 自动 14:25\n');
    expect(group(state('closed'), en)).toContain('Closed · automatically, 14:25\n');
  });

  test('a claimed ticket is two lines, with one button and all the rest behind the menu', () => {
    expect(group(state('in_progress'))).toBe(
      lines(
        'T-4821 · 快递三天没更新',
        '李雷 处理中 · 14:32 前首响',
        '可发送：回复 4821 … / 挂起 4821 … / 解决 4821 … / 转给 4821 … / 派给 4821 … / 放回 4821 … / 备注 4821 … / 优先级 4821 … / 分类 4821 … / 标签 4821 … / 关闭 4821 / 查看 4821',
      ),
    );
    const { blocks, footer, actions } = drawTicket({ ticket: state('in_progress'), directory, team: 'aftersales' }, zh);
    expect([blocks, footer, actions.filter((a) => a.placement === 'menu').length]).toEqual([[], undefined, 11]);
  });

  test('no button that everybody would be refused: without a lead nobody closes what nobody has, nor assigns what somebody has', () => {
    const people = new Map([...directory.people].filter(([id]) => id === 'lilei' || id === 'wangfang'));
    const labels = (ticket: Ticket): readonly string[] =>
      drawTicket({ ticket, directory: { ...directory, people }, team: 'aftersales' }, zh).actions.map((a) => a.label);
    expect(labels(aTicket())).not.toContain('关闭');
    expect(labels(aTicket())).toContain('派给');
    expect(labels(state('in_progress'))).not.toContain('派给');
    expect(labels(state('in_progress'))).toContain('关闭');
  });

  test('a ticket that left the team says where it went, and offers nothing', () => {
    expect(group(state('moved'))).toBe('T-4821 · 快递三天没更新\n已转给 物流');
    expect(group(state('moved_to_somebody'))).toBe('T-4821 · 快递三天没更新\n已转给 物流 · 现在由 陈晨 处理');
    expect(group(state('moved_to_somebody'), en)).toBe('T-4821 · 快递三天没更新\nMoved to 物流 · now with 陈晨');
  });

  test.each([
    [
      'offered',
      '李雷 已派出待接 · 等 王芳 接到 14:34 · 14:32 前首响',
      'Offered · 李雷 · 王芳 has until 14:34 · first reply by 14:32',
      'grey',
    ],
    ['in_progress', '李雷 处理中 · 14:32 前首响', 'In progress · 李雷 · first reply by 14:32', 'blue'],
    [
      'waiting_customer',
      '李雷 等客户 · 11月12日 0:30 前解决',
      'Waiting for customer · 李雷 · resolve by Nov 12, 0:30',
      'amber',
    ],
    [
      'waiting_other',
      '李雷 等仓库 · 11月12日 14:30 继续 · 11月12日 0:30 前解决',
      'Waiting for warehouse · 李雷 · resumes Nov 12, 14:30 · resolve by Nov 12, 0:30',
      'amber',
    ],
    ['overdue', '⏰ 待认领 · 首响已超时（14:28）', '⏰ Unclaimed · first reply overdue since 14:28', 'red'],
    ['urgent', '🔥 待认领 · 紧急 · 14:32 前首响', '🔥 Unclaimed · urgent · first reply by 14:32', 'red'],
    ['short', '待认领 · 14:30 前首响', 'Unclaimed · first reply by 14:30', 'amber'],
    ['new', '待认领 · 14:32 前首响', 'Unclaimed · first reply by 14:32', 'grey'],
    ['bare', '待认领', 'Unclaimed', 'grey'],
  ])('status line and colour: %s', (name, inChinese, inEnglish, tone) => {
    const card = drawTicket({ ticket: state(name), directory, team: 'aftersales' }, zh);
    expect(card.status).toBe(inChinese);
    expect(card.tone).toBe(tone);
    expect(drawTicket({ ticket: state(name), directory, team: 'aftersales' }, en).status).toBe(inEnglish);
  });

  test.each([
    ['new', ['认领', '转给', '优先级', '回复']],
    ['offered', ['回复']],
    ['in_progress', ['回复']],
    ['waiting_customer', ['解决']],
    ['waiting_other', ['回复']],
    ['unreachable', ['已在千牛回复']],
    ['crowded', ['认领', '转给', '优先级', '…展开']],
  ])('buttons change with the state: %s', (name, labels) => {
    const { actions } = drawTicket({ ticket: state(name), directory, team: 'aftersales' }, zh);
    expect(actions.filter((a) => a.placement === 'button').map((a) => a.label)).toEqual(labels);
    expect(actions[0]?.style).toBe('primary');
  });

  test('a crowded ticket stays short and masked', () => {
    const { title, summary, blocks } = drawTicket({ ticket: state('crowded'), directory, team: 'aftersales' }, zh);
    expect(title).toBe('T-4821 · 电话138****5678的订单破了');
    expect(summary).toBe('T-4821 · 电话138****5678的订单破了 · 待认领 · 高优先 · 14:32 前首响');
    expect(blocks[0]).toEqual({
      type: 'text',
      style: 'quote',
      text: '在吗\n电话138****5678,****,电话138****5678,****,电话138****5678,****,电话138****5678,****,电话…',
    });
    expect(blocks[1]).toMatchObject({
      fields: [
        { label: '客户', value: '小美' },
        { label: '订单', value: '20261108112233' },
        { label: '承运商', value: '顺丰' },
        { label: '运单', value: 'SF1234567890123' },
        { label: '金额', value: '¥199.00' },
        { label: '电话', value: '138****5678' },
        { label: '地址', value: '浙江省杭州市西湖区****' },
        { label: '分类', value: '物流停滞' },
        { label: '标签', value: '破损 加急' },
        { label: '附件', value: '2 个' },
      ],
    });
  });

  test('words that the title says already are not quoted again', () => {
    const t = aTicket({ quotes: [aQuote('快递三天没更新')] });
    expect(drawTicket({ ticket: t, directory, team: 'aftersales' }, zh).blocks.map((b) => b.type)).toEqual(['fields']);
  });

  test('a ticket of which nothing is known has no empty labels', () => {
    expect(group(state('bare')).split('\n').slice(0, 3)).toEqual([
      'T-4821 · 客户留言，待看',
      '待认领',
      '自动 14:29 提交',
    ]);
  });
});

describe('in the direct chat', () => {
  test('the assignee reads the last messages and everything unmasked', () => {
    const t = aTicket({ ...state('crowded'), status: 'in_progress', assignee: 'lilei' });
    const text = work(t);
    expect(text).toContain('> 在吗\n> 电话13812345678,文三路138号5幢201室,');
    expect(text).toContain('电话：13812345678\n地址：浙江省杭州市西湖区文三路138号5幢201室');
    const { actions } = drawWork({ ticket: t, directory, person: 'lilei' }, zh);
    expect(actions.filter((a) => a.placement === 'button').map((a) => a.label)).toEqual([
      '回复',
      '挂起',
      '解决',
      '…展开',
    ]);
  });

  test('who had it before reads who has it now, and no longer the number', () => {
    expect(work(state('with_a_colleague'))).toBe('T-4821 · 快递三天没更新\n现在由 王芳 处理\n可发送：查看 4821');
    expect(work(aTicket())).toContain('\n现在在 售后 的队列里\n');
    // Who may not see the other team's tickets is offered nothing.
    expect(work(state('moved_to_somebody'))).toBe('T-4821 · 快递三天没更新\n现在由 陈晨 处理');
    expect(work(aTicket({ ...state('crowded'), assignee: 'wangfang', status: 'in_progress' }))).not.toContain(
      '13812345678',
    );
  });

  test('the last five messages, and what to do about them', () => {
    const card = drawWork({ ticket: state('news'), directory, person: 'lilei' }, zh);
    expect(card.status).toBe('处理中 · 14:39 前回复');
    expect(card.blocks.filter((b) => b.type === 'text').map((b) => b.text)).toEqual([
      '在吗',
      '还没到',
      '电话13812345678',
      '到底什么时候发',
      '急',
    ]);
    expect(card.actions.filter((a) => a.placement === 'button').map((a) => a.label)).toEqual(['回复', '挂起', '解决']);
  });

  test('what the customer just wrote, with the answer one press away', () => {
    const card = drawNews({ ticket: state('news'), directory, person: 'lilei', since: 3 }, zh);
    expect(fallback(card)).toBe(
      lines(
        'T-4821 · 快递三天没更新',
        '客户 14:29 来消息 · 14:39 前回复',
        '前面还有 2 条',
        '> 在吗',
        '> 还没到',
        '> 电话13812345678',
        '> 到底什么时候发',
        '> 急',
        '可发送：回复 4821 … / 查看 4821',
      ),
    );
    expect(card.summary).toBe('T-4821 小美来消息：急');
    expect(fallback(drawNews({ ticket: state('news'), directory, person: 'lilei', since: 3 }, en))).toContain(
      'The customer wrote 14:29 · reply by 14:39\n2 earlier messages\n',
    );
  });

  test.each([
    [
      'in_progress',
      [anEvent({ seq: 4, type: 'replied', at: minutes(0) })],
      'T-4821 14:30 已回复',
      'T-4821 · Answered, 14:30',
    ],
    [
      'in_progress',
      [anEvent({ seq: 4, type: 'replied', at: minutes(0), actor: { kind: 'person', id: 'wangfang', name: '王芳' } })],
      'T-4821 王芳 14:30 已回复',
      'T-4821 · Answered by 王芳, 14:30',
    ],
    [
      'in_progress',
      [anEvent({ seq: 4, type: 'replied' }), anEvent({ seq: 5, type: 'undone', data: { undoes: 4 } })],
      'T-4821 处理中',
      'T-4821 · in progress',
    ],
    ['with_a_colleague', [], 'T-4821 现在由 王芳 处理', 'T-4821 · Now with 王芳'],
    ['resolved', [], 'T-4821 已解决', 'T-4821 · resolved'],
    ['news', [], 'T-4821 客户又来消息，见下面', 'T-4821 · The customer wrote again, see below'],
  ])('news that is over is one line: %s', (name, tail, inChinese, inEnglish) => {
    const ticket = { ...state(name), history: { ...aTicket().history, tail } };
    const over = (reader: Reader): string =>
      fallback(drawNews({ ticket, directory, person: 'lilei', since: 2 }, reader));
    expect([over(zh), over(en)]).toEqual([inChinese, inEnglish]);
  });

  test('a resolved one is two lines', () => {
    expect(work(state('resolved')).split('\n').slice(0, 2)).toEqual([
      'T-4821 · 快递三天没更新',
      '✅ 已解决 · 同意退货 · 李雷 14:25',
    ]);
  });
});

describe('answers', () => {
  test('one ticket in full, with its history in words', () => {
    const text = fallback(drawShow({ ticket: state('crowded'), directory, person: 'wangfang' }, zh));
    expect(text).toContain(
      lines(
        '经过',
        '- 客户 14:29 提交',
        '- 李雷 14:29 认领',
        '- 李雷 14:29 放回：不归我,找138****5678',
        '- 李雷 14:29 派给 王芳',
        '- 李雷 14:29 转给 物流',
        '- 李雷 14:29 转给 陈晨',
        '- 李雷 14:29 改优先级：高',
        '- 李雷 14:29 改分类：退换货',
        '- 李雷 14:29 改标签：+破损 +加急 -旧',
        '- 李雷 14:29 撤销 认领',
        '- 李雷 14:29 解决：已处理',
        '- 自动 14:29 关闭',
      ),
    );
    expect(text).not.toContain('13812345678');
  });

  test('the same in English', () => {
    const text = fallback(drawShow({ ticket: state('crowded'), directory, person: 'wangfang' }, en));
    expect(text).toContain(
      lines(
        'History',
        '- Opened by the customer, 14:29',
        '- Claimed by 李雷, 14:29',
        '- Put back by 李雷: 不归我,找138****5678, 14:29',
        '- Assigned to 王芳 by 李雷, 14:29',
        '- Transferred to 物流 by 李雷, 14:29',
        '- Transferred to 陈晨 by 李雷, 14:29',
        '- Priority changed to high by 李雷, 14:29',
        '- Category changed to Returns by 李雷, 14:29',
        '- Tags changed by 李雷: +破损 +加急 -旧, 14:29',
        '- Undone by 李雷: claim, 14:29',
        '- Resolved by 李雷: Handled, 14:29',
        '- Closed automatically, 14:29',
      ),
    );
  });

  test('the assignee who asks reads it unmasked', () => {
    const t = aTicket({ ...state('crowded'), status: 'in_progress', assignee: 'lilei' });
    expect(fallback(drawShow({ ticket: t, directory, person: 'lilei' }, zh))).toContain('电话：13812345678');
  });

  test('an event of another version or with broken data is still readable', () => {
    const tail = [
      anEvent({ seq: 1, type: 'pended', data: { wait: 7 } }),
      anEvent({ seq: 2, type: 'tagged', data: { added: 'x', removed: [1, '旧'] } }),
      anEvent({ seq: 3, type: 'undone', data: { verb: 'constructor' } }),
    ];
    const t = aTicket({ history: { ...aTicket().history, tail } });
    expect(fallback(drawShow({ ticket: t, directory, person: 'wangfang' }, zh))).toContain(
      '- 李雷 14:29 挂起\n- 李雷 14:29 改标签：-旧\n- 李雷 14:29 撤销\n',
    );
  });

  test('a list has one action per row', () => {
    const tickets = [aTicket(), aTicket({ ...state('resolved'), number: 4790, subject: '退款未到账' })];
    const card = drawList({ title: { key: 'command.scope_mine', params: null }, tickets, total: 42, directory }, zh);
    expect(fallback(card)).toBe(
      lines(
        '我的',
        '- T-4821 · 快递三天没更新 → 认领 4821',
        '  待认领 · 14:32 前首响',
        '- T-4790 · 退款未到账 → 查看 4790',
        '  ✅ 已解决 · 同意退货 · 李雷 14:25',
        '显示前 2 张，共 42 张',
      ),
    );
  });

  test('a refusal with a way out', () => {
    const card = drawNotice(
      {
        sentence: {
          key: 'refusal.already_claimed',
          params: { code: 'already_claimed', no: 4821, by: '李雷', at: minutes(0) },
        },
        offers: [
          { label: { key: 'status.new', params: null }, invoke: { command: 'claim', args: { ticket: '4830' } } },
        ],
      },
      zh,
    );
    expect(fallback(card)).toBe('李雷 刚刚已认领 T-4821\n可发送：认领 4830');
    expect(card.summary).toBe('李雷 刚刚已认领 T-4821');
  });

  test('help names every word of a verb', () => {
    const claim = {
      name: 'claim',
      zh: '认领',
      initials: 'rl',
      aliases: ['我来', 'take'],
      summary: 'command.summary_claim',
      usage: '认领 [单号]',
    } as const;
    expect(fallback(drawHelp({ commands: [claim], command: 'claim' }, zh))).toBe(
      lines('认领', '这张我来', '写法：认领 [单号]', '也可以说：claim · rl · 我来 · take'),
    );
    expect(fallback(drawHelp({ commands: [claim], command: null }, zh))).toBe(
      lines(
        '可以这样说',
        '中文、英文、拼音首字母都行，例如：认领 4821、claim 4821、rl 4821',
        '- 认领 [单号] (rl)',
        '  这张我来',
      ),
    );
  });
});
