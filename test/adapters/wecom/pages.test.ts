import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packed } from '../../../adapters/shared/signed.ts';
import type { Invocation } from '../../../cards/invocation.ts';
import { act, aForm, aTicket, CLAIM, LILEI, MINUTE, paging, REPLY, vault, type Paging, type Phone } from './paging.ts';

/** What a card cannot do is done on pages behind WeCom's login (fact sheet, 4.6). */

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
/** The address that WeCom leads back to, not opened yet. */
const leftFor = async (who: Phone, invocation: Invocation | null = CLAIM): Promise<URL> => {
  const left = await who.opens(link(invocation), false);
  const back = await fetch(left.headers.get('location') ?? '', { redirect: 'manual' });
  return new URL(back.headers.get('location') ?? '');
};
const cookieNamed = (name: RegExp): string => Array.from(phone.cookies.keys()).find((key) => name.test(key)) ?? '';

describe('a link', () => {
  test('names what it is for, or nothing', () => {
    expect(link(CLAIM)).toBe(`${on.url}/wecom/open?do=claim%3Fticket%3D4821`);
    expect(link(null)).toBe(`${on.url}/wecom/open`);
  });

  test('leads to what somebody has to do where it has no room for what it is for', () => {
    expect(link({ command: 'note', args: { text: '字'.repeat(200) } })).toBe(`${on.url}/wecom/open`);
  });
});

