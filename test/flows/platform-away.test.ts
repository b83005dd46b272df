import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDesk, type Desk } from '../support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.stop());

const ready = async (): Promise<unknown> => {
  const answer = await desk.request('/readyz');
  return [answer.status, await answer.json()];
};
const up = async (): Promise<string | undefined> =>
  (await (await desk.request('/metrics')).text()).split('\n').find((line) => line.startsWith('gongdan_platform_up{'));

it('a process whose platform is away stays ready, for the others, and says since when and how much waits', async () => {
  await desk.passes(0);
  expect(await ready()).toEqual([200, { ready: true, reasons: [], degraded: [] }]);
  expect(await up()).toBe('gongdan_platform_up{app="sandbox/sandbox"} 1');
  // As another process, which delivers for the platform, has noted it.
  const since = new Date('2026-11-11T06:02:00.123Z');
  const outage = {
    _id: 'o',
    app: 'sandbox\nsandbox',
    since,
    until: null,
    waited: 0,
    delivered: 0,
    givenUp: 0,
    open: true,
  };
  await desk.store.outages.keep({ ...outage, reason: 'no-answer' });
  await desk.passes(0);
  const line = 'sandbox: no answer since 2026-11-11T06:02:00Z, 0 wait';
  expect(await ready()).toEqual([200, { ready: true, reasons: [], degraded: [line] }]);
  expect(await up()).toBe('gongdan_platform_up{app="sandbox/sandbox"} 0');
  await desk.store.outages.keep({ ...outage, reason: 'auth' });
  await desk.store.outages.keep({ ...outage, _id: 'other', app: 'slack\nT1', reason: 'auth' });
  await desk.passes(0);
  const [, body] = (await ready()) as [number, { degraded: string[] }];
  // One that this process is not connected to is none of its business.
  expect(body.degraded).toEqual(['sandbox: credentials refused since 2026-11-11T06:02:00Z, 0 wait']);
  await desk.store.outages.keep({ ...outage, reason: 'auth', until: desk.clock.now(), open: false });
  await desk.passes(0);
  expect(await ready()).toEqual([200, { ready: true, reasons: [], degraded: [] }]);
  expect(await up()).toBe('gongdan_platform_up{app="sandbox/sandbox"} 1');
});
