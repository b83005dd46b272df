import { describe, expect, test } from 'vitest';
import {
  cardSignature,
  isFromCard,
  isFromRobot,
  robotSignature,
  type Signed,
} from '../../../adapters/dingtalk/signature.ts';

/** What DingTalk signs, and what it wants signed (3.6, 4.3, 6). */

const AT = '1577262236757';
const HOUR = 3_600_000;
const after = (ms: number) => new Date(Number(AT) + ms);
const robot = { secret: 'this is a secret', signature: 'DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=' };
const card = { secret: 'example-secret', signature: '9EQUhx+gSqHfgSF/OnOV2ifDC9m1VzjPj00L/WOZeew=' };

test('is what the vectors say', () => {
  expect(robotSignature('this is secret', AT)).toBe('hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=');
  expect(robotSignature(robot.secret, AT)).toBe(robot.signature);
  expect(cardSignature(card.secret, AT)).toBe(card.signature);
});

describe.each([
  ['a robot callback', isFromRobot, robot],
  ['a card callback', isFromCard, card],
])('%s', (_, isFrom, { secret, signature }) => {
  const good: Signed = { timestamp: AT, signature };

  test('is good for an hour, either way', () => {
    for (const ms of [0, HOUR, -HOUR]) expect(isFrom(good, secret, after(ms))).toBe(true);
    for (const ms of [HOUR + 1, -HOUR - 1]) expect(isFrom(good, secret, after(ms))).toBe(false);
  });

  test.each<[string, Partial<Signed>]>([
    ['without a signature', { signature: '' }],
    ['with half of it', { signature: signature.slice(0, 20) }],
    ['with another', { signature: `x${signature.slice(1)}` }],
    ['with more than it', { signature: `${signature}=` }],
    ['without a time', { timestamp: '' }],
    ['with a time that is none', { timestamp: 'NaN' }],
    ['with the same time written otherwise', { timestamp: `${AT}.0` }],
    ['with the same time and a blank', { timestamp: ` ${AT}` }],
    ['at another time', { timestamp: '1577262236758' }],
  ])('%s is refused', (_, more) => {
    expect(isFrom({ ...good, ...more }, secret, after(0))).toBe(false);
  });

  test.each(['', 'NaN', '1577262236757.0', ' 1577262236757', '0x16f3bcbc955'])(
    'signed for %j is at no time',
    (timestamp) => {
      const sign = isFrom === isFromRobot ? robotSignature : cardSignature;
      expect(isFrom({ timestamp, signature: sign(secret, timestamp) }, secret, after(0))).toBe(false);
    },
  );

  test('is refused with another secret, and with the signature of the other kind', () => {
    expect(isFrom(good, `${secret}x`, after(0))).toBe(false);
    const other = isFrom === isFromRobot ? cardSignature(secret, AT) : robotSignature(secret, AT);
    expect(isFrom({ ...good, signature: other }, secret, after(0))).toBe(false);
  });
});