describe('coming in', () => {
  test('leads over WeCom to the page that was asked for', async () => {
    const page = await phone.opens(link(CLAIM));
    const [, authorize = '', entered = '', back] = page.way;
    const asked = new URL(authorize);
    expect(asked.origin + asked.pathname).toBe(`${on.emulator.url}/connect/oauth2/authorize`);
    expect(asked.hash).toBe('#wechat_redirect');
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      appid: on.emulator.corpId,
      redirect_uri: `${on.url}/wecom/entered`,
      response_type: 'code',
      scope: 'snsapi_base',
      agentid: String(on.emulator.app.agentId),
      // WeCom takes nothing else, and no more (doc 96714).
      state: expect.stringMatching(/^[a-zA-Z0-9]{22,128}$/u),
    });
    expect(entered).toContain('/wecom/entered?');
    expect(back).toBe(link(CLAIM));
    expect(page).toMatchObject({ status: 200, url: link(CLAIM) });
    expect(page.text).toContain('T-4821 · 快递三天没更新');
  });

  test('is asked of WeCom once, not for every page', async () => {
    await phone.opens(link(CLAIM));
    expect((await phone.opens(link(CLAIM))).way).toHaveLength(1);
    expect(on.emulator.count('auth/getuserinfo')).toBe(1);
  });

  test.each([
    ['http://pages.example', false],
    ['https://pages.example', true],
  ])('at %s leaves cookies that scripts and other sites do not get', async (publicUrl, isSecure) => {
    const own = await paging({ publicUrl });
    try {
      const left = await fetch(`${own.url}/wecom/open`, { redirect: 'manual' });
      const [cookie = ''] = left.headers.getSetCookie();
      expect(cookie).toMatch(/; Path=\/wecom; .*HttpOnly; .*SameSite=Lax/u);
      expect(/; Secure/u.test(cookie)).toBe(isSecure);
      expect(cookie).toContain('Max-Age=600;');
    } finally {
      await own.close();
    }
  });

  test('from two links at once ends on both', async () => {
    const first = await leftFor(phone, CLAIM);
    const second = await leftFor(phone, REPLY);
    expect((await phone.opens(first.href)).url).toBe(link(CLAIM));
    expect((await phone.opens(second.href)).url).toBe(link(REPLY));
  });

  test('again and again does not fill the browser with cookies', async () => {
    for (let times = 0; times < 40; times += 1) await leftFor(phone);
    expect(phone.cookies.size).toBeLessThanOrEqual(6);
    expect((await phone.opens(link(CLAIM))).url).toBe(link(CLAIM));
  });

  test('with a state that nobody gave is refused, with a way out', async () => {
    const back = await leftFor(phone);
    back.searchParams.set('state', 'abcdef0123456789');
    const page = await phone.opens(back.href);
    expect(page.status).toBe(400);
    expect(page.text).toContain('这次登录不是从这里开始的');
    expect(page.html).toContain('<a class="button primary" href="open">重新打开</a>');
    expect(on.emulator.count('auth/getuserinfo')).toBe(0);
  });

  test('on the way that somebody else began is refused', async () => {
    const theirs = await leftFor(on.phone());
    const page = await phone.opens(theirs.href);
    expect(page).toMatchObject({ status: 400 });
    expect(phone.cookies.size).toBe(0);
  });

  test('on a way whose cookie was changed, or is of another sort, is refused', async () => {
    const back = await leftFor(phone);
    const name = cookieNamed(/way/u);
    const state = back.searchParams.get('state');
    const until = on.clock.now().getTime() + MINUTE;
    const others = [
      packed({ sign: () => 'x', isSigned: () => true }, { for: 'wecom-way', state, target: null, until }),
      packed(vault, { for: 'wecom-session', state, target: null, until }),
      packed(vault, { for: 'wecom-way', state: 'abcd', target: null, until }),
    ];
    for (const value of others) {
      phone.cookies.set(name, value);
      expect((await phone.opens(back.href)).status).toBe(400);
    }
  });

  test('after ten minutes is refused', async () => {
    const inTime = await leftFor(phone);
    on.clock.advance(2 * MINUTE);
    expect((await phone.opens(inTime.href)).status).toBe(200);
    phone = on.phone();
    const late = await leftFor(phone);
    on.clock.advance(10 * MINUTE);
    const page = await phone.opens(late.href);
    expect(page.status).toBe(400);
    expect(page.text).toContain('超过 10 分钟');
    expect(on.emulator.count('auth/getuserinfo')).toBe(1);
  });

  test('twice with the same address does not begin anew', async () => {
    const back = await leftFor(phone);
    await phone.opens(back.href);
    const again = await phone.opens(back.href);
    expect(again.status).toBe(400);
    expect(again.text).toContain('请再打开一次');
  });

  test('with a code that was used is refused, and the same can be opened again', async () => {
    const first = await leftFor(phone);
    const second = await leftFor(phone);
    second.searchParams.set('code', first.searchParams.get('code') ?? '');
    await phone.opens(first.href, false);
    const page = await phone.opens(second.href);
    expect(page.status).toBe(400);
    expect(page.text).toContain('这次登录已经用过了');
    expect(page.html).toContain('href="open?do=claim%3Fticket%3D4821"');
    expect(on.lines).toEqual([]);
  });

  test('as somebody from outside of the enterprise is refused', async () => {
    on.emulator.phone = 'stranger';
    const page = await phone.opens(link(CLAIM));
    expect(page.status).toBe(403);
    expect(page.text).toContain('只给本企业的成员用');
    expect(phone.cookies.size).toBe(0);
    expect(on.reads).toEqual([]);
  });

  test('while WeCom cannot be asked says so; the log has no code', async () => {
    on.emulator.fails('auth/getuserinfo', { errcode: -1 });
    const back = await leftFor(phone);
    const page = await phone.opens(back.href);
    expect(page.status).toBe(503);
    expect(page.text).toContain('现在没法向企业微信确认你是谁');
    expect(on.lines.join('')).toContain('WeCom does not say who opened a page');
    expect(on.lines.join('')).not.toContain(back.searchParams.get('code') ?? '');
  });

  test.each(['do=Claim', 'do=', `do=a%3Fb%3D${'x'.repeat(600)}`, 'do=claim&do=show'])(
    'by %s is refused: no link of ours',
    async (query) => {
      const page = await phone.opens(`${on.url}/wecom/open?${query}`);
      expect(page.status).toBe(400);
      expect(page.text).toContain('这个链接不完整');
    },
  );
});

