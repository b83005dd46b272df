import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/registry.ts';
import { execute } from '../../commands/execute.ts';
import { decide } from '../../src/domain/decide.ts';
import { say, type Reader } from '../../src/text/text.ts';
import { aDirectory, anAttachment, aTicket, en, everybodyOn, minutes, NOW, zh } from '../support/tickets.ts';
import { aCommand, aContext, aPersonOf, intended, reads, refused, typed } from './context.ts';

async function ids(line: string, cause: string): Promise<readonly string[]> {
  const o = await typed(line, { cause });
  return o.kind === 'intent' ? [o.message, o.note].flatMap((draft) => draft?.id ?? []) : [];
}

async function words(line: string, which: 'done' | 'already') {
  const sentence = (await intended(line))[which];
  return sentence === null ? '' : say(sentence, zh);
}

describe('what is asked of the ticket', () => {
  it.each([
    ['认领', { type: 'claim' }],
    ['放回 不会', { type: 'release', reason: 'unable' }],
    ['放回 不归我', { type: 'release', reason: 'not_mine' }],
    ['放回 忙', { type: 'release', reason: 'busy' }],
    ['放回 点错了', { type: 'release', reason: 'misclick' }],
    ['release busy', { type: 'release', reason: 'busy' }],
    ['派给 王芳', { type: 'assign', person: 'wangfang', seen: null }],
    ['不接', { type: 'decline' }],
    ['挂起 仓库', { type: 'pend', wait: 'warehouse', until: null }],
    ['挂起 客户 2h', { type: 'pend', wait: 'customer', until: minutes(120) }],
    ['关闭 重复', { type: 'close', reason: '重复' }],
    ['重开', { type: 'reopen' }],
    ['优先级 紧急', { type: 'prioritise', priority: 'urgent' }],
    ['分类 退换货', { type: 'categorise', category: 'return' }],
    ['归为问题', { type: 'group', tickets: [] }],
    ['标签 +vip -old', { type: 'tag', add: ['vip'], remove: ['old'] }],
    ['提醒 2小时', { type: 'remind', at: minutes(120) }],
    ['提醒 取消', { type: 'remind', at: null }],
    ['升级', { type: 'escalate', note: null }],
    ['知道了', { type: 'acknowledge' }],
  ])('%s', async (line, intent) => {
    const outcome = await intended(line);
    expect(outcome.intent).toEqual(intent);
    expect([outcome.message, outcome.note]).toEqual([undefined, undefined]);
  });

  it('reply: a message for the customer, with its files', async () => {
    const { intent, message, note } = await intended('回复 您好\n已补发', { attachments: [anAttachment('file-1')] });
    expect(message?.body).toEqual({ text: '您好\n已补发', attachments: [anAttachment('file-1')] });
    expect(intent).toEqual({ type: 'reply', message: message?.id, sure: false });
    expect(note).toBeUndefined();
  });

  it('reply: files alone will do', async () => {
    const { message } = await intended('回复', { attachments: [anAttachment('file-1')] });
    expect(message?.body).toEqual({ text: '', attachments: [anAttachment('file-1')] });
  });

  it('escalate: what is said with it is a note, and those who hear of it are named', async () => {
    const { intent, note, done } = await intended('升级 客户要找平台');
    expect(note).toEqual({ id: note?.id, noteText: '客户要找平台', attachments: [] });
    expect(intent).toEqual({ type: 'escalate', note: note?.id });
    expect(done === null ? '' : say(done, zh)).toBe('T-4821 升级给 赵敏 了');
  });

  it('acknowledge: without a ticket it is everything one was told of', async () => {
    expect(await typed('知道了', { ticket: null })).toEqual({ kind: 'acknowledge' });
  });

  it('note: never a message for the customer', async () => {
    const { intent, message, note } = await intended('备注 仓库说明天发');
    expect(note).toEqual({ id: note?.id, noteText: '仓库说明天发', attachments: [] });
    expect(intent).toEqual({ type: 'note', note: note?.id });
    expect(message).toBeUndefined();
  });

  it('transfer: to a team or a person, with a stored note', async () => {
    const team = await intended('转给 物流 已核实未发货');
    expect(team.note?.noteText).toBe('已核实未发货');
    expect(team.intent).toEqual({
      type: 'transfer',
      person: null,
      team: 'logistics',
      note: team.note?.id,
      words: '已核实未发货',
    });
    const person = await intended('转给 陈晨 已核实');
    expect(person.intent).toMatchObject({ person: 'chenchen', team: null });
    expect(await refused('转给 物流')).toEqual({ code: 'note_required' });
  });

  it('resolve: a notice in the catalogue of customers, the outcome, the note kept apart', async () => {
    const plain = await intended('解决');
    expect(plain.message?.body).toEqual({ sentence: { key: 'notice.resolved', params: { no: 4821 } } });
    expect(plain.intent).toEqual({ type: 'resolve', disposition: 'handled', note: null, notice: plain.message?.id });
    const full = await intended('解决 同意退货 已寄回');
    expect(full.note?.noteText).toBe('已寄回');
    expect(full.intent).toMatchObject({ disposition: 'return_approved', note: full.note?.id });
    const bare = aDirectory({
      dispositions: new Map([['done', { id: 'done', name: { 'zh-CN': '完成', en: 'Done' } }]]),
    });
    expect((await intended('解决', { directory: bare })).intent).toMatchObject({ disposition: 'done' });
  });

  it('undo: the last step or a named one, with a correction in case the notice is out', async () => {
    const last = await intended('撤销');
    expect(last.intent).toEqual({
      type: 'undo',
      seq: null,
      notice: 'none',
      sure: false,
      correction: last.message?.id,
    });
    expect(last.message?.body).toEqual({ sentence: { key: 'notice.correction', params: { no: 4821 } } });
    expect((await intended('撤销 4821 12')).intent).toMatchObject({ seq: 12, sure: false });
    expect((await intended('撤销 4821 12 确认')).intent).toMatchObject({ seq: 12, sure: true });
  });

  it('the same cause gives the same ids, another cause others', async () => {
    for (const [line, each] of [
      ['解决 已退款', 2],
      ['回复 您好', 1],
      ['备注 您好', 1],
      ['转给 物流 您好', 1],
      ['撤销', 1],
    ] as const) {
      const first = await ids(line, 'a');
      expect(await ids(line, 'a')).toEqual(first);
      expect(new Set([...first, ...(await ids(line, 'b'))]).size).toBe(2 * each);
    }
  });

  it('new: typed text is shown first; a form files at once, and a button files what its draft holds', async () => {
    const text = '顺丰 SF1234567890123 三天没更新';
    expect(await typed(`新建 ${text}`, { ticket: null })).toEqual({ kind: 'preview', text, attachments: [] });
    const values = { text, handle: 'xiaohong88', place: '千牛' };
    const form = await execute(aCommand('new'), { from: 'form', values }, aContext({ ticket: null, from: 'form' }));
    expect(form).toMatchObject({
      kind: 'file',
      filing: { draft: null, text, given: { handle: 'xiaohong88', place: 'qianniu' } },
    });
    const button = aContext({ ticket: null, from: 'button' });
    expect(await execute(aCommand('new'), { from: 'button', values: { draft: 'd1' } }, button)).toMatchObject({
      kind: 'file',
      filing: { draft: 'd1', given: null },
    });
    for (const step of ['edit', 'drop'])
      expect(await execute(aCommand('new'), { from: 'button', values: { draft: 'd1', step } }, button)).toEqual({
        kind: 'draft',
        step,
        draft: 'd1',
      });
  });
});

