import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asObject, type Json } from '../json.ts';
import type { Told } from './bot-driver.ts';
import { card, CHAT, HAN, LILEI, openStage, until, type Client, type Stage } from './stand-in.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

/** What the SDK rejects with. */
const refusal = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 0,
    (error: unknown) => asObject(error)['errcode'] ?? error,
  );

const sendCard = async ({ sdk }: Client, chat: string, task: string, more: Json = {}): Promise<unknown> =>
  refusal(sdk.sendMessage(chat, { msgtype: 'template_card', template_card: card(task, more) as never }));

const sendMarkdown = async ({ sdk }: Client, chat: string, content: string): Promise<unknown> =>
  refusal(sdk.sendMessage(chat, { msgtype: 'markdown', markdown: { content } }));

const framed = ({ reqId }: Told) => ({ headers: { req_id: reqId } });

describe('the connection', () => {
  it('is for who knows the secret', async () => {
    const wrong = await stage.bot({ secret: 'wrong' });
    expect(wrong.errors[0]?.message).toContain('40001');
    expect(stage.wecom.bot.connections).toBe(0);
    await stage.bot();
    expect(stage.wecom.bot).toMatchObject({ connections: 1, subscribed: 2 });
  });

  it('is one: the next one ends it, and the old one hears so', async () => {
    const first = await stage.bot();
    const second = await stage.bot();
    await until(() => first.events.length > 0 && !first.sdk.isConnected);
    expect(first.events[0]?.body?.['event']).toEqual({ eventtype: 'disconnected_event' });
    expect([second.sdk.isConnected, stage.wecom.bot.connections]).toEqual([true, 1]);
    stage.wecom.bot.drops();
    await stage.wecom.bot.sockets(0);
    expect(stage.wecom.bot.says(LILEI, null, '喂').sent).toBe(false);
  });

  it('answers pings, unless it is told not to: then the SDK gives up', async () => {
    const { sdk } = await stage.bot({ heartbeatInterval: 5 });
    const ended = new Promise<string>((resolve) => {
      sdk.on('disconnected', resolve);
    });
    stage.wecom.bot.pongs = false;
    expect(await ended).toContain('1006');
    expect(stage.wecom.findings).toEqual([]);
  });

  it('refuses subscriptions on demand', async () => {
    stage.wecom.bot.refuses(45009);
    expect((await stage.bot()).errors[0]?.message).toContain('45009');
    expect((await stage.bot()).errors).toEqual([]);
  });
});

