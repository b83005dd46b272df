import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundEvent, OutMessage, Sink } from '../../../adapters/adapter.ts';
import { trackId } from '../../../adapters/dingtalk/posting.ts';
import type { Card, Form } from '../../../cards/card.ts';
import { encodeInvocation } from '../../../cards/invocation.ts';
import { deferred } from '../../emulators/json.ts';
import type { Told } from '../../emulators/dingtalk/emulator.ts';
import {
  anAction,
  card,
  fromBot,
  group,
  GROUP,
  LILEI,
  runDingTalk,
  turns,
  WANGFANG,
  words,
  type RunningDingTalk,
} from '../../support/dingtalk.ts';
import { aCard } from '../../support/sandbox.ts';

const TOPIC = '/v1.0/card/instances/callback';
const LOST = '刚才那一下没有存下来，请再按一次';
const ABOVE = '已经收到了，结果马上就来';

const form = (more: Partial<Form> = {}): Form => ({
  title: '转给谁 T-4821',
  submit: '转交',
  invoke: { command: 'transfer', args: { ticket: '4821' } },
  fields: [
    {
      name: 'to',
      label: '转给',
      type: 'select',
      required: true,
      max: 60,
      options: [
        { value: 'team:logistics', label: '物流' },
        { value: 'person:wangfang', label: '王芳' },
      ],
    },
    { name: 'note', label: '说明', type: 'text', required: false, max: 200 },
  ],
  nonce: 'n-1',
  ...more,
});
const ASKING = anAction('转交', { form: form(), invoke: form().invoke });
const MENU = [anAction('加标签', { placement: 'menu' }), anAction('合并', { placement: 'menu' })];

let running: RunningDingTalk;
let id: string;
const posts = async (more: Partial<Card> = {}): Promise<void> => {
  const message = card('T-4821', 7, { actions: [anAction('认领'), ASKING, ...MENU], ...more });
  ({ id } = await running.adapter.send(group, message, 's-1'));
};
beforeEach(async () => {
  running = await runDingTalk();
  await posts();
});
afterEach(async () => {
  await running.close();
});

const presses = (user: string, button: string): Promise<Told> => running.emulator.presses(user, id, button);
const view = (user: string) => running.emulator.view(id, user);
const notice = (user: string): string => view(user)?.values['notice'] ?? '';
const labels = (user: string): readonly string[] => view(user)?.buttons.map(({ label }) => label) ?? [];
const updates = () => running.emulator.calls.filter(({ method }) => method === 'PUT');
const answers = (message: OutMessage | null): void => {
  running.sink.answer = () => ({ message, form: null });
};
/** As the real one: what came before is not worked again. */
const onceEach = (): InboundEvent[] => {
  const { sink } = running;
  const accept: Sink['accept'] = sink.accept.bind(sink);
  const seen = new Map<string, Promise<unknown>>();
  sink.accept = async (event, options) => {
    const before = seen.get(event.id);
    if (before !== undefined) return { stored: true, repeated: true };
    const accepting = accept(event, options);
    seen.set(event.id, accepting);
    return accepting;
  };
  return sink.events;
};
/** A press as the wire has it, whatever it holds. */
const pushes = (data: Readonly<Record<string, unknown>>): Promise<Told> =>
  running.emulator.pushes({
    specVersion: '1.0',
    type: 'CALLBACK',
    headers: { topic: TOPIC, messageId: `frame-${Math.random()}`, contentType: 'application/json', time: '1' },
    data: JSON.stringify({ type: 'actionCallback', outTrackId: id, userId: LILEI, spaceId: GROUP, ...data }),
  });
const CLAIM = { c: encodeInvocation({ command: 'claim', args: { ticket: '4821' } }), v: '7' };
const pressed = (actionIds: readonly unknown[], params: unknown) => ({ cardPrivateData: { actionIds, params } });