describe('answers', () => {
  const claimed = { status: 'in_progress', assignee: 'lilei' } as const;
  const tickets = [
    ...Array.from({ length: 8 }, (_, i) => aTicket({ number: 100 + i, status: 'new' })),
    ...Array.from({ length: 4 }, (_, i) => aTicket({ number: 50 + i, ...claimed })),
    aTicket({ number: 7, team: 'logistics' }),
    aTicket({ number: 8, status: 'closed' }),
    aTicket({ number: 9, status: 'closed' }),
    aTicket({ number: 10, shop: 'other' }),
  ];
  const listed = async (line: string, person = 'lilei', shops: readonly string[] = ['tea']) => {
    const speaker = { ...aPersonOf(person), shops };
    const outcome = await typed(line, { tickets: reads(tickets), speaker, ticket: null });
    if (outcome.kind !== 'answer') throw new Error(outcome.kind);
    const { view, sentence } = outcome.answer;
    if (view === undefined) return sentence === undefined ? '' : say(sentence, zh);
    if (view.view !== 'list') throw new Error(view.view);
    return `${say(view.title, zh)} ${view.total}: ${view.tickets.map((t) => t.number).join(' ')}`;
  };

  it('list: unclaimed first, oldest first, ten of them', async () => {
    expect(await listed('列表')).toBe('售后 · 没做完的 12: 100 101 102 103 104 105 106 107 50 51');
  });

  it('list: mine, a status, a team', async () => {
    expect(await listed('列表 我的')).toBe('我手上的 4: 50 51 52 53');
    expect(await listed('列表 已关闭')).toBe('已关闭 2: 9 8');
    expect(await listed('列表 待认领')).toBe('待认领 8: 100 101 102 103 104 105 106 107');
    expect(await listed('列表 物流', 'zhou')).toBe('物流 · 没做完的 1: 7');
  });

  it('list: all teams for who leads them all, none for who has none', async () => {
    expect(await listed('列表 已关闭', 'zhou', [])).toBe('已关闭 2: 9 8');
    expect(await listed('列表', 'zhou', [])).toMatch(/^全部组 · 没做完的 14: 7 10 100 /u);
    const outcome = await typed('列表', { tickets: reads(tickets), speaker: { ...aPersonOf('lilei'), teams: [] } });
    expect(outcome).toMatchObject({ answer: { sentence: { key: 'command.list_none' } } });
  });

  it('list: nothing there', async () => {
    expect(await listed('列表 我的', 'wangfang')).toBe('你手上没有工单。发「列表」看看组里待认领的');
    expect(await listed('列表 已解决')).toBe('这里没有工单');
  });

  it('show and help', async () => {
    const ticket = aTicket();
    expect(await typed('查看', { ticket })).toEqual({ kind: 'answer', answer: { view: { view: 'show', ticket } } });
    expect(await typed('帮助 rl')).toEqual({ kind: 'answer', answer: { view: { view: 'help', command: 'claim' } } });
    expect(await typed('？')).toEqual({ kind: 'answer', answer: { view: { view: 'help', command: null } } });
  });
});

