import { readdir, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { words } from '../../support/desk.ts';
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

describe('after a restore', () => {
  it('nothing leaves for any customer, group or colleague, whatever happens and however long it takes', async () => {
    const since = await on.restores();
    await on.desk.passes(20 * MINUTE);
    await on.opens('k6', '快递三天没更新');
    expect(await on.heard('k6')).toEqual([]);
    const [fresh] = await on.desk.store.tickets.list({ status: ['new'] }, 1);
    on.names('k6', fresh?.number ?? 0);
    await on.desk.writes('k1', '还没寄吗');
    await on.desk.types('lilei', `认领 ${on.no('k5')}`);
    await on.desk.types('lilei', `回复 ${on.no('k5')} 马上看`);
    await on.desk.types('lilei', `解决 ${on.no('k2')}`);
    await on.desk.types('wangfang', '午休 5分钟');
    await on.desk.flow.audit();
    for (let day = 0; day < 5; day += 1) await on.desk.passes(DAY);
    expect(await on.leaked(since)).toEqual([]);
    expect((await on.ticket('k6')).status).toBe('new');
    expect((await on.ticket('k3')).status).toBe('resolved');
    expect((await on.ticket('k4')).offer).not.toBeNull();
    expect((await on.ticket('k5')).assignee).toBe('lilei');
  });

  it('who acts is answered, at once or later', async () => {
    await on.restores();
    expect(words((await on.desk.types('lilei', `查看 ${on.no('k5')}`)).answer)).toContain('T-');
    await on.desk.presses('wangfang', null, 'claim', { ticket: String(on.no('k5')) });
    expect((await on.ticket('k5')).assignee).toBe('wangfang');
  });

  it('an answer that waited in the backup waits still', async () => {
    const row = { kind: 'answer', answer: { sentence: { key: 'backlog.nothing', params: null } } } as const;
    const address = { platform: 'sandbox', app: 'sandbox', conversation: 'd-lilei' };
    const at = on.clock.now();
    await on.desk.store.outbox.add([
      {
        _id: 'answer:old',
        app: 'sandbox\nsandbox',
        lane: 'answer:old',
        address,
        body: { ...row, person: 'lilei', user: 'lilei', grant: null },
        state: 'pending',
        order: at,
        notBefore: at,
        attempts: 0,
      },
    ]);
    on.clock.advance(MINUTE);
    await on.restores();
    await on.desk.passes(MINUTE);
    expect((await on.desk.store.outbox.load('answer:old'))?.state).toBe('pending');
    await on.presses('gaofei', '全部作废');
    await on.desk.passes(SECOND);
    expect((await on.desk.store.outbox.load('answer:old'))?.state).toBe('done');
    expect((await on.desk.sees('lilei', 'd-lilei')).map(words)).not.toContain('没有积压，消息都照常发送');
  });

  it('each admin gets one card that says since when, from which backup and what waits', async () => {
    await on.restores();
    expect(await (await on.desk.request('/readyz')).json()).toMatchObject({
      ready: true,
      degraded: [expect.stringMatching(/^quiet since 2026-11-11T06:3\d:\d\dZ: /u)],
    });
    await on.desk.passes(HOUR);
    const zh = await on.notice('gaofei');
    expect(words(zh)).toMatch(
      /^14:30 从备份恢复（备份时间 14:20），机器人先不发任何消息。积压：给客户的消息 1 条；有些可能在备份之后已经发过。/u,
    );
    expect(zh.card?.actions.map((a) => [a.label, a.style])).toEqual([
      ['全部作废', 'primary'],
      ['逐条看', 'default'],
      ['发送', 'default'],
    ]);
    expect(words(await on.notice('ann'))).toMatch(
      /^Restored from a backup, 14:30 \(made 14:20\).*: 1 message to a customer;/u,
    );
    expect(await readdir(on.directory)).not.toContain('restored.json');
  });

  it('the card counts anew when somebody asks', async () => {
    await on.restores();
    await on.desk.passes(20 * MINUTE);
    await on.opens('k6');
    const { answer } = await on.desk.types('gaofei', '积压');
    const now = /积压：给客户的消息 2 条、卡片和通知 \d+ 条、到点的提醒 4 个；/u;
    expect(words(answer)).toMatch(now);
    expect(answer?.card?.actions.map((a) => a.label)).toEqual(['全部作废', '逐条看', '发送']);
    expect(words(await on.notice('gaofei'))).toMatch(now);
    expect(words((await on.desk.types('gaofei', '积压 全都要')).answer)).toBe(
      '「全都要」不是积压的处理办法，可以写：作废、逐条看、发送',
    );
  });

  it('who is no admin may neither ask nor decide', async () => {
    const since = await on.restores();
    for (const line of ['积压', '积压 发送 确认', '积压 作废'])
      expect(words((await on.desk.types('zhoumin', line)).answer)).toContain('管理员');
    expect(await on.leaked(since)).toEqual([]);
  });
});

it('the same restore is taken up once, the next one anew', async () => {
  await on.restores();
  await on.presses('gaofei', '全部作废');
  await on.desk.passes(SECOND);
  const story = (await on.desk.store.settings.load('quiet'))?.value as { since: Date };
  // The file of a start that died before it could remove it.
  await on.close();
  const at = story.since.toISOString();
  await writeFile(on.file, JSON.stringify({ at, backupMadeAt: BACKUP }));
  await on.open();
  expect(on.desk.flow.quiet()).toBeNull();
  expect(await readdir(on.directory)).not.toContain('restored.json');
  on.clock.advance(MINUTE);
  await on.restores();
  expect(on.desk.flow.quiet()).not.toBeNull();
});

it('a file that nobody can read keeps the bot from starting', async () => {
  await on.close();
  const path = on.file;
  for (const content of ['{', '{}', '{"at":"yesterday","backupMadeAt":"2026-11-11T06:20:00Z"}', '']) {
    await writeFile(path, content);
    await expect(on.open()).rejects.toThrow(/restored\.json cannot be understood/u);
  }
  await rm(path);
  await on.open();
  expect(on.desk.flow.quiet()).toBeNull();
  expect(words((await on.desk.types('gaofei', '积压')).answer)).toBe('没有积压，消息都照常发送');
});