describe('a button (4.3)', () => {
  test('says what runs, on which card, in which state, who pressed, and lends an answer', async () => {
    expect(await presses(LILEI, '认领')).toMatchObject({ acked: true });
    expect(running.sink.events).toMatchObject([
      {
        kind: 'invoke',
        platform: 'dingtalk',
        app: 'dingtalk',
        id: expect.stringMatching(/^i:.+:\d+$/u) as string,
        conversation: { id: GROUP, kind: 'group' },
        sender: { id: LILEI, name: '李雷' },
        invocation: { command: 'claim', args: { ticket: '4821' } },
        surface: 's-1',
        seen: 7,
        grants: [{ uses: 5, boundTo: LILEI }],
      },
    ]);
    expect(running.sink.events[0]?.id.length).toBeLessThanOrEqual(200);
    expect(running.sink.events[0]).not.toHaveProperty('asks');
  });

  test('in a one-to-one chat is of that chat, which the callback does not name', async () => {
    const { adapter, emulator, sink } = running;
    const mine = await adapter.send({ ...group, conversation: LILEI }, card('我的', 1), 's-2');
    await emulator.presses(LILEI, mine.id, '认领');
    expect(sink.events).toMatchObject([{ conversation: { id: LILEI, kind: 'direct' }, surface: 's-2' }]);
  });

  test('is answered on the card, where nobody else reads it: it is yours', async () => {
    answers(words('T-4821 是你的了'));
    const { response } = await presses(LILEI, '认领');
    expect(response).toMatchObject({
      cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true },
      userPrivateData: { cardParamMap: { notice: 'T-4821 是你的了' } },
    });
    expect(notice(LILEI)).toBe('T-4821 是你的了');
    expect(notice(WANGFANG)).toBe('');
    expect(fromBot(running, GROUP, WANGFANG)).toHaveLength(1);
  });

  test('that somebody else was faster with says whose it is, and offers the next one', async () => {
    const next = anAction('认领下一单', { invoke: { command: 'next', args: {} } });
    const taken = aCard('李雷先认领了', { actions: [next] });
    answers({ type: 'card', card: taken, fallback: '李雷先认领了', version: 1 });
    await presses(WANGFANG, '认领');
    expect(notice(WANGFANG)).toBe('李雷先认领了');
    expect(labels(WANGFANG)).toContain('认领下一单');
    expect(labels(LILEI)).not.toContain('认领下一单');
    await presses(WANGFANG, '认领下一单');
    expect(running.sink.events.at(-1)).toMatchObject({ invocation: { command: 'next' }, sender: { id: WANGFANG } });
    // The state it stands on is not that of the card it stands on.
    expect(running.sink.events.at(-1)).not.toHaveProperty('seen');
  });

  test('whose answer takes longer than 400 ms is answered empty, and told by the ordinary path', async () => {
    let patience: number | undefined;
    const { sink } = running;
    const accept: Sink['accept'] = sink.accept.bind(sink);
    sink.accept = (event, options) => {
      patience = options?.answerBy;
      return accept(event, options);
    };
    const told = await presses(LILEI, '认领');
    expect(told.acked).toBe(true);
    expect(patience).toBe(400);
    expect(notice(LILEI)).toBe('');
    expect(labels(LILEI)).toContain('认领');
    const [grant] = sink.events[0]?.grants ?? [];
    if (grant === undefined) throw new Error('nothing was lent');
    await running.adapter.reply(grant, words('T-4821 是你的了'), 'r');
    expect(notice(LILEI)).toBe('T-4821 是你的了');
    expect(notice(WANGFANG)).toBe('');
  });

  test('does not wait long for the name of who pressed', async () => {
    let patience: number | undefined;
    const { sink } = running;
    const accept: Sink['accept'] = sink.accept.bind(sink);
    sink.accept = (event, options) => {
      patience = options?.answerBy;
      return accept(event, options);
    };
    running.emulator.fails('POST /topapi/v2/user/get', { slowMs: 30_000 });
    const telling = presses(LILEI, '认领');
    while (running.emulator.calls.every(({ path }) => path !== '/topapi/v2/user/get')) await turns(1);
    running.clock.advance(100);
    expect((await telling).acked).toBe(true);
    expect(running.sink.events).toMatchObject([{ sender: { id: LILEI, name: '' } }]);
    // What went by counts.
    expect(patience).toBe(300);
  });

  test('with the store away: who pressed reads that it was not stored, and nothing says that it was done', async () => {
    running.sink.away = true;
    await presses(LILEI, '认领');
    expect(notice(LILEI)).toBe(LOST);
    expect(running.sink.events).toEqual([]);
    running.sink.away = false;
    answers(words('T-4821 是你的了'));
    await presses(LILEI, '认领');
    expect(notice(LILEI)).toBe('T-4821 是你的了');
  });

  test('with the store away where a card is not known any more: the same', async () => {
    const other = await runDingTalk({ emulator: running.emulator, clock: running.clock, store: running.store });
    await running.stop();
    running.store.away = true;
    await presses(LILEI, '认领');
    expect(notice(LILEI)).toBe(LOST);
    running.store.away = false;
    await presses(LILEI, '认领');
    expect(other.sink.events).toMatchObject([{ surface: 's-1', conversation: { id: GROUP } }]);
    other.failures.length = 0;
    await other.close();
  });
});

