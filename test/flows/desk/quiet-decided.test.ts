import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { words, type Seen } from '../../support/desk.ts';
import { BACKUP, RestoredDesk } from '../../support/restored.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let on: RestoredDesk;
beforeEach(async () => {
  on = new RestoredDesk();
  await on.begin();
});
afterEach(() => on.end());

describe('全部作废', () => {
  it('gives up what waits, tells the tickets by whom, and ends the quiet', async () => {
    const since = await on.restores();
    await on.desk.passes(20 * MINUTE);
    expect(words(await on.presses('gaofei', '全部作废'))).toBe(
      '作废了：给客户的消息 1 条、到点的提醒 4 个。工单里会记下，之后照常发送',
    );
    await on.desk.passes(HOUR);
    expect(await on.heard('k1')).toHaveLength(1);
    const voided = (await on.history('k1')).find((e) => e.type === 'voided');
    expect(voided).toMatchObject({ actor: { kind: 'person', name: '高飞' } });
    expect(await on.ticket('k1')).toMatchObject({ status: 'in_progress', undelivered: voided?.data['message'] });
    expect((await on.desk.store.messages.load(String(voided?.data['message'])))?.state).toBe('withdrawn');
    expect((await on.leaked(since)).filter((line) => line.startsWith('c-'))).toEqual([]);
    for (const admin of ['gaofei', 'ann']) {
      const card = await on.notice(admin);
      expect(words(card)).toMatch(/高飞/u);
      expect(card.card?.actions).toEqual([]);
    }
    expect(words(await on.notice('ann'))).toMatch(/^高飞 discarded what was waiting, 14:5\d: 1 message to a customer/u);
    expect(await (await on.desk.request('/readyz')).json()).toMatchObject({ degraded: [] });
    await on.opens('k7');
    expect(await on.heard('k7')).toHaveLength(1);
  });

  it('passes by the moments that came: nobody reads of them, and the tickets are sane', async () => {
    const autoClose = (await on.ticket('k3')).nextDueAt?.getTime() ?? 0;
    const since = await on.restores();
    await on.desk.passes(8 * DAY);
    await on.presses('gaofei', '全部作废');
    const at = on.clock.now().getTime();
    await on.desk.passes(MINUTE);
    // Resolved: the whole time once more, for what the customer wrote since the backup is not known.
    expect(await on.ticket('k3')).toMatchObject({ status: 'resolved' });
    const policy = (await on.ticket('k3')).policy.autoCloseMs;
    expect(autoClose).toBeLessThan(at);
    expect((await on.ticket('k3')).nextDueAt?.getTime()).toBe(at + policy);
    expect(await on.ticket('k2')).toMatchObject({ status: 'in_progress', wait: null, until: null });
    expect(await on.ticket('k4')).toMatchObject({ offer: null, assignee: 'lilei', until: null });
    // Colleagues' cards show how it stands, and nobody gets a new one: not even about the offer.
    const shown = (await on.leaked(since)).map((line) => line.replace(/(T-\d+).*/u, '$1')).toSorted();
    const cards = ['k1', 'k2', 'k4'].flatMap((c) => [`d-lilei: T-${on.no(c)}`, `g-aftersale: T-${on.no(c)}`]);
    expect(shown).toEqual([...cards, `d-wangfang: T-${on.no('k4')}`].toSorted());
    await on.desk.passes(policy);
    expect((await on.ticket('k3')).status).toBe('closed');
  });

  it('a second admin who presses at the same moment reads who was faster', async () => {
    await on.restores();
    const [gaofei, ann] = await Promise.all([on.notice('gaofei'), on.notice('ann')]);
    const answers = (
      await Promise.all([on.presses('gaofei', '全部作废', gaofei), on.presses('ann', 'Discard all', ann)])
    ).map(words);
    const won = answers.filter((a) => a.startsWith('作废了') || a.startsWith('Discarded'));
    const lost = answers.filter((a) => /^(?:Ann 14:31 作废了积压|高飞 discarded what was waiting)/u.test(a));
    expect([won.length, lost.length, answers]).toEqual([1, 1, answers]);
    expect(words((await on.desk.types('ann', 'backlog send yes')).answer)).toMatch(/^(?:Ann|高飞) discarded/u);
  });

  it('cut in the middle, the next start goes on, and what comes meanwhile is not voided', async () => {
    await on.restores();
    const { settings } = on.desk.store;
    const document = await settings.load('quiet');
    const decision = {
      what: 'void',
      person: 'gaofei',
      name: '高飞',
      cause: 'x',
      at: on.clock.now(),
      counts: { messages: 1, cards: 0, reminders: 0, notices: 0 },
    };
    // As a process leaves it that died right after the decision, with one message given up and its row still there.
    const value = { ...(document?.value as object), state: 'voiding', decision };
    expect(await settings.replace('quiet', document?.version ?? 0, value, on.clock.now())).toBe(true);
    const replied = (await on.history('k1')).find((e) => e.type === 'replied');
    await on.desk.store.messages.withdraw(String(replied?.data['message']));
    await on.close();
    on.clock.advance(SECOND);
    await on.open();
    await on.desk.writes('k6', '快递三天没更新');
    await on.desk.passes(SECOND);
    expect((await on.history('k1')).filter((e) => e.type === 'voided')).toHaveLength(1);
    expect(await on.heard('k1')).toHaveLength(1);
    expect(await on.heard('k6')).toHaveLength(1);
    expect(words(await on.notice('ann'))).toMatch(/^高飞 discarded/u);
    await on.desk.passes(HOUR);
    expect((await on.history('k1')).filter((e) => e.type === 'voided')).toHaveLength(1);
  });

  it('an undo after it is refused and brings nothing back', async () => {
    await on.restores();
    await on.presses('gaofei', '全部作废');
    await on.desk.passes(SECOND);
    const message = String((await on.history('k1')).find((e) => e.type === 'replied')?.data['message']);
    expect(words((await on.desk.types('lilei', `撤销 ${on.no('k1')}`)).answer)).not.toContain('恢复原样');
    await on.desk.passes(5 * MINUTE);
    expect((await on.desk.store.messages.load(message))?.state).toBe('withdrawn');
    expect(await on.heard('k1')).toHaveLength(1);
  });
});

