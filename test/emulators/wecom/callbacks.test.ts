import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Forgery } from './emulator.ts';
import { card, cardTo, HAN, LILEI, openStage, type Got, type Stage } from './stand-in.ts';
import { textIn } from './xml.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => {
  await stage.close();
});

/** What a request holds, as our side has to read it; null: nothing that can be trusted. */
function read(got: Got): string | null {
  const { token, aesKey } = stage.wecom.app;
  const [signature, timestamp, nonce] = ['msg_signature', 'timestamp', 'nonce'].map(
    (n) => got.url.searchParams.get(n) ?? '',
  );
  const cipher = textIn(got.body, 'Encrypt') ?? '';
  if (getSignature(token, timestamp ?? '', nonce ?? '', cipher) !== signature) return null;
  try {
    const { message, id } = decrypt(aesKey, cipher);
    return id === stage.wecom.corpId ? message : null;
  } catch {
    return null;
  }
}

const DOC = { token: 'QDG6eK', key: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', corp: 'wx5823bf96d3bd56c7' };
const ECHO = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==';
const POSTED =
  'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==';

describe('the cipher', () => {
  it('is the one of the official pages', () => {
    expect(getSignature(DOC.token, '1409659589', '263014780', ECHO)).toBe('5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3');
    expect(decrypt(DOC.key, ECHO)).toMatchObject({ message: '1616140317555161061', id: DOC.corp });
    expect(getSignature(DOC.token, '1409659813', '1372623149', POSTED)).toBe(
      '477715d11cdb4164915debcba66cb864d751f3e6',
    );
    const { message, id } = decrypt(DOC.key, POSTED);
    expect(id).toBe(DOC.corp);
    expect(['FromUserName', 'Content', 'MsgId', 'AgentID'].map((name) => textIn(message, name))).toEqual([
      'mycreate',
      'hello',
      '4561255354251345929',
      '218',
    ]);
  });

  it('is the one of another library, and stays what it was', () => {
    const echo = '6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==';
    expect(getSignature('kjr2TKI8umCBfVF3wAHk8JiPwma5VBme', '1583940690', 'VHh7ymSeb0jc4lSb', echo)).toBe(
      '1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011',
    );
    expect(decrypt('4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws', echo)).toMatchObject({
      message: '94966531020182955848408',
      id: 'ww6a112864f8022910',
    });
    const { aesKey } = stage.wecom.app;
    const sealed = encrypt(aesKey, '你好 gongdan', 'ww0000000000000001', Buffer.from('0123456789abcdef'));
    expect(sealed).toBe('pxDvIKtJjb6ivztGO70jSlVwaAmD/rdLPFbE9MQqd7fOYsfEiJ0MoYBcJPC0XMJArpcGBphTFDJ+/hcB17iy2Q==');
    expect(getSignature('tok3n', '1700000000', 'n0nce', sealed)).toBe('bb0540dce3432b700cdaa83c490d87e8cb76023b');
  });
});

describe('verify', () => {
  it('wants the bare words', async () => {
    stage.answers = ({ url }, response) =>
      void response.end(decrypt(stage.wecom.app.aesKey, url.searchParams.get('echostr') ?? '').message);
    expect(await stage.wecom.verify()).toMatchObject({ ok: true, status: 200 });
    stage.answers = (_got, response) => void response.end('"quoted"');
    expect(await stage.wecom.verify()).toMatchObject({ ok: false });
  });
});

describe('what people send', () => {
  it('comes as WeCom sends it', async () => {
    const told = await stage.wecom.says(LILEI, '打印机]]>坏了 👍');
    const seconds = Math.floor(stage.clock.now().getTime() / 1_000);
    const [got] = stage.got;
    if (got === undefined) throw new Error('nothing came');
    expect(got.headers['content-type']).toBe('text/xml');
    expect(got.body).toContain(`<AgentID><![CDATA[${stage.wecom.app.agentId}]]></AgentID>`);
    expect(read(got)).toBe(
      `<xml><ToUserName><![CDATA[${stage.wecom.corpId}]]></ToUserName><FromUserName><![CDATA[${LILEI}]]></FromUserName>` +
        `<CreateTime>${seconds}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[打印机]]]]><![CDATA[>坏了 👍]]></Content>` +
        `<MsgId>${told.msgId}</MsgId><AgentID>${stage.wecom.app.agentId}</AgentID></xml>`,
    );
    expect(BigInt(told.msgId)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    expect(told).toMatchObject({ acked: true, over: true, attempts: [{ status: 200, body: '', passive: null }] });
  });

  it('may be a picture, which the app fetches', async () => {
    const bytes = Buffer.from('picture');
    const { xml } = await stage.wecom.sendsImage(LILEI, bytes);
    const query = new URLSearchParams({ access_token: await stage.token(), media_id: textIn(xml, 'MediaId') ?? '' });
    const got = await fetch(`${stage.wecom.url}/cgi-bin/media/get?${String(query)}`);
    expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes);
    expect(Buffer.from(await (await fetch(textIn(xml, 'PicUrl') ?? '')).arrayBuffer())).toEqual(bytes);
  });

  it('may be a place, a link, or something that happens, with fields of the test’s own', async () => {
    await stage.wecom.sendsLocation(HAN, { lat: '23.1', lon: '113.3', label: '广州' });
    await stage.wecom.sendsLink(HAN, { title: 't', description: 'd', url: 'https://a.example' });
    await stage.wecom.happens(HAN, 'enter_agent');
    await stage.wecom.happens(HAN, 'LOCATION', { Precision: null, AppType: 'x' });
    const [place, link, enters, where] = stage.got.map((got) => read(got) ?? '');
    expect(textIn(place ?? '', 'Location_X')).toBe('23.1');
    expect(textIn(link ?? '', 'Url')).toBe('https://a.example');
    expect([textIn(enters ?? '', 'Event'), textIn(enters ?? '', 'EventKey'), textIn(enters ?? '', 'MsgId')]).toEqual([
      'enter_agent',
      '',
      null,
    ]);
    expect([textIn(where ?? '', 'Latitude'), textIn(where ?? '', 'Precision'), textIn(where ?? '', 'AppType')]).toEqual(
      ['23.104', null, 'x'],
    );
  });
});

describe('what is not heard', () => {
  it('comes three times again when nobody answers in five seconds, with the same words', async () => {
    stage.answers = () => undefined;
    const telling = stage.wecom.says(LILEI, '在吗');
    for (const count of [1, 2, 3, 4]) {
      await stage.wecom.until(() => stage.wecom.deliveries[0]?.attempts.length === count - 1);
      while (stage.got.length < count) await new Promise((resolve) => setImmediate(resolve));
      stage.clock.advance(5_000);
    }
    expect(await telling).toMatchObject({ acked: false, over: true });
    expect(new Set(stage.got.map((got) => read(got))).size).toBe(1);
    expect(new Set(stage.got.map((got) => got.url.search)).size).toBe(4);
  });

  it('comes again after a refusal, unless it is told not to', async () => {
    stage.wecom.sameNonce = true;
    stage.answers = (_got, response) => {
      response.statusCode = stage.got.length === 1 ? 503 : 200;
      response.end();
    };
    const told = await stage.wecom.says(LILEI, '在吗');
    expect(told).toMatchObject({ acked: false, over: false, attempts: [{ status: 503 }] });
    stage.clock.advance(1_000);
    await stage.wecom.until(() => told.over);
    expect(told.attempts.map(({ status }) => status)).toEqual([503, 200]);
    expect(stage.got[0]?.url.search).toBe(stage.got[1]?.url.search);
    stage.answers = (_got, response) => {
      response.statusCode = 403;
      response.end();
    };
    stage.wecom.retriesRefused = false;
    expect(await stage.wecom.says(LILEI, '在吗')).toMatchObject({ over: true, attempts: [{ status: 403 }] });
  });

  it('can come twice at once, later, and in another order', async () => {
    stage.wecom.copies = 2;
    const twice = await stage.wecom.says(LILEI, '两次');
    expect(twice.attempts).toHaveLength(2);
    stage.wecom.copies = 1;
    await stage.wecom.repeats(twice, { times: 2 });
    expect(twice.attempts).toHaveLength(4);
    stage.got.length = 0;
    stage.wecom.holding = true;
    const both = [stage.wecom.says(LILEI, '一'), stage.wecom.says(LILEI, '二')];
    expect(stage.got).toEqual([]);
    await stage.wecom.releases('last-first');
    await Promise.all(both);
    expect(stage.got.map((got) => textIn(read(got) ?? '', 'Content'))).toEqual(['二', '一']);
  });
});

describe('a passive answer', () => {
  it('is noted, and changes no card', async () => {
    const { aesKey, token } = stage.wecom.app;
    const plain = `<xml><ToUserName><![CDATA[${HAN}]]></ToUserName><FromUserName><![CDATA[${stage.wecom.corpId}]]></FromUserName><MsgType><![CDATA[update_button]]></MsgType></xml>`;
    const cipher = encrypt(aesKey, plain, stage.wecom.corpId);
    const signature = getSignature(token, '1700000000', 'n', cipher);
    stage.answers = (_got, response) =>
      void response.end(
        `<xml><Encrypt><![CDATA[${cipher}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>1700000000</TimeStamp><Nonce><![CDATA[n]]></Nonce></xml>`,
      );
    await stage.post('message/send', cardTo(stage, HAN, card('t-1')));
    const told = await stage.wecom.presses(HAN, 't-1', '认领');
    expect(told.attempts[0]?.passive).toBe(plain);
    expect(stage.wecom.view(HAN, 't-1')).toMatchObject({ greyed: null, changes: 0 });
    stage.answers = (_got, response) => void response.end('<xml>no</xml>');
    await stage.wecom.presses(HAN, 't-1', '认领');
    expect(stage.wecom.findings).toEqual(['a passive answer that WeCom cannot read']);
  });
});

describe('forgeries', () => {
  const UNREADABLE: readonly Forgery[] = [
    'unsigned',
    'wrong-signature',
    'wrong-key',
    'foreign-id',
    'unencrypted',
    'no-xml',
    'empty',
    'broken-cipher',
  ];
  it.each(UNREADABLE)('%s: nothing that can be trusted', async (how) => {
    expect(await stage.wecom.forges(how)).toEqual({ status: 200, body: '' });
    const [got] = stage.got;
    expect(got === undefined ? '' : read(got)).toBeNull();
  });

  it('are otherwise signed as they should be', async () => {
    const at = async (how: Forgery): Promise<Got> => {
      await stage.wecom.forges(how, 'hi');
      const got = stage.got.at(-1);
      if (got === undefined) throw new Error('nothing came');
      return got;
    };
    const now = stage.clock.now().getTime() / 1_000;
    expect(Number((await at('stale')).url.searchParams.get('timestamp'))).toBeLessThan(now - 3_600);
    expect(Number((await at('future')).url.searchParams.get('timestamp'))).toBeGreaterThan(now + 3_600);
    expect((await at('doctype')).body).toContain('<!DOCTYPE');
    const bomb = read(await at('entities'));
    expect(bomb).toContain('<!ENTITY');
    expect(bomb).toContain('&c;');
    expect((await at('huge')).body.length).toBeGreaterThan(2_000_000);
    expect(read(await at('no-msgid'))).not.toContain('MsgId');
    expect(read(await at('deep'))).toContain('<a><a>');
    expect((await at('repeated-keys')).url.searchParams.getAll('nonce')).toHaveLength(2);
  });
});