describe('the same press twice (4.3: presses have no id of their own)', () => {
  test('at once or a little later is one event, and hears the same', async () => {
    const events = onceEach();
    answers(words('T-4821 是你的了'));
    await presses(LILEI, '认领');
    const { response } = await presses(LILEI, '认领');
    expect(events).toHaveLength(1);
    expect(response).toMatchObject({ userPrivateData: { cardParamMap: { notice: 'T-4821 是你的了' } } });
  });

  test('five seconds later is the same wish anew, and its answer another', async () => {
    const events = onceEach();
    answers(words('T-4821 是你的了'));
    await presses(LILEI, '认领');
    running.clock.advance(5_001);
    answers(words('T-4822 是你的了'));
    const { response } = await presses(LILEI, '认领');
    expect(events).toHaveLength(2);
    expect(response).toMatchObject({ userPrivateData: { cardParamMap: { notice: 'T-4822 是你的了' } } });
  });

  test('while the first is still worked on says that it came', async () => {
    const events = onceEach();
    const answer = deferred<{ message: OutMessage; form: null }>();
    running.sink.answer = () => answer.promise;
    const first = presses(LILEI, '认领');
    while (events.length === 0) await turns(1);
    const second = await presses(LILEI, '认领');
    expect(second.response).toMatchObject({ userPrivateData: { cardParamMap: { notice: ABOVE } } });
    answer.resolve({ message: words('T-4821 是你的了'), form: null });
    await first;
    expect(notice(LILEI)).toBe('T-4821 是你的了');
    expect(events).toHaveLength(1);
  });

  test('by two people, of two buttons, on two states, is a press each; so is one of minutes later', async () => {
    await presses(LILEI, '认领');
    await presses(WANGFANG, '认领');
    await presses(LILEI, '更多');
    await presses(LILEI, '加标签');
    await running.adapter.update(group, { id }, card('T-4821', 8), 'u8');
    await presses(LILEI, '认领');
    await running.passes(91_000);
    await presses(LILEI, '认领');
    const ids = running.sink.events.map((event) => event.id);
    // 加标签 runs the same as 认领 here, on the same state.
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(4);
  });
});

describe('what somebody was shown alone', () => {
  test('stays over the change that their own press caused, and goes with one of more than 30 s later', async () => {
    answers(words('T-4821 是你的了'));
    await presses(LILEI, '认领');
    await running.adapter.update(group, { id }, card('T-4821 李雷处理中', 8), 'u8');
    expect(notice(LILEI)).toBe('T-4821 是你的了');
    await running.passes(29_999);
    await running.adapter.update(group, { id }, card('T-4821 李雷处理中', 9), 'u9');
    expect(notice(LILEI)).toBe('T-4821 是你的了');
    await running.passes(2);
    await running.adapter.update(group, { id }, card('T-4821 已解决', 10), 'u10');
    expect(notice(LILEI)).toBe('');
    expect(updates().at(-1)?.body).toMatchObject({ privateData: { [LILEI]: { cardParamMap: { notice: '' } } } });
    await running.adapter.update(group, { id }, card('T-4821 已关闭', 11), 'u11');
    expect(updates().at(-1)?.body).not.toHaveProperty('privateData');
  });

  test('goes for those alone who have had it that long, the open menu too', async () => {
    await presses(WANGFANG, '更多');
    await running.passes(20_000);
    answers(words('好'));
    await presses(LILEI, '认领');
    await running.passes(15_000);
    await running.adapter.update(group, { id }, card('T-4821', 8, { actions: [anAction('认领'), ...MENU] }), 'u8');
    expect(labels(WANGFANG)).not.toContain('加标签');
    expect(notice(LILEI)).toBe('好');
  });
});

