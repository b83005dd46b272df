import { afterEach, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/errors.ts';
import type { Machine } from '../../../src/view.ts';
import { aBackstage, runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

let box: RunningSandbox;
afterEach(async () => {
  await box.close();
});

/** A machine without work; what waits in its inbox counts how often it was looked at. */
function counted(): { readonly machine: () => Promise<Machine>; readonly times: () => number } {
  let times = 0;
  return {
    times: () => times,
    async machine() {
      times += 1;
      return { ...(await aBackstage().machine()), inbox: { open: times, parked: 0 } };
    },
  };
}

it('shows the machine as it is handed in, and never an old picture', async () => {
  box = await runSandbox();
  box.adapter.open(aBackstage({ machine: counted().machine }));
  const answer = await box.get('/sandbox/api/machine');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.json()).toEqual({
    at: '2026-11-11T06:30:00.000Z',
    inbox: { open: 1, parked: 0 },
    surge: { boards: 3, rows: 10 },
    apps: [],
    jobs: [],
  });
  expect(await (await box.get('/sandbox/api/machine')).json()).toMatchObject({ inbox: { open: 2 } });
});

it('serves the page with its scripts and styles', async () => {
  box = await runSandbox();
  const page = await box.get('/sandbox/machine.html');
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const linked = [...(await page.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, to]) => to ?? '');
  expect(linked.filter((to) => /^\/sandbox\/assets\/machine-[\w-]+\.(?:js|css)$/.test(to)).length).toBe(2);
  for (const to of linked) expect([to, (await box.get(to)).status]).toEqual([to, 200]);
});

it('keeps both from everybody without the login, and from pages of other origins', async () => {
  const { machine, times } = counted();
  box = await runSandbox({ access: { token: 'secret', hosts: [] } });
  box.adapter.open(aBackstage({ machine }));
  for (const to of ['/sandbox/api/machine', '/sandbox/machine.html'])
    expect([to, (await box.get(to)).status]).toEqual([to, 401]);
  const authorization = 'Bearer secret';
  const foreign = await box.get('/sandbox/api/machine', { authorization, origin: 'https://evil.example' });
  expect([foreign.status, times()]).toEqual([403, 0]);
  expect((await box.get('/sandbox/api/machine', { authorization })).status).toBe(200);
});

it('says that the store is away', async () => {
  box = await runSandbox();
  box.adapter.open(aBackstage({ machine: () => Promise.reject(new StoreUnavailable(new Error('switched off'))) }));
  expect((await box.get('/sandbox/api/machine')).status).toBe(503);
});
