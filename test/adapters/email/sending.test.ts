import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter } from '../../../adapters/adapter.ts';
import { SetupError } from '../../../src/errors.ts';
import { openMailServer, type MailServer } from '../../emulators/email/server.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { cardMessage, emailAt, failureOf, mailTo, wordsMessage } from '../../support/outside.ts';
import { aCard, recordingSink } from '../../support/sandbox.ts';

let server: MailServer;
let clock: ManualClock;
let adapter: Adapter;
beforeEach(async () => {
  server = await openMailServer();
  clock = manualClock();
  adapter = emailAt(server.url, clock);
});
afterEach(async () => {
  await adapter.stop();
  await server.close();
});

const LILEI = mailTo('lilei@shop.example');
const send = (words = 'T-4821 要超时了', key = 'k1', to = LILEI) => adapter.send(to, wordsMessage(words), key);
const started = () => adapter.start(recordingSink());

describe('what is sent', () => {
  it('is a letter with the words of the card, once plain and once for a phone', async () => {
    const action = { label: '认领', style: 'primary', placement: 'button', typed: '认领 4821' } as const;
    const card = aCard('T-4821 · 快递三天没更新', {
      tone: 'red',
      summary: 'T-4821 还有 5 分钟超时',
      status: '处理中 · 14:32 前解决',
      footer: `1 < 2 & "3" > '0'`,
      blocks: [{ type: 'fields', fields: [{ label: '电话', value: '138****8000' }] }],
      actions: [{ ...action, invoke: { command: 'claim', params: {} } as never }],
    });
    await adapter.send(LILEI, cardMessage(card), 'k1');
    const [mail] = server.mails;
    expect(mail?.from).toBe('desk@shop.example');
    expect(mail?.to).toEqual(['lilei@shop.example']);
    expect(mail?.headers.get('from')).toEqual(['工单助手 <desk@shop.example>']);
    expect(mail?.headers.get('auto-submitted')).toEqual(['auto-generated']);
    expect(mail?.headers.get('date')).toEqual(['Wed, 11 Nov 2026 06:30:00 +0000']);
    expect(mail?.subject).toBe('T-4821 还有 5 分钟超时');
    expect(mail?.text).toContain(
      `T-4821 · 快递三天没更新\n处理中 · 14:32 前解决\n电话：138****8000\n1 < 2 & "3" > '0'\n可发送：认领 4821`,
    );
    expect(mail?.text).toContain('回复没有人看');
    expect(mail?.html).toContain('1 &lt; 2 &amp; &quot;3&quot; &gt; &#39;0&#39;');
    for (const words of ['快递三天没更新', '14:32 前解决', '138****8000', '认领 4821', '回复没有人看'])
      expect(mail?.html).toContain(words);
    // Light and dark are the reader's: nothing names a colour for words or paper, and nothing is fetched.
    expect(mail?.html).toContain('content="light dark"');
    expect(mail?.html).not.toMatch(/<(?:img|link|script|style)|src=|url\(|[ ;"](?:color|background)(?:-color)?:/u);
  });

  it('bears a Message-ID that is the key and whom it goes to, and nothing else', async () => {
    await send('一', 'k1');
    await send('二', 'k2');
    await send('一', 'k1', mailTo('wangfang@shop.example'));
    const again = emailAt(server.url, clock);
    await again.send(LILEI, wordsMessage('一'), 'k1');
    await again.stop();
    const ids = server.mails.map((mail) => mail.headers.get('message-id')?.[0]);
    expect(ids[3]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toMatch(/^<[0-9a-f]{40}@shop\.example>$/u);
  });

  it('goes once however often this process is asked', async () => {
    const refs = await Promise.all([send(), send(), send()]);
    expect(await send()).toEqual(refs[0]);
    expect(server.mails).toHaveLength(1);
  });

  it.each([
    ['a header in the words', '你好\r\nBcc: everybody@shop.example\r\n\r\n<script>alert(1)</script>'],
    ['a header in odd line ends', '你好\u2028Bcc: everybody@shop.example\u0085\n\nBcc: x'],
    ['an encoded word', '=?utf-8?B?DQpCY2M6IHhAeS56?= \r\n =?utf-8?Q?=0D=0ABcc:_x?='],
    ['what turns the direction', '\u202Egnp.exe\u0000\u0007'],
  ])('holds no more than it should with %s', async (_name, words) => {
    await adapter.send(LILEI, cardMessage(aCard(words, { summary: words, status: words })), 'k1');
    await send(words, 'k2');
    for (const mail of server.mails) {
      expect(mail.to).toEqual(['lilei@shop.example']);
      expect([...mail.headers.keys()].toSorted()).toEqual(
        [
          'auto-submitted',
          'content-type',
          'date',
          'from',
          'message-id',
          'mime-version',
          'subject',
          'to',
          'x-auto-response-suppress',
        ].toSorted(),
      );
      // oxlint-disable-next-line no-control-regex
      expect(mail.subject).not.toMatch(/[\r\n\u0000\u202E]/u);
      expect(mail.html).not.toContain('<script');
    }
    expect(server.mails).toHaveLength(2);
  });

  it.each([
    'lilei@shop.example\r\nBcc: x@y.example',
    'lilei@shop.example, other@shop.example',
    'Li Lei <lilei@shop.example>',
    'nowhere',
    '',
  ])('goes to nobody when the address is %j', async (address) => {
    expect((await failureOf(send('一', 'k1', mailTo(address))))?.failure).toBe('gone');
    expect(server.mails).toEqual([]);
  });

  it('is as long as it may be, and no file', async () => {
    await send('长'.repeat(20_000), 'k1');
    expect((await failureOf(send('长'.repeat(20_001), 'k2')))?.failure).toBe('permanent');
    const attachment = { file: 'f', name: 'a.png', type: 'image/png', size: 1 } as never;
    const message = { type: 'text', text: '图', attachments: [attachment] } as const;
    expect((await failureOf(adapter.send(LILEI, message, 'k3')))?.failure).toBe('permanent');
    expect(server.mails).toHaveLength(1);
  });
});

describe('what the server refuses', () => {
  it.each([
    ['recipient', 550, 'permanent', undefined],
    ['recipient', 451, 'retryable', 60_000],
    ['recipient', 421, 'retryable', undefined],
    ['sender', 553, 'auth', undefined],
    ['sender', 451, 'retryable', 60_000],
    ['mail', 554, 'permanent', undefined],
    ['mail', 452, 'retryable', 60_000],
    ['login', 535, 'auth', undefined],
    ['login', 454, 'retryable', undefined],
  ] as const)('%s by %d is %s', async (what, reply, failure, afterMs) => {
    server.refuses(what, reply);
    const error = await failureOf(send());
    expect([error?.failure, error?.retryAfterMs]).toEqual([failure, afterMs]);
    expect(error?.message).toContain(String(reply));
    expect(error?.message).not.toMatch(/lilei|desk/u);
    expect(server.mails).toEqual([]);
    server.refuses(what, null);
    await send();
    expect(server.mails).toHaveLength(1);
  });
});

describe('a server that does not answer', () => {
  it('is not there: tried again', async () => {
    await server.away();
    expect((await failureOf(send()))?.failure).toBe('retryable');
    await server.back();
    await send();
    expect(server.mails).toHaveLength(1);
  });

  it.each(['greeting', 'recipient'] as const)(
    'at the %s: given up after eight seconds, certainly not sent',
    async (point) => {
      server.hangs(point);
      const hanging = server.hanging();
      const failed = failureOf(send());
      await hanging;
      clock.advance(7_999);
      clock.advance(1);
      expect((await failed)?.failure).toBe('retryable');
      server.release();
      await send('别的', 'k2');
      await send();
      expect(server.mails.map(({ subject }) => subject)).toEqual(['别的', 'T-4821 要超时了']);
    },
  );

  it('after the words: nobody knows; the repeat waits for the same answer', async () => {
    server.hangs('taken');
    const hanging = server.hanging();
    const first = failureOf(send());
    await hanging;
    clock.advance(8_000);
    expect((await first)?.failure).toBe('unknown');
    const second = failureOf(send());
    server.release();
    expect(await second).toBeNull();
    expect(await failureOf(send())).toBeNull();
    expect(server.mails).toHaveLength(1);
  });

  it('for a minute after the words: the repeat goes, under the same Message-ID', async () => {
    server.hangs('taken');
    const hanging = server.hanging();
    const first = failureOf(send());
    await hanging;
    clock.advance(8_000);
    expect((await first)?.failure).toBe('unknown');
    const second = failureOf(send());
    clock.advance(52_000);
    expect((await second)?.failure).toBe('unknown');
    await send();
    const ids = server.mails.map((mail) => mail.headers.get('message-id')?.[0]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('but cuts the connection after the words: nobody knows', async () => {
    server.loses();
    expect((await failureOf(send()))?.failure).toBe('unknown');
  });
});

describe('without TLS', () => {
  it('nothing is said to a server that offers none', async () => {
    const insisting = emailAt(server.url.replace('?starttls=off', ''), clock);
    const error = await failureOf(insisting.send(LILEI, wordsMessage('一'), 'k1'));
    await insisting.stop();
    expect(error?.failure).toBe('retryable');
    expect([server.logins, server.mails]).toEqual([[], []]);
  });

  it('nor to one whose certificate nobody vouches for', async () => {
    const offering = await openMailServer({ starttls: true });
    const insisting = emailAt(offering.url.replace('?starttls=off', ''), clock);
    const error = await failureOf(insisting.send(LILEI, wordsMessage('一'), 'k1'));
    await insisting.stop();
    expect(error?.message).toContain('ETLS');
    expect(offering.logins).toEqual([]);
    await offering.close();
  });
});

describe('the start', () => {
  it('logs in and sends nothing', async () => {
    await started();
    expect(adapter.health()).toEqual({ ok: true, detail: 'ok' });
    expect([server.logins, server.mails]).toEqual([['desk'], []]);
  });

  it('refuses bad credentials with one line', async () => {
    server.refuses('login', 535);
    const refused = started();
    await expect(refused).rejects.toBeInstanceOf(SetupError);
    await expect(refused).rejects.toThrow(/^邮件服务器不接受.*535.*$/u);
    expect(adapter.health()).toEqual({ ok: false, detail: 'the credentials were refused' });
    // They were put right at the other end.
    server.refuses('login', null);
    await send();
    expect(adapter.health().ok).toBe(true);
  });

  it('goes on without a server, and asks again', async () => {
    await server.away();
    await started();
    expect(adapter.health()).toEqual({ ok: false, detail: 'not reached yet' });
    await server.back();
    clock.advance(15_000);
    await expect.poll(() => adapter.health().ok).toBe(true);
  });

  it('is not held up by one that hangs', async () => {
    server.hangs('greeting');
    const hanging = server.hanging();
    const starting = started();
    await hanging;
    clock.advance(8_000);
    await starting;
    expect(adapter.health().detail).toBe('not reached yet');
    server.release();
  });

  it('can be done again after a stop', async () => {
    await started();
    await adapter.stop();
    expect(adapter.health()).toEqual({ ok: false, detail: 'not started' });
    await started();
    await send();
    expect(server.mails).toHaveLength(1);
  });
});

it('nothing can be changed, answered or asked', async () => {
  expect((await failureOf(adapter.update(LILEI, { id: 'x' }, wordsMessage('一'), 'k')))?.failure).toBe('gone');
  expect(await adapter.lookUp('lilei')).toBeNull();
  expect(adapter.capabilities(LILEI)).toMatchObject({ update: false, buttons: false, forms: false });
});
