import { afterEach, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/errors.ts';
import { runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

const PICTURE = { at: '2026-11-11T06:30:00.000Z', inbox: { open: 1, parked: 0 }, apps: [] };

let box: RunningSandbox;
afterEach(async () => {
  await box.close();
});

it('shows the machine as it is handed in, and never an old picture', async () => {
  let asked = 0;
  box = await runSandbox({
    machine: async () => {
      asked += 1;
      return { ...PICTURE, at: new Date(PICTURE.at), asked };
    },
  });
  const answer = await box.get('/sandbox/api/machine');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.json()).toEqual({ ...PICTURE, asked: 1 });
  expect(await (await box.get('/sandbox/api/machine')).json()).toMatchObject({ asked: 2 });
});

it('serves the page with its script and styles', async () => {
  box = await runSandbox();
  const page = await box.get('/sandbox/machine.html');
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const linked = [...(await page.text()).matchAll(/(?:href|src)="(\/sandbox\/[a-z-]+\.(?:css|js|svg))"/g)].map(
    (m) => m[1],
  );
  expect(linked).toEqual(['/sandbox/icon.svg', '/sandbox/machine.css', '/sandbox/machine.js']);
  for (const to of linked) expect([to, (await box.get(to ?? '')).status]).toEqual([to, 200]);
});

it('keeps both from everybody without the login, and from pages of other origins', async () => {
  let asked = 0;
  const machine = async (): Promise<unknown> => {
    asked += 1;
    return PICTURE;
  };
  box = await runSandbox({ access: { token: 'secret', hosts: [] }, machine });
  for (const to of ['/sandbox/api/machine', '/sandbox/machine.html'])
    expect([to, (await box.get(to)).status]).toEqual([to, 401]);
  const authorization = 'Bearer secret';
  const foreign = await box.get('/sandbox/api/machine', { authorization, origin: 'https://evil.example' });
  expect([foreign.status, asked]).toEqual([403, 0]);
  expect((await box.get('/sandbox/api/machine', { authorization })).status).toBe(200);
});

it('says that the store is away, and that nobody shows a machine', async () => {
  box = await runSandbox({ machine: () => Promise.reject(new StoreUnavailable(new Error('switched off'))) });
  expect((await box.get('/sandbox/api/machine')).status).toBe(503);
  await box.close();
  box = await runSandbox();
  expect((await box.get('/sandbox/api/machine')).status).toBe(404);
});