describe('what people say', () => {
  it('comes once, with the chat it was said in', async () => {
    const client = await stage.bot();
    const told = stage.wecom.bot.says(LILEI, CHAT, '绑定', { quote: '引用' });
    await until(() => client.messages.length === 1);
    expect(client.messages[0]).toMatchObject({
      cmd: 'aibot_msg_callback',
      headers: { req_id: told.reqId },
      body: {
        msgid: told.msgId,
        aibotid: stage.wecom.bot.botId,
        chatid: CHAT,
        chattype: 'group',
        from: { userid: LILEI },
        msgtype: 'text',
        text: { content: '@工单助手 绑定' },
        quote: { msgtype: 'text', text: { content: '引用' } },
      },
    });
    stage.wecom.bot.encryptsUsers = true;
    stage.wecom.bot.says(HAN, null, '喂');
    await until(() => client.messages.length === 2);
    expect(client.messages[1]?.body).toMatchObject({
      chattype: 'single',
      from: { userid: `wo-open-${HAN}` },
      text: { content: '喂' },
    });
    expect(client.messages[1]?.body).not.toHaveProperty('chatid');
    expect(() => stage.wecom.bot.says('hidden', CHAT, 'x')).toThrow('is not in');
  });

  it('may be files, sealed with a key of their own, for five minutes', async () => {
    const client = await stage.bot();
    const bytes = Buffer.from('一张发票');
    const { body } = stage.wecom.bot.sendsFile(LILEI, '发票 1.pdf', bytes);
    const { url, aeskey } = body['file'] as { url: string; aeskey: string };
    expect(await client.sdk.downloadFile(url, aeskey)).toEqual({ buffer: bytes, filename: '发票 1.pdf' });
    stage.clock.advance(300_000);
    await expect(client.sdk.downloadFile(url, aeskey)).rejects.toThrow('403');
    const mixed = stage.wecom.bot.sendsMixed(HAN, CHAT, ['看', bytes]).body['mixed'];
    expect(mixed).toMatchObject({
      msg_item: [{ msgtype: 'text' }, { msgtype: 'image', image: { aeskey: expect.any(String) as string } }],
    });
  });

  it('is answered by its request for a day, and in a stream that grows', async () => {
    const client = await stage.bot();
    const told = stage.wecom.bot.says(LILEI, CHAT, '查单');
    const at = framed(told);
    expect(await refusal(client.sdk.replyStream(at, 's1', '查询中'))).toBe(0);
    expect(await refusal(client.sdk.replyStream(at, 's1', '已找到', true))).toBe(0);
    expect(stage.wecom.bot.chat(CHAT)).toMatchObject([{ kind: 'stream', text: '已找到', answers: told.reqId }]);
    expect(await refusal(client.sdk.replyStream(at, 's1', '又'))).toBe(846608);
    expect(await refusal(client.sdk.replyTemplateCard(at, card('t-1') as never))).toBe(0);
    expect(await refusal(client.sdk.updateTemplateCard(at, card('t-1') as never))).toBe(846605);
    expect(await refusal(client.sdk.replyStream({ headers: { req_id: 'unknown' } }, 's', 'x'))).toBe(846605);
    stage.clock.advance(86_400_001);
    expect(await refusal(client.sdk.replyStream(at, 's2', 'x'))).toBe(846608);
    expect((await stage.wecom.bot.answer(told, 1)).body).toMatchObject({ stream: { finish: true } });
  });

  it('can be a first entry, which is welcomed within five seconds, once', async () => {
    const client = await stage.bot();
    const hello = { msgtype: 'text' as const, text: { content: '你好' } };
    const told = stage.wecom.bot.enters(LILEI);
    expect(await refusal(client.sdk.replyWelcome(framed(told), hello))).toBe(0);
    expect(await refusal(client.sdk.replyWelcome(framed(told), hello))).toBe(846605);
    expect(stage.wecom.bot.chat(LILEI)).toMatchObject([{ kind: 'text', text: '你好' }]);
    const late = stage.wecom.bot.enters(LILEI);
    stage.clock.advance(5_001);
    expect(await refusal(client.sdk.replyWelcome(framed(late), hello))).toBe(846608);
  });
});

describe('what the bot says', () => {
  it('needs that somebody wrote there before, and the id as it is written', async () => {
    const client = await stage.bot();
    expect(await sendMarkdown(client, CHAT, 'x')).toBe(93006);
    stage.wecom.bot.says(LILEI, CHAT, '绑定');
    expect(await sendMarkdown(client, CHAT, '**好**')).toBe(0);
    expect(await sendMarkdown(client, CHAT.toLowerCase(), 'x')).toBe(93006);
    expect(await sendMarkdown(client, LILEI, 'x')).toBe(93006);
    stage.wecom.bot.opens(LILEI);
    expect(await sendMarkdown(client, LILEI, 'x')).toBe(0);
    expect(await refusal(client.sdk.sendMessage(CHAT, { msgtype: 'text', text: { content: 'x' } } as never))).toBe(
      40008,
    );
    expect(await sendMarkdown(client, CHAT, 'x'.repeat(20_481))).toBe(45002);
    expect(stage.wecom.bot.chat(CHAT)).toMatchObject([{ kind: 'markdown', text: '**好**' }]);
  });

  it('is thirty a minute in one chat', async () => {
    const client = await stage.bot();
    stage.wecom.bot.opens(CHAT);
    stage.wecom.bot.opens(LILEI);
    for (let i = 0; i < 30; i += 1) expect(await sendMarkdown(client, CHAT, 'x')).toBe(0);
    expect(await sendMarkdown(client, CHAT, 'x')).toBe(45009);
    expect(await sendMarkdown(client, LILEI, 'x')).toBe(0);
    stage.clock.advance(60_000);
    expect(await sendMarkdown(client, CHAT, 'x')).toBe(0);
  });

  it('may be a file', async () => {
    const client = await stage.bot();
    stage.wecom.bot.opens(CHAT);
    const bytes = Buffer.alloc(600_000, 7);
    const { media_id } = await client.sdk.uploadMedia(bytes, { type: 'file', filename: 'a.bin' });
    expect(await refusal(client.sdk.sendMediaMessage(CHAT, 'file', media_id))).toBe(0);
    const file = stage.wecom.bot.chat(CHAT)[0]?.file;
    expect([file?.name, bytes.equals(file?.bytes ?? Buffer.alloc(0))]).toEqual(['a.bin', true]);
  });

  it('goes wrong on demand, and late by the clock', async () => {
    const client = await stage.bot();
    stage.wecom.bot.opens(CHAT);
    stage.wecom.bot.fails('aibot_send_msg', 'pass', 6000);
    expect(await sendMarkdown(client, CHAT, 'a')).toBe(0);
    expect(await sendMarkdown(client, CHAT, 'b')).toBe(6000);
    stage.wecom.bot.ackDelayMs = 3_000;
    const slow = sendMarkdown(client, CHAT, 'c');
    await stage.wecom.until(() => stage.wecom.bot.frames.length === 3);
    stage.clock.advance(3_000);
    expect(await slow).toBe(0);
    expect(stage.wecom.bot.chat(CHAT).map((m) => m.text)).toEqual(['a', 'c']);
    stage.wecom.bot.fails('*', 'lost');
    const lost = sendMarkdown(client, CHAT, 'd');
    await stage.wecom.until(() => stage.wecom.bot.chat(CHAT).length === 3);
    stage.wecom.bot.drops();
    expect(await lost).toBeInstanceOf(Error);
  });
});