describe('逐条看', () => {
  it('shows each message with what may become of it; the rest waits on', async () => {
    await on.restores();
    for (const customer of ['k6', 'k7']) {
      on.clock.advance(SECOND);
      await on.desk.writes(customer, '收到的杯子碎了');
    }
    const list = await on.presses('gaofei', '逐条看');
    expect(list?.card?.title).toBe('等着发给客户的 3 条');
    const [rows] = list?.card?.blocks.flatMap((b) => (b.type === 'list' ? [b.items] : [])) ?? [];
    expect(rows?.map((r) => [r.text, r.action?.label, r.also?.label])).toEqual([
      [`顾客1 · T-${on.no('k1')}`, '发送', '作废'],
      [expect.stringMatching(/^顾客6 · T-\d+$/u), '发送', '作废'],
      [expect.stringMatching(/^顾客7 · T-\d+$/u), '发送', '作废'],
    ]);
    expect(rows?.[0]?.detail).toBe('14:31 起等着：新杯子今天寄出');
    const after = await on.desk.presses('gaofei', null, 'backlog', { ...rows?.[0]?.action?.invoke.args });
    expect(words(after.answer)).toContain('等着发给客户的 2 条');
    await on.desk.passes(SECOND);
    expect(await on.heard('k1')).toHaveLength(2);
    expect([await on.heard('k6'), await on.heard('k7')]).toEqual([[], []]);
    // The same once more, and the other way round: it is settled.
    const again = await on.desk.presses('ann', null, 'backlog', { ...rows?.[0]?.also?.invoke.args });
    expect(JSON.stringify(again.answer?.card)).toContain('That one is no longer waiting');
    const voided = await on.desk.types('ann', rows?.[1]?.also?.typed ?? '');
    expect(JSON.stringify(voided.answer?.card)).toContain('The message to 顾客6 is discarded');
    expect(voided.answer?.card?.title).toBe('1 message waiting to go to customers');
    await on.presses('gaofei', '全部作废');
    await on.desk.passes(HOUR);
    expect((await on.heard('k1')).at(-1)).toContain('新杯子今天寄出');
    expect([await on.heard('k6'), await on.heard('k7')]).toEqual([[], []]);
  });

  it('shows ten at a time, oldest first', async () => {
    await on.restores();
    for (let i = 0; i < 12; i += 1) {
      on.clock.advance(SECOND);
      await on.desk.types('lilei', `回复 ${on.no('k2')} 第${i}条`);
    }
    const first = await on.presses('gaofei', '逐条看');
    expect(first?.card?.title).toBe('等着发给客户的 13 条');
    const rowsOf = (seen: Seen | null): string[] =>
      seen?.card?.blocks.flatMap((b) => (b.type === 'list' ? b.items.map((i) => i.detail ?? '') : [])) ?? [];
    expect(rowsOf(first)).toHaveLength(10);
    expect(JSON.stringify(first?.card)).toContain('后面还有 3 条');
    const second = await on.presses('gaofei', '下一页', first);
    expect(rowsOf(second).map((d) => d.slice(-3))).toEqual(['第9条', '10条', '11条']);
    expect(second?.card?.actions.map((a) => a.label)).toEqual(['全部作废', '发送']);
  });
});

describe('发送', () => {
  it('asks first, then everything goes out as on any day', async () => {
    const since = await on.restores();
    await on.desk.passes(20 * MINUTE);
    const asked = await on.presses('gaofei', '发送');
    expect(words(asked)).toBe(
      '会马上发出：给客户的消息 1 条、到点的提醒 4 个。14:20 之后发过的，客户会再收到一次。确定发送？',
    );
    expect(await on.leaked(since)).toEqual([]);
    expect(words(await on.presses('gaofei', '确定发送', asked))).toBe(
      '开始发出：给客户的消息 1 条、到点的提醒 4 个，按平台的限速一条条发',
    );
    await on.desk.passes(MINUTE);
    expect((await on.heard('k1')).at(-1)).toContain('新杯子今天寄出');
    expect((await on.ticket('k2')).status).toBe('in_progress');
    expect((await on.ticket('k4')).offer).toBeNull();
    expect((await on.desk.sees('lilei', 'd-lilei')).map(words).some((w) => w.includes('没接'))).toBe(true);
    expect(words(await on.notice('ann'))).toMatch(/^高飞 sent what was waiting/u);
    const { value } = (await on.desk.store.settings.load('quiet')) ?? {};
    expect(value).toMatchObject({
      state: 'over',
      backupMadeAt: new Date(BACKUP),
      decision: {
        what: 'send',
        person: 'gaofei',
        name: '高飞',
        counts: { messages: 1, cards: 0, reminders: 4, notices: 0 },
      },
    });
  });
});
