import type { Desk } from './desk.ts';

const json = { 'content-type': 'application/json' };

/** Does something to the sandbox itself (new people, groups, members), and what it causes happens. */
export async function changes(desk: Desk, method: string, path: string, body?: object): Promise<unknown> {
  const more = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
  const response = await desk.request(`/sandbox/api${path}`, { method, ...more });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  await desk.passes(0);
  return response.json();
}

/** Somebody whom the shop's file does not know comes into a group. */
export async function newcomer(desk: Desk, id: string, name: string, group: string): Promise<void> {
  await changes(desk, 'POST', '/people', { id, name });
  await changes(desk, 'PUT', `/conversations/${group}/members/${id}`, { user: 'chenjing' });
}
