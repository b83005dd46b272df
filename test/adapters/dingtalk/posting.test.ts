import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryError } from '../../../src/errors.ts';
import { trackId } from '../../../adapters/dingtalk/posting.ts';
import { nastyText } from '../../support/nasty.ts';
import {
  at,
  card,
  fromBot,
  group,
  GROUP,
  GUEST,
  LILEI,
  runDingTalk,
  TEMPLATE,
  vault,
  WANGFANG,
  words,
  type RunningDingTalk,
} from '../../support/dingtalk.ts';
import { lendSession, lendView } from '../../../adapters/dingtalk/grants.ts';

const CREATE = '/v1.0/card/instances/createAndDeliver';
const CARDS = '/v1.0/card/instances';

let running: RunningDingTalk;
beforeEach(async () => {
  running = await runDingTalk();
});
afterEach(async () => {
  await running.close();
});

const calls = (path: string, method = 'POST') =>
  running.emulator.calls.filter((call) => call.path === path && call.method === method);
const bodies = (path: string, method = 'POST') =>
  calls(path, method).map(({ body }) => body as Readonly<Record<string, unknown>>);
const reads = (user: string, conversation = GROUP) => fromBot(running, conversation, user).map(({ text }) => text);
const met = async (call: Promise<unknown> | undefined): Promise<DeliveryError['failure'] | 'taken'> => {
  try {
    await call;
    return 'taken';
  } catch (error) {
    return (error as DeliveryError).failure;
  }
};

