import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PICTURES } from '../../support/pictures.ts';
import { runSandbox, type RunningSandbox } from '../../support/sandbox.ts';

const FILES = '/sandbox/api/files';

let box: RunningSandbox;
beforeEach(async () => {
  box = await runSandbox();
});
afterEach(async () => {
  await box.close();
});

interface Stored {
  id: string;
  kind: string;
  type: string;
  name: string;
  size: number;
  errors?: { field: string }[];
}

async function upload(
  content: Uint8Array<ArrayBuffer>,
  name: string,
  field = 'file',
  more: Record<string, string> = {},
): Promise<{ status: number; body: Stored }> {
  const form = new FormData();
  for (const [key, value] of Object.entries({ user: 'ali', ...more })) form.append(key, value);
  form.append(field, new Blob([content], { type: 'image/png' }), name);
  const answer = await fetch(box.url + FILES, { method: 'POST', body: form });
  return { status: answer.status, body: (await answer.json()) as Stored };
}

const onDisk = async (): Promise<string[]> => {
  const entries = await readdir(box.files, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((e) => e.isFile()).map((e) => path.join(e.parentPath, e.name));
};

it('keeps a file once, whatever it is called, and shows a picture in place', async () => {
  const first = await upload(PICTURES.png, '碎了的杯子.png');
  expect(first).toEqual({
    status: 201,
    body: { id: first.body.id, kind: 'image', type: 'image/png', name: '碎了的杯子.png', size: PICTURES.png.length },
  });
  expect((await upload(PICTURES.png, '碎了的杯子.png')).body.id).toBe(first.body.id);
  expect((await upload(PICTURES.png, 'b.png')).body.id).not.toBe(first.body.id);
  expect(await onDisk()).toHaveLength(1);
  const shown = await box.get(`${FILES}/${first.body.id}`);
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect(shown.headers.get('content-disposition')).toBeNull();
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(PICTURES.png);
});

it.each([
  ['<script>alert(1)</script>', 'cute.png', 'text/plain; charset=utf-8'],
  ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'a.svg', 'text/plain; charset=utf-8'],
  ['\u0000\u0001MZ', 'a.jpg', 'application/octet-stream'],
  ['%PDF-1.7', 'a.gif', 'application/pdf'],
])('trusts the content and never the name: %j called %s', async (content, name, type) => {
  const { body } = await upload(Buffer.from(content), name);
  expect(body.type).toBe(type);
  const served = await box.get(`${FILES}/${body.id}`);
  expect(served.headers.get('content-type')).toBe(type);
  expect(served.headers.get('content-disposition')).toContain('attachment');
  expect(served.headers.get('x-content-type-options')).toBe('nosniff');
  expect(served.headers.get('content-security-policy')).toContain('sandbox');
});

it('strips paths and control characters from names', async () => {
  expect((await upload(PICTURES.png, '../../etc/pass\u202Ewd.png')).body.name).toBe('passwd.png');
});

it('refuses what is too large, empty, missing or broken, and leaves nothing on disk', async () => {
  for (const beyond of [1, 2, 3_000_000]) {
    const large = await upload(new Uint8Array(25 * 1024 * 1024 + beyond), 'a.bin');
    expect([large.status, large.body.errors?.[0]?.field]).toEqual([413, 'file']);
  }
  expect((await upload(new Uint8Array(0), 'a.bin')).status).toBe(400);
  expect((await upload(PICTURES.png, 'a.png', 'photo')).status).toBe(400);
  const none = await fetch(box.url + FILES, { method: 'POST', body: new FormData() });
  expect(none.status).toBe(400);
  expect((await box.post(FILES, {})).status).toBe(415);
  const headers = { 'content-type': 'multipart/form-data' };
  expect((await box.post(FILES, 'x', headers)).status).toBe(400);
  const cut = await box.post(FILES, '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf', {
    'content-type': 'multipart/form-data; boundary=b',
  });
  expect(cut.status).toBe(400);
  expect(await onDisk()).toEqual([]);
});

it('wants to know whose file it is, before the file', async () => {
  expect((await upload(PICTURES.png, 'a.png', 'file', { user: 'nobody' })).status).toBe(404);
  expect((await upload(PICTURES.png, 'a.png', 'file', { user: '' })).status).toBe(400);
  expect((await upload(PICTURES.png, 'a.png', 'file', { seconds: 'twelve' })).status).toBe(400);
  expect((await upload(PICTURES.png, 'a.png', 'file', { other: 'x' })).status).toBe(400);
  const form = new FormData();
  form.append('file', new Blob([PICTURES.png]), 'a.png');
  form.append('user', 'ali');
  expect((await fetch(box.url + FILES, { method: 'POST', body: form })).status).toBe(400);
  expect(await onDisk()).toEqual([]);
});

it('goes only with a message of the person who uploaded it', async () => {
  const { body } = await upload(PICTURES.png, 'a.png');
  const sent = (user: string) =>
    box.post('/sandbox/api/messages', { conversation: `customer:${user}`, user, attachments: [body.id] });
  const refused = await sent('xiaomei');
  expect([refused.status, await refused.json()]).toMatchObject([404, { errors: [{ field: 'attachments.0' }] }]);
  expect(box.sink.events).toEqual([]);
  expect((await sent('ali')).status).toBe(202);
});

it('says how long a recording is and what is said in it', async () => {
  const more = { seconds: '12', transcript: '杯子碎了' };
  const { body } = await upload(Buffer.from('#!AMR\n\u0001'), 'a.amr', 'file', more);
  expect(body).toMatchObject({ kind: 'voice', seconds: 12, transcript: '杯子碎了' });
});

it('a message has at most 20 files', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 21; i += 1) ids.push((await upload(PICTURES.png, `${i}.png`)).body.id);
  const sent = (attachments: readonly string[]) =>
    box.post('/sandbox/api/messages', { conversation: 'customer:ali', user: 'ali', attachments });
  expect((await sent(ids)).status).toBe(400);
  expect((await sent(ids.slice(0, 20))).status).toBe(202);
  expect(box.sink.events).toHaveLength(1);
});

it('takes 25 MB', async () => {
  expect((await upload(new Uint8Array(25 * 1024 * 1024), 'a.bin')).status).toBe(201);
});

it('goes with a message', async () => {
  const { body } = await upload(PICTURES.png, 'a.png');
  await box.post('/sandbox/api/messages', { conversation: 'customer:ali', user: 'ali', attachments: [body.id] });
  expect(box.sink.events).toMatchObject([{ text: '', attachments: [body] }]);
  const feed = await box.get('/sandbox/api/conversations/customer:ali/messages?user=ali');
  expect(await feed.json()).toMatchObject({ messages: [{ attachments: [body] }] });
});

it('knows no other file', async () => {
  expect((await box.get(`${FILES}/nothing`)).status).toBe(404);
  expect((await box.get(`${FILES}/..%2f..%2fx`)).status).toBe(404);
});
