import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRobots, type Robots } from '../../../adapters/dingtalk/robots.ts';
import { DeliveryError } from '../../../src/errors.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import { openWire, type Said, type Wire } from './wire.ts';

/** Custom group robots (3.6). */

const SEND = '/robot/send';
const WAREHOUSE = { name: 'warehouse', token: 'a1b2c3d4e5f60718293a', secret: 'SECthis0is0a0secret' };
const FINANCE = { name: 'finance', token: 'ffff0000ffff0000ffff', secret: 'SECanother0secret00' };
const words = (content: string) => ({ msgtype: 'text', text: { content } });

let wire: Wire;
let clock: ManualClock;
let robots: Robots;
beforeEach(async () => {
  wire = await openWire();
  clock = manualClock(new Date(1_577_262_236_757));
  robots = createRobots([WAREHOUSE, FINANCE], wire.url, clock);
});
afterEach(async () => {
  await wire.close();
});
const bodies = () => wire.calls.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

test('is asked by its token, with a time and the signature of it', async () => {
  const vector = createRobots([{ ...WAREHOUSE, secret: 'this is secret' }], wire.url, clock);
  await vector.send('warehouse', words('T-1'), 'k');
  expect(wire.calls[0]?.target).toBe(
    `${SEND}?access_token=${WAREHOUSE.token}&timestamp=1577262236757&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D`,
  );
  expect(bodies()[0]).toMatchObject(words('T-1'));
});

test('each speaks with its own token', async () => {
  await robots.send('finance', words('T-1'), 'k');
  expect(wire.calls[0]?.target).toContain(`access_token=${FINANCE.token}&`);
});

test('the same key is the same message, another is another', async () => {
  const first = await robots.send('warehouse', words('T-1'), 'key of a send\n1');
  clock.advance(5_000);
  expect(await robots.send('warehouse', words('T-1'), 'key of a send\n1')).toBe(first);
  expect(await robots.send('warehouse', words('T-1'), 'key of a send\n2')).not.toBe(first);
  expect(bodies().map(({ msgUuid }) => msgUuid)).toEqual([first, first, expect.not.stringContaining(first)]);
  expect(first).toMatch(/^[0-9a-f]{32}$/u);
});

test('one that nobody set up is gone, and nothing is asked', async () => {
  await expect(robots.send('nobody', words('T-1'), 'k')).rejects.toMatchObject({ failure: 'gone' });
  expect(wire.calls).toEqual([]);
});

describe('what fails', () => {
  test.each<[string, Said, DeliveryError['failure'], number?]>([
    ['over its limit', { json: { errcode: 410100, errmsg: 'm' } }, 'rate-limited', 600_000],
    ['over its limit, as seen', { json: { errcode: 130101, errmsg: 'send too fast' } }, 'rate-limited', 600_000],
    ['keyword, time, signature or address', { json: { errcode: 310000, errmsg: WAREHOUSE.token } }, 'auth'],
    ['too long', { json: { errcode: 460101 } }, 'permanent'],
    ['content', { json: { errcode: 430101 } }, 'permanent'],
    ['no such token', { json: { errcode: 300005, errmsg: 'token is not exist' } }, 'gone'],
    ['no such token either', { json: { errcode: 400101 } }, 'gone'],
    ['a robot that was stopped', { json: { errcode: 400102 } }, 'gone'],
    ['a group that was disbanded', { json: { errcode: 400013 } }, 'gone'],
    ['busy', { json: { errcode: -1 } }, 'unknown'],
    ['a lost answer', 'reset', 'unknown'],
    ['nothing that says that it is well', { json: {} }, 'unknown'],
    ['a fault', { status: 500, text: WAREHOUSE.token }, 'unknown'],
    ['the wall', { text: '<html>' }, 'rate-limited', 300_000],
  ])('%s', async (_, said, failure, retryAfterMs) => {
    wire.answers(SEND, said);
    const met: unknown = await robots
      .send('warehouse', words('call 13812345678'), 'k')
      .catch((error: unknown) => error);
    expect(met).toBeInstanceOf(DeliveryError);
    expect(met).toMatchObject({ failure, retryAfterMs });
    const all = inspect(met, { depth: 9, showHidden: true });
    for (const secret of [WAREHOUSE.token, WAREHOUSE.secret, 'sign=', '13812345678', wire.url])
      expect(all).not.toContain(secret);
    expect(wire.calls).toHaveLength(1);
  });

  test('a DingTalk that nobody reaches was certainly not told', async () => {
    await wire.close();
    await expect(robots.send('warehouse', words('T-1'), 'k')).rejects.toMatchObject({ failure: 'retryable' });
    wire = await openWire();
  });
});
