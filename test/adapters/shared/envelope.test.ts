import { createCipheriv, randomBytes } from 'node:crypto';
import { encrypt, getSignature } from '@wecom/crypto';
import { describe, expect, test } from 'vitest';
import { createEnvelope } from '../../../adapters/shared/envelope.ts';
import { manualClock } from '../../support/clock.ts';

/** The envelope of callbacks: published vectors (fact sheet, 1.5), and whatever is not to be believed. */

const VECTORS = {
  'the verification of the handbook': {
    keys: {
      token: 'QDG6eK',
      aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
      receiver: 'wx5823bf96d3bd56c7',
    },
    timestamp: '1409659589',
    nonce: '263014780',
    signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
    encrypted: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
    plain: /^1616140317555161061$/u,
  },
  'the message of the handbook': {
    keys: {
      token: 'QDG6eK',
      aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
      receiver: 'wx5823bf96d3bd56c7',
    },
    timestamp: '1409659813',
    nonce: '1372623149',
    signature: '477715d11cdb4164915debcba66cb864d751f3e6',
    encrypted:
      'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
    plain: /<MsgId>4561255354251345929<\/MsgId>/u,
  },
  'another implementation': {
    keys: {
      token: 'kjr2TKI8umCBfVF3wAHk8JiPwma5VBme',
      aesKey: '4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws',
      receiver: 'ww6a112864f8022910',
    },
    timestamp: '1583940690',
    nonce: 'VHh7ymSeb0jc4lSb',
    signature: '1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011',
    encrypted: '6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==',
    plain: /^94966531020182955848408$/u,
  },
  'an official account': {
    keys: { token: 'AAAAA', aesKey: 'A'.repeat(43), receiver: 'wxba5fad812f8e6fb9' },
    timestamp: '1714112445',
    nonce: '415670741',
    signature: '046e02f8204d34f8ba5fa3b1db94908f3df2e9b3',
    encrypted:
      '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=',
    plain: /"debug_demo"/u,
  },
  'one of our own': {
    keys: {
      token: 'tok3n',
      aesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
      receiver: 'ww0000000000000001',
    },
    timestamp: '1700000000',
    nonce: 'n0nce',
    signature: 'bb0540dce3432b700cdaa83c490d87e8cb76023b',
    encrypted: 'pxDvIKtJjb6ivztGO70jSlVwaAmD/rdLPFbE9MQqd7fOYsfEiJ0MoYBcJPC0XMJArpcGBphTFDJ+/hcB17iy2Q==',
    plain: /^你好 gongdan$/u,
  },
} as const;

const OURS = VECTORS['one of our own'];
const MINUTE = 60_000;

const clockAt = (timestamp: string, off = 0) => manualClock(new Date(Number(timestamp) * 1_000 + off));
const good = { msg_signature: OURS.signature, timestamp: OURS.timestamp, nonce: OURS.nonce };
const opened = (query: Readonly<Record<string, unknown>>, encrypted: unknown, off = 0, keys = {}) =>
  createEnvelope({ ...OURS.keys, ...keys }, clockAt(OURS.timestamp, off)).open(query, encrypted);
/** As whoever knows the token signs it. */
const signed = (encrypted: string, timestamp: string = OURS.timestamp) => ({
  msg_signature: getSignature(OURS.keys.token, timestamp, OURS.nonce, encrypted),
  timestamp,
  nonce: OURS.nonce,
});
const openedSigned = (encrypted: string, keys = {}) => opened(signed(encrypted), encrypted, 0, keys);

const AES = Buffer.from(`${OURS.keys.aesKey}=`, 'base64');
/** A frame as somebody with both secrets could build it. */
const sealed = (frame: Buffer): string => {
  const cipher = createCipheriv('aes-256-cbc', AES, AES.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(frame), cipher.final()]).toString('base64');
};
const frameOf = (
  message: Buffer,
  {
    length = message.length,
    id = OURS.keys.receiver,
    fill = filled,
  }: { length?: number; id?: string; fill?: Fill } = {},
): Buffer => {
  const named = Buffer.alloc(4);
  named.writeUInt32BE(length);
  const plain = Buffer.concat([randomBytes(16), named, message, Buffer.from(id)]);
  return Buffer.concat([plain, fill(32 - (plain.length % 32))]);
};
/** What a frame is filled up with, by how many bytes it wants. */
type Fill = (bytes: number) => Buffer;
const filled: Fill = (bytes) => Buffer.alloc(bytes, bytes);
const HELLO = Buffer.from('hello');

test.each(Object.entries(VECTORS))('opens %s', (_, { keys, timestamp, nonce, signature, encrypted, plain }) => {
  const envelope = createEnvelope(keys, clockAt(timestamp));
  expect(envelope.open({ msg_signature: signature, timestamp, nonce }, encrypted)).toMatch(plain);
});