describe('a page that is opened', () => {
  const opened = (invocation: Invocation | null = CLAIM) => phone.opens(link(invocation));

  test('changes nothing, whatever it is for', async () => {
    on.form = null;
    await opened(CLAIM);
    on.form = aForm;
    await opened(REPLY);
    on.home = aTicket;
    await opened(null);
    expect(on.events).toEqual([]);
    expect(on.reads.map(({ what }) => what)).toEqual(['form', 'link', 'form', 'home']);
  });

  test('shows a ticket, one big button for what was asked, and one for all of it', async () => {
    const page = await opened();
    expect(page.forms.map(({ labels }) => labels)).toEqual([['认领'], ['查看全部']]);
    expect(page.forms[1]?.sends).toMatchObject({ command: 'show', 'a.ticket': '4821' });
    expect(on.reads.at(-1)).toMatchObject({
      what: 'link',
      asked: { platform: 'wecom', app: 'wecom', link: `${on.url}/t/4821`, conversation: { id: LILEI, kind: 'direct' } },
    });
  });

  test('asks WeCom’s member list for their name and language', async () => {
    on.profile = { name: 'Li Lei', locale: 'en' };
    const page = await opened({ command: 'next', args: {} });
    expect(page.html).toContain('<html lang="en">');
    expect(page.forms.map(({ labels }) => labels)).toEqual([['next']]);
    expect(on.reads[0]?.asked).toMatchObject({ sender: { id: LILEI, name: 'Li Lei' }, asks: true });
  });

  test('is in the language of the card or form it shows', async () => {
    on.card = { ...aTicket, locale: 'en', title: 'T-4821 · Parcel stuck' };
    const page = await opened();
    expect(page.html).toContain('<html lang="en">');
    expect(page.forms.map(({ labels }) => labels)).toEqual([['claim'], ['Show everything']]);
    on.answer = { stored: true };
    expect((await phone.presses(page, 'claim')).text).toContain('Got it');
    on.home = { ...on.card, actions: [act('Next')] };
    const home = await opened(null);
    expect(home.html).toContain('<html lang="en">');
    expect((await phone.presses(home, 'Next')).text).toContain('Got it');
    on.form = { ...aForm, title: 'Reply to T-4821' };
    expect((await opened(REPLY)).text).toContain('My tickets');
  });

  test('does not wait for a name', async () => {
    on.people.isSlow = true;
    const page = opened();
    await expect.poll(() => on.people.asked).toBe(1);
    on.clock.advance(300);
    expect((await page).status).toBe(200);
  });

  test('says what its button does where the link brought more than a ticket', async () => {
    const page = await opened({ command: 'assign', args: { ticket: '4821', to: '王芳' } });
    expect(page.text).toContain('按下就执行：派给 4821 王芳');
  });

  test('has one button where it is about no ticket', async () => {
    const page = await opened({ command: 'next', args: {} });
    expect(page.forms.map(({ labels }) => labels)).toEqual([['下一张']]);
  });

  test('of a ticket that is not theirs shows nothing of it, and the button all the same', async () => {
    on.card = null;
    const page = await opened();
    expect(page.status).toBe(404);
    expect(page.text).toContain('没有这张工单，或者它不在你的组里');
    // Who was never met is known by a press only.
    expect(page.forms.map(({ labels }) => labels)).toEqual([['认领']]);
  });

  test('without a link has what they have to do, and every action of it', async () => {
    on.home = {
      ...aTicket,
      title: '你的工单',
      blocks: [{ type: 'list', items: [{ text: 'T-4821', action: act('认领'), also: act('查看') }] }],
      actions: [act('下一张'), { ...act('更多'), placement: 'menu' }],
    };
    const page = await opened(null);
    expect(page.forms.flatMap(({ labels }) => labels)).toEqual(['认领', '查看', '下一张', '更多']);
  });

  test('has a button for whom nobody knows yet', async () => {
    const page = await opened(null);
    expect(page.status).toBe(403);
    expect(page.text).toContain('这里还不认识你');
    expect(page.forms.map(({ labels, sends }) => [labels, sends['command']])).toEqual([[['列表'], 'list']]);
  });

  test('works without a name when the member list cannot be asked', async () => {
    const { people } = on;
    people.fails = new Error('test');
    expect((await opened()).status).toBe(200);
    expect(on.failures).toEqual([people.fails]);
  });

  test('asks WeCom again who it is when a form could outlast the login', async () => {
    await opened();
    on.clock.advance(15 * MINUTE - 1);
    expect((await opened()).way).toHaveLength(1);
    on.clock.advance(1);
    expect((await opened()).way).toHaveLength(4);
  });

  test('is strict to browsers: no script, no frame, no store, no address given away', async () => {
    const { headers, html } = await opened();
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/u,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).not.toMatch(/<script|style="|\son\w+=|src=/u);
  });
});

test('an address that somebody else chose is shown as text', async () => {
  const hostile = `<img src=x onerror=alert(1)>"'`;
  const page = await phone.opens(link({ command: 'note', args: { ticket: '4821', [hostile]: hostile } }));
  expect(page.html).not.toContain('<img');
  expect(page.forms[0]?.sends).toMatchObject({ [`a.${hostile}`]: hostile });
});