describe('every verb that changes a ticket', () => {
  const lines: Record<string, string> = {
    claim: '认领',
    release: '放回 忙',
    assign: '派给 王芳',
    transfer: '转给 物流 已核实',
    decline: '不接',
    reply: '回复 您好',
    told: '已回复 您好',
    note: '备注 记一下',
    reveal: '查看号码',
    pending: '挂起 仓库 2h',
    resolve: '解决',
    close: '关闭',
    reopen: '重开',
    priority: '优先级 高',
    category: '分类 退换货',
    tag: '标签 +vip',
    remind: '提醒 18:00',
    escalate: '升级 客户要找平台',
    acknowledge: '知道了',
    group: '归为问题',
    merge: '合并到 4790',
    undo: '撤销',
  };

  it('is in this table', () => {
    const verbs = commands
      .filter((c) => c.subject !== 'none' && !['show', 'split'].includes(c.name))
      .map((c) => c.name);
    expect(Object.keys(lines)).toEqual(verbs.filter((v) => v in lines));
    expect(Object.keys(lines).toSorted()).toEqual(verbs.toSorted());
  });

  it.each(Object.entries(lines))(
    '%s tells in both languages what it did, naming no internal id',
    async (verb, line) => {
      const { done, already } = await intended(line);
      const told = (reader: Reader): readonly string[] => [
        ...(done === null ? [] : [say(done, reader)]),
        ...(already === null ? [] : [say(already, reader)]),
      ];
      for (const reader of [zh, en]) {
        for (const words of told(reader)) {
          expect(words).toMatch(/T-4821|小美/u);
          expect(words).not.toMatch(/undefined|null|wangfang|logistics|in_progress/u);
        }
      }
      // What an undo meant for the customer is known, and said, by the flow.
      expect(done === null).toBe(verb === 'undo');
    },
  );

  it('speaks like people do', async () => {
    expect(await words('认领', 'already')).toBe('T-4821 已经是你的了');
    expect(await words('派给 王芳', 'done')).toBe('T-4821 派给王芳了');
    expect(await words('转给 物流 已核实', 'done')).toBe('T-4821 转给物流了');
    expect(await words('挂起 仓库 2h', 'done')).toBe('T-4821 挂起了，等仓库，今天 16:30 回到处理中');
    expect(await words('解决', 'done')).toBe('T-4821 解决了，10 秒后通知客户，之前可以「撤销」');
    expect(await words('回复 您好', 'done')).toBe('5 秒后发给小美，之前可以「撤销」');
  });

  it('resolve says so when there is nobody to write to', async () => {
    const { done } = await intended('解决', { ticket: aTicket({ links: [] }) });
    expect(done === null ? '' : say(done, zh)).toBe('T-4821 处理好了；记得在其他渠道告诉买家');
  });

  it('is understood by the domain', async () => {
    const ticket = aTicket({ status: 'in_progress', assignee: 'zhaomin' });
    const speaker = aPersonOf('zhaomin');
    const actor = { kind: 'person', id: speaker.id, name: speaker.name } as const;
    const verdicts: Record<string, string> = {};
    for (const [verb, line] of Object.entries(lines)) {
      const { intent } = await intended(line, { ticket, speaker });
      const decision = decide(ticket, intent, {
        now: NOW,
        actor,
        cause: 'cause-1',
        directory: aDirectory(),
        ...everybodyOn(),
      });
      verdicts[verb] = decision.accepted ? (decision.already ? 'already' : 'done') : decision.refusal.code;
    }
    const done = Object.fromEntries(Object.keys(lines).map((verb) => [verb, 'done']));
    expect(verdicts).toEqual({
      ...done,
      acknowledge: 'nothing_due',
      claim: 'already',
      reopen: 'already',
      told: 'reachable',
      decline: 'not_offered',
      reveal: 'nothing_hidden',
      undo: 'undo_nothing',
    });
  });
});

describe('rights and subject', () => {
  it('what takes a lead is refused to an agent before anything runs', async () => {
    const restricted = { ...aCommand('close'), permission: 'lead' as const };
    const run = (person: string) =>
      execute(restricted, { from: 'text', line: '' }, aContext({ speaker: aPersonOf(person) }));
    expect(await run('lilei')).toEqual({
      kind: 'refused',
      refusal: { code: 'not_allowed', no: 4821, needs: 'lead', who: null },
    });
    expect(await run('zhaomin')).toMatchObject({ kind: 'intent' });
    expect(await run('zhou')).toMatchObject({ kind: 'intent' });
  });

  it('somebody without any role may do nothing', async () => {
    const speaker = { ...aPersonOf('lilei'), roles: [] };
    expect(await typed('列表', { speaker })).toMatchObject({ kind: 'refused', refusal: { code: 'not_allowed' } });
  });

  it('a verb that needs a ticket does not run without one', async () => {
    await expect(typed('认领', { ticket: null })).rejects.toThrow('claim without a ticket');
  });
});