describe('refuses', () => {
  test.each(['msg_signature', 'timestamp', 'nonce'])(
    'a query without %s, with nothing in it, or with it twice',
    (name) => {
      const given = good[name as keyof typeof good];
      for (const value of [undefined, null, '', [given, given], [given], {}, 7])
        expect(opened({ ...good, [name]: value }, OURS.encrypted)).toBeNull();
    },
  );

  test('what is signed rightly over nothing', () => {
    const { token } = OURS.keys;
    const { encrypted, timestamp } = OURS;
    const over = (nonce: string) => ({
      msg_signature: getSignature(token, timestamp, nonce, encrypted),
      timestamp,
      nonce,
    });
    expect([opened(over('n'), encrypted), opened(over(''), encrypted)]).toEqual(['你好 gongdan', null]);
  });

  test.each([undefined, null, '', [OURS.encrypted], {}, 7])('%j in the place of what is encrypted', (encrypted) => {
    expect(opened(good, encrypted)).toBeNull();
  });

  test.each([
    '0'.repeat(40),
    OURS.signature.toUpperCase(),
    OURS.signature.slice(1),
    `${OURS.signature}0`,
    '你'.repeat(40),
  ])('the signature %s', (signature) => {
    expect(opened({ ...good, msg_signature: signature }, OURS.encrypted)).toBeNull();
  });

  test('whatever was signed with another token', () => {
    expect(opened(good, OURS.encrypted, 0, { token: 'tok3m' })).toBeNull();
  });

  test('what is older or newer than ten minutes, and takes what is not', () => {
    for (const off of [0, 10 * MINUTE, -10 * MINUTE]) expect(opened(good, OURS.encrypted, off)).toMatch(OURS.plain);
    for (const off of [10 * MINUTE + 1, -10 * MINUTE - 1]) expect(opened(good, OURS.encrypted, off)).toBeNull();
  });

  test.each(['now', '1700000000.0', ' 1700000000', '0x6553f100', '1.7e9', '-1700000000', `1${'0'.repeat(400)}`])(
    'the time %j, signed as it is',
    (timestamp) => {
      expect(opened(signed(OURS.encrypted, timestamp), OURS.encrypted)).toBeNull();
    },
  );

  test('what was encrypted for somebody else', () => {
    for (const id of ['', 'ww0000000000000002', 'ww000000000000000', 'ww00000000000000011', 'WW0000000000000001'])
      expect(openedSigned(encrypt(OURS.keys.aesKey, 'hello', id))).toBeNull();
  });

  test('2 000 other keys', () => {
    const keys = Array.from({ length: 2_000 }, () => randomBytes(32).toString('base64').slice(0, 43));
    expect(keys.filter((aesKey) => openedSigned(encrypt(aesKey, 'hello', OURS.keys.receiver)) !== null)).toEqual([]);
    expect(keys.filter((aesKey) => opened(good, OURS.encrypted, 0, { aesKey }) !== null)).toEqual([]);
    // Where nobody is named, a wrong key may well end in nobody's name: then the frame alone tells.
    const nobody = { receiver: '' };
    expect(keys.filter((key) => openedSigned(encrypt(key, 'hello', ''), nobody) !== null)).toEqual([]);
  });

  test('every flipped bit; of whoever could sign, every one but those of the text itself', () => {
    const bytes = Buffer.from(OURS.encrypted, 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const encrypted = flipped.toString('base64');
      expect(opened(good, encrypted), `bit ${bit}`).toBeNull();
      // A bit of one block is the same bit of the next, once opened: of the first block's bytes, 4 to 15 are the beginning of the text.
      const isText = bit >= 4 * 8 && bit < 16 * 8;
      expect(isText ? null : openedSigned(encrypted), `bit ${bit}`).toBeNull();
    }
  });

  test('rubbish under a right signature', () => {
    for (const length of [1, 15, 16, 17, 31, 32, 48, 64, 4_096])
      expect(openedSigned(randomBytes(length).toString('base64')), `${length} bytes`).toBeNull();
    for (const text of [
      '=',
      'x',
      '{}',
      '<xml/>',
      '你好',
      OURS.encrypted.replace('/', ' '),
      OURS.encrypted.slice(0, 40),
    ])
      expect(openedSigned(text), text).toBeNull();
  });

  test('a frame that is filled up wrongly', () => {
    expect(openedSigned(sealed(frameOf(HELLO)))).toBe('hello');
    const fills: readonly Fill[] = [
      (n) => Buffer.alloc(n, 0),
      (n) => Buffer.alloc(n, 33),
      (n) => Buffer.concat([Buffer.alloc(n - 1, 0), Buffer.from([n])]),
      (n) => Buffer.concat([randomBytes(n - 1), Buffer.from([n])]),
      (n) => Buffer.alloc(n + 32, n),
      (n) => Buffer.alloc(n - 16, n - 16),
      (n) => Buffer.concat([Buffer.alloc(n - 1, n), Buffer.from([n - 1])]),
    ];
    for (const fill of fills) expect(openedSigned(sealed(frameOf(HELLO, { fill })))).toBeNull();
  });

  test.each([0, 4, 6, 23, 24, 1_000, 0x7f_ff_ff_ff, 0xff_ff_ff_ff])(
    'a frame whose message is said to have %d bytes',
    (length) => {
      expect(openedSigned(sealed(frameOf(HELLO, { length })))).toBeNull();
      expect(openedSigned(sealed(frameOf(HELLO, { length, id: '' })), { receiver: '' })).toBeNull();
    },
  );

  test('a message that is no text', () => {
    for (const bytes of [[0xff], [0xe4, 0xbd], [0xed, 0xa0, 0x80]])
      expect(openedSigned(sealed(frameOf(Buffer.from(bytes))))).toBeNull();
  });

  test('everything, with a key that is none', () => {
    for (const aesKey of ['', 'short', 'x'.repeat(60)]) expect(opened(good, OURS.encrypted, 0, { aesKey })).toBeNull();
  });
});

test.each(['', 'a', '你好😀', ']]>', '\0', 'x'.repeat(100_000), ...[11, 12, 13, 14, 30, 31].map((n) => 'x'.repeat(n))])(
  'gives back what was encrypted (%#)',
  (message) => {
    expect(openedSigned(encrypt(OURS.keys.aesKey, message, OURS.keys.receiver))).toBe(message);
    expect(openedSigned(encrypt(OURS.keys.aesKey, message, ''), { receiver: '' })).toBe(message);
  },
);