describe('a card (4.1)', () => {
  test('says where it goes, who speaks, how presses come back and what the list of chats says', async () => {
    await running.adapter.send(group, card('T-4821 · 快递三天没更新', 3), 's-1');
    const [body] = bodies(CREATE);
    expect(body).toMatchObject({
      cardTemplateId: TEMPLATE,
      outTrackId: trackId('own', 's-1'),
      callbackType: 'STREAM',
      userIdType: 1,
      openSpaceId: `dtv1.card//IM_GROUP.${GROUP}`,
      imGroupOpenSpaceModel: {
        supportForward: false,
        lastMessageI18n: { ZH_CN: 'T-4821 · 快递三天没更新' },
        notification: { alertContent: 'T-4821 · 快递三天没更新', notificationOff: false },
      },
      imGroupOpenDeliverModel: { robotCode: running.emulator.app.robotCode },
    });
    expect(body?.['imGroupOpenDeliverModel']).not.toHaveProperty('recipients');
    expect(body).not.toHaveProperty('imRobotOpenDeliverModel');
    expect(String(body?.['outTrackId']).length).toBeLessThanOrEqual(100);
  });

  test('for one member of a group names them, and nobody else sees it', async () => {
    await running.adapter.send(group, words('只给你'), 'k', LILEI);
    expect(bodies(CREATE)[0]).toMatchObject({
      imGroupOpenDeliverModel: { recipients: [LILEI], atUserIds: { [LILEI]: LILEI } },
    });
    expect(reads(LILEI)).toEqual(['只给你']);
    expect(fromBot(running, GROUP, LILEI)[0]?.at).toEqual([LILEI]);
    expect(reads(WANGFANG)).toEqual([]);
  });

  test('for a person goes into their chat with the bot, by whatever name the shop has for them', async () => {
    for (const [i, ref] of [LILEI, 'mobile:13800138000', `union:union-${LILEI}`].entries())
      await running.adapter.send(at(ref), words(`第 ${i} 次`), `k${i}`);
    expect(reads(LILEI, LILEI)).toEqual(['第 0 次', '第 1 次', '第 2 次']);
    expect(bodies(CREATE)[0]).toMatchObject({
      openSpaceId: `dtv1.card//IM_ROBOT.${LILEI}`,
      imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode: running.emulator.app.robotCode },
    });
    expect(await met(running.adapter.send(at('mobile:13700000000'), words('x'), 'k9'))).toBe('gone');
    expect(await met(running.adapter.send(at(`$:LWCP_v1:$${GUEST}`), words('x'), 'k9'))).toBe('gone');
  });

  test('that is sent again is the same card, whatever became of the first answer', async () => {
    const { adapter, emulator } = running;
    emulator.fails(`POST ${CREATE}`, { lost: true });
    expect(await met(adapter.send(group, card('T-4821', 1), 's-1'))).toBe('unknown');
    const ref = await adapter.send(group, card('T-4821', 1), 's-1');
    expect(await adapter.send(group, card('T-4821', 1), 'another key of it', undefined)).not.toEqual(ref);
    expect(await adapter.send(group, card('T-4821', 1, {}, 's-1'), 'k2')).toEqual(ref);
    expect(calls(CREATE).map(({ status }) => status)).toEqual([200, 400, 200, 400]);
    expect(reads(LILEI)).toHaveLength(2);
  });

  test('carries strings and nothing else, of every variable it declares', async () => {
    await running.adapter.send(group, card('T-4821', 1, { tone: 'red', status: '待认领', footer: '脚' }), 's-1');
    await running.adapter.send(group, words('好'), 'k');
    for (const body of bodies(CREATE)) {
      const { cardParamMap } = body['cardData'] as { readonly cardParamMap: Readonly<Record<string, unknown>> };
      expect(Object.entries(cardParamMap).filter(([, value]) => typeof value !== 'string')).toEqual([]);
      expect(Object.keys(cardParamMap)).toContain('body8');
    }
  });

  test.each([
    ['conversation not exist', 'gone'],
    ['chatbot is not in the conversation', 'gone'],
    ['send.too.fast', 'rate-limited'],
    ['system.busy', 'retryable'],
    ['quite another matter', 'permanent'],
  ])('that is taken under HTTP 200 and not delivered: %s is %s', async (undelivered, failure) => {
    running.emulator.fails(`POST ${CREATE}`, { undelivered });
    expect(await met(running.adapter.send(group, words('好'), 'k'))).toBe(failure);
    expect(reads(LILEI)).toEqual([]);
  });

  test('that was created and not delivered is delivered by the next try, once', async () => {
    const { adapter, emulator } = running;
    emulator.fails(`POST ${CREATE}`, { undelivered: 'send.too.fast' });
    expect(await met(adapter.send(group, words('好'), 'k'))).toBe('rate-limited');
    emulator.fails(`POST ${CARDS}/deliver`, { undelivered: 'system.busy' });
    expect(await met(adapter.send(group, words('好'), 'k'))).toBe('retryable');
    await adapter.send(group, words('好'), 'k');
    await adapter.send(group, words('好'), 'k');
    expect(reads(LILEI)).toEqual(['好']);
  });

  test('longer than a message is refused before it is sent', async () => {
    expect(await met(running.adapter.send(group, words('长'.repeat(2_001)), 'k'))).toBe('permanent');
    expect(calls(CREATE)).toEqual([]);
    await running.adapter.send(group, words('👍'.repeat(2_000)), 'k');
    expect(reads(LILEI)[0]?.replaceAll('\n', '')).toBe('👍'.repeat(2_000));
  });

  test('shows its words as they are, whatever they are', async () => {
    const { adapter, emulator } = running;
    let no = 0;
    const carried = (text: string): string =>
      text
        .replaceAll(/\r\n?/gu, '\n')
        .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
        .replaceAll(/(?!\n|\t)\p{Cc}/gu, '');
    await fc.assert(
      fc.asyncProperty(nastyText, async (text) => {
        no += 1;
        const { id } = await adapter.send(group, words(text), `nasty ${no}`);
        const values = emulator.view(id, LILEI)?.values ?? {};
        const body = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => values[`body${i}`] ?? '').join('');
        const bare = (shown: string): string => shown.replaceAll('\n', '').trimEnd();
        expect(bare(body)).toBe(carried(text).trim() === '' ? '' : bare(carried(text)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a change (4.2)', () => {
  test('is by key, and everybody sees it', async () => {
    const { adapter, emulator } = running;
    const ref = await adapter.send(group, card('T-4821', 1), 's-1');
    expect(await adapter.update(group, ref, card('T-4821 已解决', 2, { actions: [] }), 'u')).toEqual(ref);
    expect(bodies(CARDS, 'PUT')[0]).toMatchObject({
      outTrackId: ref.id,
      cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
    });
    for (const user of [LILEI, WANGFANG]) {
      expect(reads(user)).toEqual(['T-4821 已解决']);
      expect(emulator.view(ref.id, user)?.buttons).toEqual([]);
    }
  });

  test('that was overtaken is not shown: DingTalk keeps no order', async () => {
    const { adapter } = running;
    const ref = await adapter.send(group, card('一', 1), 's-1');
    await adapter.update(group, ref, card('五', 5), 'u5');
    expect(await adapter.update(group, ref, card('三', 3), 'u3')).toEqual(ref);
    expect(calls(CARDS, 'PUT')).toHaveLength(1);
    await adapter.update(group, ref, card('五', 5), 'u5');
    await adapter.update(group, ref, card('六', 6), 'u6');
    expect(reads(LILEI)).toEqual(['六']);
  });

  test('that failed overtakes nothing', async () => {
    const { adapter, emulator } = running;
    const ref = await adapter.send(group, card('一', 1), 's-1');
    emulator.fails(`PUT ${CARDS}`, { status: 500, code: 'system.busy' });
    expect(await met(adapter.update(group, ref, card('五', 5), 'u5'))).toBe('unknown');
    await adapter.update(group, ref, card('三', 3), 'u3');
    expect(reads(LILEI)).toEqual(['三']);
  });

  test('of a card that somebody deleted is gone, and so is one of no card of ours', async () => {
    const { adapter, emulator } = running;
    const ref = await adapter.send(group, card('一', 1), 's-1');
    emulator.deletes(fromBot(running, GROUP, LILEI)[0]?.id ?? '');
    expect(await met(adapter.update(group, ref, card('二', 2), 'u2'))).toBe('gone');
    const before = calls(CARDS, 'PUT').length;
    for (const id of ['', 'x', 'msg:key/1', 'gd-own-x', `${ref.id}x`, 'gd-links-'.padEnd(52, 'a')])
      expect(await met(adapter.update(group, { id }, card('二', 2), 'u2')), id).toBe('gone');
    expect(calls(CARDS, 'PUT')).toHaveLength(before);
  });
});

describe('an answer that a grant is spent for', () => {
  const place = { id: 'g-1', conversation: GROUP, user: LILEI };

  test('counts as a send unless a webhook takes it', () => {
    const { adapter, emulator, clock } = running;
    const session = { url: `${emulator.url}/robot/sendBySession?session=x`, endsAt: clock.now().getTime() + 3_600_000 };
    const counts = (
      user: string,
      message: Parameters<NonNullable<typeof adapter.replyCounts>>[1],
      conversation = GROUP,
    ) => adapter.replyCounts?.(lendSession(vault, { ...place, user, conversation }, session), message);
    expect(counts(LILEI, words('只给你'))).toBe(true);
    expect(counts(LILEI, words('大家都可以看', { open: true }))).toBe(false);
    expect(counts(LILEI, words('只给你'), LILEI)).toBe(false);
    expect(counts(LILEI, card('T-4821', 1), LILEI)).toBe(true);
    expect(adapter.replyCounts?.(lendView(vault, place, trackId('own', 's'), clock.now()), words('好'))).toBe(true);
    expect(adapter.replyCounts?.({ secret: 'x', uses: 1, expiresAt: new Date() }, words('好'))).toBe(false);
  });

  test('is given once per key, five times in all', async () => {
    const { adapter, clock } = running;
    const grant = lendView(vault, place, trackId('public', 's'), clock.now());
    for (const key of ['1', '1', '2', '3', '4', '5', '5']) await adapter.reply(grant, words(key), key);
    expect(reads(LILEI)).toEqual(['1', '2', '3', '4', '5']);
    expect(reads(WANGFANG)).toEqual([]);
    expect(await met(adapter.reply(grant, words('6'), '6'))).toBe('gone');
    const late = lendView(vault, { ...place, id: 'g-2' }, trackId('public', 's'), clock.now());
    clock.advance(30 * 60_000);
    expect(await met(adapter.reply(late, words('7'), '7'))).toBe('gone');
  });

  test('that failed was none, and is given by the next try', async () => {
    const { adapter, emulator, clock } = running;
    const grant = lendView(vault, place, trackId('public', 's'), clock.now());
    emulator.fails(`POST ${CREATE}`, { reset: true });
    expect(await met(adapter.reply(grant, words('好'), 'r'))).toBe('unknown');
    await adapter.reply(grant, words('好'), 'r');
    expect(reads(LILEI)).toEqual(['好']);
  });

  test('that is more than a notice holds, or has files, comes as a message of its own', async () => {
    const { adapter, emulator, clock } = running;
    const ref = await adapter.send(group, card('T-4821', 1), 's-1');
    const grant = lendView(vault, place, ref.id, clock.now());
    await adapter.reply(grant, words('好'), 'short');
    expect(emulator.view(ref.id, LILEI)?.values['notice']).toBe('好');
    expect(emulator.view(ref.id, WANGFANG)?.values['notice']).toBeUndefined();
    expect(reads(LILEI)).toHaveLength(1);
    await adapter.reply(grant, words('长'.repeat(500)), 'long');
    await adapter.reply(grant, card('我的', 1, { blocks: [{ type: 'note', text: '三张' }] }), 'card');
    expect(reads(LILEI)).toHaveLength(3);
    expect(reads(WANGFANG)).toHaveLength(1);
  });

  test('with something that we did not lend is refused', async () => {
    const { secret } = lendView(vault, place, trackId('own', 's'), running.clock.now());
    const [body = '', proof = ''] = secret.split('.');
    for (const forged of ['', 'x', body, `${body}.`, `${secret}.x`, `e30.${proof}`])
      expect(
        await met(running.adapter.reply({ secret: forged, uses: 5, expiresAt: new Date() }, words('x'), 'x')),
      ).toBe('permanent');
    expect(calls(CREATE)).toEqual([]);
  });
});

describe("a custom group robot (3.6): it only speaks, and nothing of it is the app's", () => {
  const env = { DINGTALK_ROBOTS: 'warehouse=a1b2c3d4e5f60718293a:SECthis0is0a0secret' };
  const WAREHOUSE = 'cidWarehouse==';
  let bare: RunningDingTalk;
  beforeEach(async () => {
    bare = await runDingTalk({ env });
    bare.emulator.addGroup({ id: WAREHOUSE, title: '仓库', members: [LILEI] });
    bare.emulator.addRobot({ token: 'a1b2c3d4e5f60718293a', secret: 'SECthis0is0a0secret', group: WAREHOUSE });
  });
  afterEach(() => bare.close());
  const robot = at('robot:warehouse');
  const said = () => bare.emulator.reads(WAREHOUSE, LILEI).map(({ text, kind }) => [kind, text]);

  test('says words and cards once per key; nothing can be pressed there or changed', async () => {
    const ref = await bare.adapter.send(robot, words('一句 **话**'), 'k1');
    await bare.adapter.send(robot, words('一句 **话**'), 'k1');
    await bare.adapter.send(robot, card('T-4821', 1), 'k2');
    expect(said().map(([kind]) => kind)).toEqual(['text', 'markdown']);
    expect(said()[0]).toEqual(['text', '一句 **话**']);
    expect(said()[1]?.[1]).toContain('T-4821');
    expect(bare.emulator.reads(WAREHOUSE, LILEI)[1]?.links).toEqual([]);
    expect(await met(bare.adapter.update(robot, ref, card('T-4821', 2), 'u'))).toBe('gone');
    expect(bare.adapter.capabilities(robot)).toMatchObject({ update: false, buttons: false, idempotentSend: true });
    expect(bare.adapter.subjects(robot)).toEqual({ member: null, robot: 'warehouse' });
    expect(bare.emulator.counted).toBe(0);
  });

  test('is held to what it may say in a minute by its limit; beyond it is blocked for ten', async () => {
    const limit = bare.adapter.limits.find(({ name }) => name === 'dingtalk-robot');
    expect(limit).toMatchObject({ count: 19, windowMs: 60_000, conversations: ['robot:warehouse'] });
    expect(bare.adapter.quota?.except).toEqual(['robot:warehouse']);
    for (let i = 0; i < 20; i += 1) await bare.adapter.send(robot, words(`${i}`), `k${i}`);
    const error: unknown = await bare.adapter.send(robot, words('20'), 'k20').catch((e: unknown) => e);
    expect(error).toMatchObject({ failure: 'rate-limited', retryAfterMs: 600_000 });
    bare.clock.advance(600_000);
    await bare.adapter.send(robot, words('20'), 'k20');
    expect(said()).toHaveLength(21);
  });

  test('of 20 000 bytes and more says no more than DingTalk takes', async () => {
    const blocks = Array.from({ length: 30 }, () => ({
      type: 'text' as const,
      style: 'plain' as const,
      text: '长'.repeat(900),
    }));
    await bare.adapter.send(robot, card('T-4821', 1, { blocks }), 'k');
    expect(said()).toHaveLength(1);
  });

  test('without an app there is nothing but robots, and nothing is connected', async () => {
    const alone = await runDingTalk({ env, robotsAlone: true });
    try {
      alone.emulator.addGroup({ id: WAREHOUSE, title: '仓库', members: [LILEI] });
      alone.emulator.addRobot({ token: 'a1b2c3d4e5f60718293a', secret: 'SECthis0is0a0secret', group: WAREHOUSE });
      await alone.adapter.send(robot, words('好'), 'k');
      expect(alone.adapter.health().ok).toBe(true);
      expect(alone.dingtalk.health().ok).toBe(true);
      expect(await met(alone.adapter.send(group, words('好'), 'k'))).toBe('gone');
      expect(alone.emulator.opened).toBe(0);
      expect(alone.emulator.calls).toHaveLength(1);
    } finally {
      await alone.close();
    }
  });
});