describe('the menu', () => {
  test('opens and closes for who pressed, and nothing is stored for it', async () => {
    expect(labels(LILEI)).toEqual(['认领', '转交', '更多']);
    await presses(LILEI, '更多');
    expect(labels(LILEI)).toEqual(['认领', '转交', '更多', '加标签', '合并', '收起']);
    expect(labels(WANGFANG)).toEqual(['认领', '转交', '更多']);
    await presses(LILEI, '收起');
    expect(labels(LILEI)).toEqual(['认领', '转交', '更多']);
    expect(running.sink.events).toEqual([]);
  });

  test('closes with what was done by it', async () => {
    answers(words('已加'));
    await presses(LILEI, '更多');
    await presses(LILEI, '加标签');
    expect(labels(LILEI)).toEqual(['认领', '转交', '更多']);
    expect(notice(LILEI)).toBe('已加');
  });

  test('opens also with the store away: there is nothing to store', async () => {
    running.sink.away = true;
    await presses(LILEI, '更多');
    expect(labels(LILEI)).toContain('收起');
  });
});

describe('what is no press of ours is answered at once and does nothing', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['an id nobody gave', pressed(['approve'], {})],
    ['no id', pressed([], {})],
    ['parameters of another card', pressed(['b0'], { action: 'agree' })],
    ['an invocation that is none', pressed(['b0'], { c: 'rm -rf /', v: '7' })],
    ['a version that is none', pressed(['b0'], { ...CLAIM, v: 'seven' })],
    ['values that are no texts', pressed(['b0'], { c: 7, v: {} })],
    ['a form that is none of ours', pressed(['form'], { form: { text: 'x' } })],
    ['nothing', {}],
  ])('%s', async (_, content) => {
    const packed = JSON.stringify(content);
    const { acked, response } = await pushes({ content: packed, value: packed });
    expect([acked, response]).toEqual([true, { response: {} }]);
    expect(running.sink.events).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['in content alone', { content: JSON.stringify(pressed(['b0'], CLAIM)) }],
    ['in value alone', { value: JSON.stringify(pressed(['b0'], CLAIM)) }],
    ['beside', { content: JSON.stringify({ cardPrivateData: { actionIds: ['b0'] }, params: CLAIM }) }],
    ['unpacked already', { content: pressed(['b0'], CLAIM) }],
  ])('but what is wrapped otherwise is read: %s', async (_, data) => {
    await pushes(data);
    expect(running.sink.events).toMatchObject([{ kind: 'invoke', seen: 7 }]);
  });

  test('a press on a card that was deleted, or is not known, names no surface and is answered', async () => {
    const packed = JSON.stringify(pressed(['b0'], CLAIM));
    await pushes({ outTrackId: trackId('own', 'never sent'), content: packed });
    expect(running.sink.events).toMatchObject([{ conversation: { id: GROUP, kind: 'group' } }]);
    expect(running.sink.events[0]).not.toHaveProperty('surface');
    await pushes({ outTrackId: 'a card of another program', content: packed, spaceId: 'cid-is-not-said' });
    running.emulator.deletes(fromBot(running, GROUP, LILEI)[0]?.id ?? '');
    answers(words('T-4821 是你的了'));
    const { response } = await pushes({ content: packed });
    expect(response).toMatchObject({ response: { userPrivateData: { cardParamMap: { notice: 'T-4821 是你的了' } } } });
  });
});
