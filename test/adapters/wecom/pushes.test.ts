import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPushes, type Pushes } from '../../../adapters/wecom/pushes.ts';
import { DeliveryError } from '../../../src/errors.ts';
import { openWire, type Said, type Wire } from './wire.ts';

/** Message pushes of groups (4.3). */

const SEND = '/cgi-bin/webhook/send';
const WAREHOUSE = { name: 'warehouse', key: '0f6a1111-2222-3333-4444-555566667777' };
const FINANCE = { name: 'finance', key: 'ffff0000-1111-2222-3333-444455556666' };
const words = (content: string) => ({ msgtype: 'markdown', markdown: { content } });

let wire: Wire;
let pushes: Pushes;
beforeEach(async () => {
  wire = await openWire();
  pushes = createPushes([WAREHOUSE, FINANCE], wire.url);
});
afterEach(async () => {
  await wire.close();
});

test('each speaks with its own key', async () => {
  await pushes.send('finance', words('T-1'));
  await pushes.send('warehouse', words('T-\u00072'));
  expect(wire.calls).toEqual([
    { method: 'POST', path: SEND, query: { key: FINANCE.key }, body: JSON.stringify(words('T-1')) },
    { method: 'POST', path: SEND, query: { key: WAREHOUSE.key }, body: JSON.stringify(words('T-2')) },
  ]);
});

test('one that nobody set up is gone, and nothing is asked', async () => {
  await expect(pushes.send('nobody', words('T-1'))).rejects.toMatchObject({ failure: 'gone' });
  expect(wire.calls).toEqual([]);
});

describe('what fails', () => {
  test.each<[string, Said, DeliveryError['failure'], number?]>([
    ['over its limit', { json: { errcode: 45009, errmsg: 'api freq out of limit' } }, 'rate-limited', 60_000],
    ['no such key', { json: { errcode: 93000, errmsg: `invalid webhook url, ${WAREHOUSE.key}` } }, 'gone'],
    ['a push that was stopped', { json: { errcode: 93004 } }, 'gone'],
    ['too long', { json: { errcode: 45002 } }, 'permanent'],
    ['a card it cannot show', { json: { errcode: 40008 } }, 'permanent'],
    ['busy', { json: { errcode: -1 } }, 'unknown'],
    ['a lost answer', 'reset', 'unknown'],
    ['a page', { status: 502, content: `<html>${WAREHOUSE.key}` }, 'unknown'],
    ['nothing that is an answer', { content: '' }, 'unknown'],
  ])('%s', async (_, said, failure, retryAfterMs) => {
    wire.answers(SEND, said);
    const met: unknown = await pushes.send('warehouse', words('call 13812345678')).catch((error: unknown) => error);
    expect(met).toBeInstanceOf(DeliveryError);
    expect(met).toMatchObject({ failure, retryAfterMs });
    const all = inspect(met, { depth: 9, showHidden: true });
    for (const secret of [WAREHOUSE.key, 'key=', '13812345678', wire.url]) expect(all).not.toContain(secret);
    expect(wire.calls).toHaveLength(1);
  });

  test('a WeCom that nobody reaches was certainly not told', async () => {
    await wire.close();
    await expect(pushes.send('warehouse', words('T-1'))).rejects.toMatchObject({ failure: 'retryable' });
    wire = await openWire();
  });
});