describe('a card in a chat', () => {
  it('is pressed, and changed for all within five seconds, once, under its own task', async () => {
    const client = await stage.bot();
    stage.wecom.bot.opens(CHAT);
    expect(await sendCard(client, CHAT, 't-1')).toBe(0);
    expect(await sendCard(client, CHAT, 't-1')).toBe(42014);
    const told = stage.wecom.bot.presses(HAN, CHAT, 't-1', '认领');
    await until(() => client.events.length === 1);
    expect(client.events[0]?.body).toMatchObject({
      chatid: CHAT,
      from: { userid: HAN },
      msgtype: 'event',
      event: {
        eventtype: 'template_card_event',
        template_card_event: { card_type: 'button_interaction', event_key: 'claim', task_id: 't-1' },
      },
    });
    const at = framed(told);
    const next = (task: string) => card(task, { main_title: { title: '#T-1', desc: '韩梅梅 已认领' } }) as never;
    expect(await refusal(client.sdk.updateTemplateCard(at, next('t-2')))).toBe(42014);
    expect(await refusal(client.sdk.updateTemplateCard(at, next('t-1')))).toBe(0);
    expect(stage.wecom.bot.chat(CHAT)[0]).toMatchObject({ card: { desc: '韩梅梅 已认领', changes: 1 } });
    expect(await refusal(client.sdk.updateTemplateCard(at, next('t-1')))).toBe(846605);
    const late = stage.wecom.bot.presses(LILEI, CHAT, null, 'assign');
    stage.clock.advance(5_001);
    expect(await refusal(client.sdk.updateTemplateCard(framed(late), next('t-1')))).toBe(846608);
  });

  it('can be changed for one alone, and told of flat', async () => {
    const client = await stage.bot();
    stage.wecom.bot.opens(CHAT);
    await sendCard(client, CHAT, 't-1');
    stage.wecom.bot.flatEvents = true;
    const told = stage.wecom.bot.presses(HAN, CHAT, 't-1', '认领');
    expect(told.body['event']).toEqual({
      eventtype: 'template_card_event',
      card_type: 'button_interaction',
      event_key: 'claim',
      task_id: 't-1',
    });
    const mine = card('t-1', { replace_text: '你已认领' }) as never;
    expect(await refusal(client.sdk.updateTemplateCard(framed(told), mine, [HAN]))).toBe(0);
    const [message] = stage.wecom.bot.chat(CHAT);
    expect([message?.view(HAN)?.greyed, message?.view(LILEI)?.greyed]).toEqual(['你已认领', null]);
  });

  it('has less room than one of the app', async () => {
    const client = await stage.bot();
    stage.wecom.bot.opens(CHAT);
    await sendCard(client, CHAT, 't-1', { main_title: { title: '长'.repeat(27) } });
    expect(stage.wecom.bot.chat(CHAT)[0]?.warnings).toEqual(['title: 27 of 26 characters']);
    const link = { button_list: [{ text: '打开', type: 1, url: 'https://a.example' }] };
    expect(await sendCard(client, CHAT, 't-2', link)).toBe(40058);
  });
});
