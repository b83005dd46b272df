import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InboundEvent, OutMessage, Sink } from '../../../adapters/adapter.ts';
import type { Card, Form } from '../../../cards/card.ts';
import type { Told } from '../../emulators/dingtalk/emulator.ts';
import {
  anAction,
  card,
  fromBot,
  group,
  GROUP,
  LILEI,
  runDingTalk,
  WANGFANG,
  words,
  type RunningDingTalk,
} from '../../support/dingtalk.ts';

const TOPIC = '/v1.0/card/instances/callback';
const LOST = '刚才那一下没有存下来，请再按一次';

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
const pressed = (actionIds: readonly unknown[], params: unknown) => ({ cardPrivateData: { actionIds, params } });

describe('a button that asks', () => {
  const opens = async (): Promise<void> => {
    running.sink.form = () => form();
    await presses(LILEI, '转交');
  };

  test('opens its form on the card, for who pressed alone; nothing is stored for it', async () => {
    await opens();
    expect(view(LILEI)?.form).toMatchObject({ submit: '转交', enabled: true });
    expect(
      view(LILEI)
        ?.form?.fields.filter(({ hidden }) => !hidden)
        .map(({ name, type }) => [name, type]),
    ).toEqual([
      ['to', 'SELECT'],
      ['note', 'TEXT'],
    ]);
    expect(notice(LILEI)).toBe('转给谁 T-4821');
    expect(view(WANGFANG)?.form).toBeNull();
    expect(running.sink.events).toEqual([]);
  });

  test('and its form, filled in, is an event of its own, whose answer takes the form away', async () => {
    await opens();
    answers(words('已转给物流'));
    await running.emulator.submits(LILEI, id, { to: 'team:logistics', note: '客户在海外' });
    expect(running.sink.events).toMatchObject([
      {
        kind: 'form',
        invocation: { command: 'transfer', args: { ticket: '4821', to: 'team:logistics', note: '客户在海外' } },
        surface: 's-1',
        conversation: { id: GROUP, kind: 'group' },
        sender: { id: LILEI, name: '李雷' },
        grants: [{ boundTo: LILEI }],
      },
    ]);
    expect(view(LILEI)?.form).toBeNull();
    expect(notice(LILEI)).toBe('已转给物流');
  });

  test('and its form, refused, comes back with what is wrong; put right it is another try', async () => {
    await opens();
    const [to, note] = form().fields;
    if (to === undefined || note === undefined) throw new Error('no fields');
    running.sink.answer = () => ({
      message: null,
      form: form({
        fields: [
          { ...to, value: 'team:logistics' },
          { ...note, error: '太长了' },
        ],
        nonce: 'n-1',
      }),
    });
    await running.emulator.submits(LILEI, id, { to: 'team:logistics', note: '长' });
    expect(view(LILEI)?.form?.fields.find(({ name }) => name === 'to')?.value).toBe('team:logistics');
    expect(notice(LILEI)).toContain('太长了');
    answers(words('已转给物流'));
    await running.emulator.submits(LILEI, id, { note: '短' });
    const [first, second] = running.sink.events;
    expect(first?.kind === 'form' && second?.kind === 'form' && first.nonce !== second.nonce).toBe(true);
    expect(view(LILEI)?.form).toBeNull();
  });

  test('and its form, sent twice as it was, counts once and hears the same', async () => {
    const events = onceEach();
    await opens();
    answers(words('已转给物流'));
    const filled = { to: 'team:logistics' };
    const fields = view(LILEI)?.form?.fields ?? [];
    const held = fields.find(({ hidden }) => hidden)?.value;
    const again = JSON.stringify(
      pressed(['form'], { form: { ...filled, to: { index: 0, value: filled.to }, _: held } }),
    );
    await running.emulator.submits(LILEI, id, filled);
    const { response } = await pushes({ content: again, value: again });
    expect(events).toHaveLength(1);
    expect(response).toMatchObject({
      response: { userPrivateData: { cardParamMap: { notice: '已转给物流', form_open: 'false' } } },
    });
  });

  test('and its form, with the store away, stays open with what was filled in, and says so', async () => {
    await opens();
    running.sink.away = true;
    await running.emulator.submits(LILEI, id, { to: 'team:logistics' });
    expect(notice(LILEI)).toBe(LOST);
    expect(view(LILEI)?.form).not.toBeNull();
    running.sink.away = false;
    await running.emulator.submits(LILEI, id, { to: 'team:logistics' });
    expect(running.sink.events).toMatchObject([{ kind: 'form' }]);
    expect(view(LILEI)?.form).toBeNull();
  });

  test('and its form, closed, is gone, and nothing was stored', async () => {
    await opens();
    await presses(LILEI, 'close');
    expect(view(LILEI)?.form).toBeNull();
    expect(notice(LILEI)).toBe('');
    expect(running.sink.events).toEqual([]);
  });

  test('for somebody who gets none becomes a press, which is answered', async () => {
    answers(words('你不能转交'));
    await presses(LILEI, '转交');
    expect(running.sink.events).toMatchObject([{ kind: 'invoke', asks: true, invocation: { command: 'transfer' } }]);
    expect(notice(LILEI)).toBe('你不能转交');
  });

  test('what was pressed is answered by a form: it opens', async () => {
    running.sink.answer = () => ({ message: null, form: form() });
    await presses(LILEI, '认领');
    expect(view(LILEI)?.form).not.toBeNull();
  });
});

describe("on DingTalk's public template, which has nothing for one person alone", () => {
  let other: RunningDingTalk;
  beforeEach(async () => {
    other = await runDingTalk({ template: 'public' });
    ({ id } = await other.adapter.send(group, card('T-4821', 7, { actions: [anAction('认领'), ASKING] }), 's-1'));
  });
  afterEach(async () => {
    await other.close();
  });
  const said = (user: string) => fromBot(other, GROUP, user).map(({ text }) => text.split('\n')[0]);

  test('a press says what runs, and its answer is no part of the callback', async () => {
    const told = await other.emulator.presses(LILEI, id, '认领');
    expect(told).toMatchObject({ acked: true, response: {} });
    expect(other.sink.events).toMatchObject([{ kind: 'invoke', surface: 's-1', seen: 7, sender: { id: LILEI } }]);
    const [grant] = other.sink.events[0]?.grants ?? [];
    if (grant === undefined) throw new Error('nothing was lent');
    await other.adapter.reply(grant, words('T-4821 是你的了'), 'r');
    expect(said(LILEI)).toEqual(['T-4821', 'T-4821 是你的了']);
    expect(said(WANGFANG)).toEqual(['T-4821']);
  });

  test('a press that asks is told what to type, alone', async () => {
    other.sink.form = () => form();
    await other.emulator.presses(LILEI, id, '转交');
    await expect.poll(() => said(LILEI).length + fromBot(other, LILEI, LILEI).length, { interval: 2 }).toBe(2);
    const [told] = [...fromBot(other, LILEI, LILEI), ...fromBot(other, GROUP, LILEI).slice(1)];
    expect(told?.text).toContain('转给 4821 <转给>');
    expect(told?.text).toContain('物流 / 王芳');
    expect(said(WANGFANG)).toEqual(['T-4821']);
    expect(other.sink.events).toEqual([]);
  });

  test('with the store away who pressed is told in their own chat', async () => {
    other.sink.away = true;
    expect((await other.emulator.presses(LILEI, id, '认领')).acked).toBe(true);
    await expect.poll(() => fromBot(other, LILEI, LILEI).map(({ text }) => text), { interval: 2 }).toEqual([LOST]);
  });
});
