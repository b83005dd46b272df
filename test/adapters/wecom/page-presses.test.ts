import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packed } from '../../../adapters/shared/signed.ts';
import type { Invocation } from '../../../cards/invocation.ts';
import { manualClock } from '../../support/clock.ts';
import {
  act,
  aForm,
  aTicket,
  CLAIM,
  LILEI,
  MINUTE,
  paging,
  REPLY,
  vault,
  WANGFANG,
  type Paging,
  type Phone,
} from './paging.ts';

/** What people do on the pages behind WeCom's login. */

const START = manualClock().now().getTime();

let on: Paging;
let phone: Phone;
beforeEach(async () => {
  on = await paging();
  phone = on.phone();
  on.card = aTicket;
});
afterEach(async () => {
  await on.close();
});

const link = (invocation: Invocation | null): string => on.pages.linkOf(invocation) ?? '';

describe('a press', () => {
  test('hands in what the button says, as its person, in their own chat', async () => {
    const page = await phone.opens(link(CLAIM));
    on.answer = {
      stored: true,
      answer: { message: { type: 'text', text: '已认领 T-4821', attachments: [] }, form: null },
    };
    const answer = await phone.presses(page, '认领');
    expect(on.events).toEqual([
      {
        event: {
          kind: 'invoke',
          platform: 'wecom',
          app: 'wecom',
          id: expect.stringMatching(/^w:[\w-]{22}$/u),
          conversation: { id: LILEI, kind: 'direct' },
          sender: { id: LILEI, name: '李雷' },
          receivedAt: on.clock.now(),
          invocation: CLAIM,
        },
        options: { answerBy: 3_000 },
      },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('结果 已认领 T-4821');
  });

  test('twice on one page is one, and another page is another', async () => {
    const page = await phone.opens(link(CLAIM));
    const before = await phone.opens(link(CLAIM));
    on.answer = {
      stored: true,
      answer: { message: { type: 'text', text: '已认领 T-4821', attachments: [] }, form: null },
    };
    // A browser drops what the first tap is answered with.
    const both = await Promise.all([phone.presses(page, '认领'), phone.presses(page, '认领')]);
    expect(both.map(({ text }) => text.includes('已认领 T-4821'))).toEqual([true, true]);
    expect(on.events).toHaveLength(1);
    await phone.presses(page, '查看全部');
    await phone.presses(before, '认领');
    expect(new Set(on.events.map(({ event }) => event.id)).size).toBe(3);
  });

  test('has an id that follows from the page and what was pressed, for whichever process hears it', async () => {
    const page = await phone.opens(link(CLAIM));
    on.isStoreAway = true;
    await phone.presses(page, '认领');
    on.isStoreAway = false;
    expect((await phone.presses(page, '认领')).status).toBe(200);
    expect(on.events).toHaveLength(2);
    expect(on.events[0]?.event.id).toBe(on.events[1]?.event.id);
  });

  test.each([
    ['that takes longer', { stored: true }, '结果会发到你和应用的聊天里'],
    ['that came before', { stored: true, repeated: true }, '不会做第二次'],
  ] as const)('%s is told so', async (_, answer, words) => {
    on.answer = answer;
    const page = await phone.presses(await phone.opens(link(CLAIM)), '认领');
    expect(page.text).toContain('收到了');
    expect(page.text).toContain(words);
  });

  test('is answered with a card whose buttons go on', async () => {
    const card = {
      ...aTicket,
      title: 'T-4830 · 退款',
      actions: [act('解决', { command: 'resolve', args: { ticket: '4830' } })],
    };
    on.answer = {
      stored: true,
      answer: { message: { type: 'card', card, fallback: '', version: 1 }, form: null },
    };
    const answer = await phone.presses(await phone.opens(link(CLAIM)), '认领');
    expect(answer.text).toContain('T-4830 · 退款');
    await phone.presses(answer, '解决');
    expect(on.events[1]?.event).toMatchObject({ invocation: { command: 'resolve', args: { ticket: '4830' } } });
  });

  test('that asks for values opens the form and stores nothing', async () => {
    on.home = { ...aTicket, actions: [{ ...act('回复', REPLY), form: aForm }] };
    const home = await phone.opens(link(null));
    on.form = aForm;
    const page = await phone.presses(home, '回复');
    expect(page.forms[0]?.sends).toMatchObject({ kind: 'form', nonce: 'opened-1', 'v.text': '' });
    expect(on.events).toEqual([]);
    on.form = null;
    await phone.presses(home, '回复');
    expect(on.events[0]?.event).toMatchObject({ kind: 'invoke', asks: true, invocation: REPLY });
  });

  test.each([
    ['without proof', ''],
    ['with a proof that nobody signed', 'e30.x'],
    ['with the session in its place', null],
    [
      'with what was signed for something else',
      packed(vault, { for: 'wecom-way', user: LILEI, at: START, nonce: 'n', locale: 'zh-CN' }),
    ],
  ])('%s is refused, with a way out', async (_, token) => {
    const page = await phone.opens(link(CLAIM));
    const session = phone.cookies.get('gongdan_wecom') ?? '';
    const answer = await phone.sends({ ...page.forms[0]?.sends, token: token ?? session });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('没有执行');
    expect(answer.html).toContain('href="open?do=claim%3Fticket%3D4821"');
    expect(on.events).toEqual([]);
  });

  test('with the proof of somebody else is refused', async () => {
    const theirs = on.phone();
    on.emulator.phone = WANGFANG;
    const page = await theirs.opens(link(CLAIM));
    on.emulator.phone = LILEI;
    await phone.opens(link(CLAIM));
    expect((await phone.sends(page.forms[0]?.sends ?? {})).status).toBe(403);
    expect(on.events).toEqual([]);
  });

  test('on a page older than half an hour is refused, also by who has logged in since', async () => {
    const page = await phone.opens(link(CLAIM));
    on.clock.advance(30 * MINUTE);
    await phone.opens(link(CLAIM));
    expect((await phone.presses(page, '认领')).status).toBe(403);
    expect(on.events).toEqual([]);
  });

  test('after the login has ended is refused, and gives back what was written', async () => {
    on.form = aForm;
    const page = await phone.opens(link(REPLY));
    on.clock.advance(30 * MINUTE);
    const answer = await phone.presses(page, '发送', { text: '您好，<已>经\n补发' });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('离登录已经超过 30 分钟');
    expect(answer.html).toContain('<pre>您好，&lt;已&gt;经\n补发</pre>');
    expect(answer.html).toContain('href="open?do=reply%3Fticket%3D4821"');
    expect(on.events).toEqual([]);
  });

  test('without a login is refused', async () => {
    const page = await phone.opens(link(CLAIM));
    expect((await on.phone().sends(page.forms[0]?.sends ?? {})).status).toBe(401);
  });

  test('that cannot be stored says that nothing was changed', async () => {
    const page = await phone.opens(link(CLAIM));
    on.isStoreAway = true;
    const answer = await phone.presses(page, '认领');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('现在存不下来，什么都没有改');
  });

  test('while nothing is taken in says so too', async () => {
    const page = await phone.opens(link(CLAIM));
    on.isOpen = false;
    expect((await phone.presses(page, '认领')).status).toBe(503);
    expect((await phone.opens(link(CLAIM))).status).toBe(503);
    expect(on.events).toEqual([]);
  });

  test.each<[string, number, (sends: Readonly<Record<string, string>>) => Record<string, string> | string]>([
    ['nothing', 400, () => ''],
    ['no command', 400, (sends) => ({ ...sends, command: 'Rm -rf' })],
    ['a name twice', 400, (sends) => `${new URLSearchParams(sends).toString()}&a.ticket=1`],
    ['more than 64 kB', 413, (sends) => ({ ...sends, 'v.text': 'x'.repeat(65 * 1024) })],
    ['more names than a form has', 413, () => Array.from({ length: 1_100 }, (_, at) => `v.${at}=1`).join('&')],
  ])('that brings %s is refused', async (_, status, body) => {
    const page = await phone.opens(link(CLAIM));
    const answer = await phone.sends(body(page.forms[0]?.sends ?? {}));
    expect(answer.status).toBe(status);
    expect(answer.text).toContain('没有执行');
    expect(on.events).toEqual([]);
  });
});

describe('a form', () => {
  const opened = () => {
    on.form = aForm;
    return phone.opens(link(REPLY));
  };

  test('is handed in with its values, by its own nonce, however often', async () => {
    const page = await opened();
    await phone.presses(page, '发送', { text: '您好\r\n已补发' });
    await phone.presses(page, '发送', { text: '您好\r\n已补发' });
    expect(on.events).toHaveLength(1);
    expect(on.events[0]?.event).toMatchObject({
      kind: 'form',
      invocation: { command: 'reply', args: { ticket: '4821', text: '您好\n已补发' } },
      nonce: expect.stringMatching(/^[\w-]{22}$/u),
    });
  });

  test('opened twice by its nonce is one when both are handed in', async () => {
    const [page, other] = [await opened(), await opened()];
    await phone.presses(page, '发送', { text: '好' });
    await phone.presses(other, '发送', { text: '好' });
    const nonces = on.events.map(({ event }) => event.kind === 'form' && event.nonce);
    expect(nonces[0]).toBe(nonces[1]);
  });

  test('brings nothing for a field that was emptied', async () => {
    on.form = { ...aForm, invoke: { command: 'reply', args: { ticket: '4821', text: '旧的' } } };
    const page = await phone.opens(link(REPLY));
    await phone.presses(page, '发送', { text: '  ' });
    expect(on.events[0]?.event).toMatchObject({ invocation: { args: { ticket: '4821' } } });
    expect(on.events[0]?.event).not.toHaveProperty('invocation.args.text');
  });

  test('comes back with what was written, and what is wrong with it', async () => {
    const page = await opened();
    const wrong = [
      {
        name: 'text',
        label: '回复内容',
        type: 'text',
        required: true,
        max: 5,
        value: '写得太长了吧',
        error: '最多 5 个字',
      },
    ] as const;
    on.answer = { stored: true, answer: { message: null, form: { ...aForm, nonce: 'opened-2', fields: wrong } } };
    const back = await phone.presses(page, '发送', { text: '写得太长了吧' });
    expect(back.text).toContain('还没有提交：有 1 处要改');
    expect(back.html).toContain('aria-invalid="true" aria-describedby="f0e"');
    expect(back.html).toContain('<p class="wrong" id="f0e">最多 5 个字</p>');
    expect(back.forms[0]?.sends).toMatchObject({ nonce: 'opened-2', 'v.text': '写得太长了吧' });
    await phone.presses(back, '发送', { text: '好' });
    expect(new Set(on.events.map(({ event }) => event.id)).size).toBe(2);
  });

  test('is asked for anew, and not handed in, when a value changes what else is asked for', async () => {
    const guide = {
      name: 'status',
      label: '等谁',
      type: 'select',
      required: true,
      max: 20,
      guides: true,
      options: [{ value: 'carrier', label: '承运商' }],
    } as const;
    on.form = { ...aForm, fields: [guide] };
    const page = await phone.opens(link(REPLY));
    expect(page.forms[0]?.labels).toEqual(['发送', '按所选更新', '发送']);
    await phone.sends({ ...page.forms[0]?.sends, 'v.status': 'carrier', again: '1' });
    expect(on.reads.at(-1)?.asked).toMatchObject({ invocation: { args: { ticket: '4821', status: 'carrier' } } });
    on.form = null;
    await phone.sends({ ...page.forms[0]?.sends, 'v.status': 'carrier', again: '1' });
    expect(on.events).toEqual([]);
  });
});
