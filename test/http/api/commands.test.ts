import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callable } from '../../../commands/callable.ts';
import { aKey, openDoor, type Door, type Reply } from '../../support/api.ts';
import { aBench, aStore, type Bench } from '../../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
let bench: Bench;
let door: Door;
let number = 0;
const MEI = { name: '小美', place: 'qianniu', handle: 'mei_88' };
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());
beforeEach(async () => {
  await on.empty();
  bench = aBench(on.store);
  await on.store.apiKeys.add(aKey({ actors: ['lilei', 'wangfang', 'zhaomin', 'chenchen'] }));
  door = await openDoor(bench);
  number = await open('return');
});
afterEach(() => door.close());

const open = async (category: string): Promise<number> =>
  (await door.ask('POST', '/api/v1/tickets', { text: '茶杯碎了', category, customer: MEI })).body.ticket.number;
const say = (command: string, args: object = {}, actor?: string, key?: string, no = number): Promise<Reply> =>
  door.ask(
    'POST',
    `/api/v1/tickets/${no}/commands`,
    { command, args, ...(actor !== undefined && { actor }) },
    { headers: key === undefined ? {} : { 'idempotency-key': key } },
  );
const told = ({ status, body }: Reply): unknown[] => [status, body.outcome ?? body.code ?? body.errors?.[0]?.field];

describe('a verb', () => {
  it('is done once, and says how the ticket stands now', async () => {
    const { body } = await say('claim', {}, 'lilei');
    expect(body).toMatchObject({
      outcome: 'done',
      ticket: { status: 'in_progress', assignee: { id: 'lilei', name: '李雷' } },
    });
    expect(body.said).toContain(`T-${number}`);
    expect(told(await say('claim', {}, 'lilei'))).toEqual([200, 'already']);
    expect(told(await say('priority', { priority: 'urgent' }))).toEqual([200, 'done']);
    expect((await door.ask('GET', `/api/v1/tickets/${number}`)).body.priority).toBe('urgent');
  });

  it('is repeated without harm under its Idempotency-Key', async () => {
    expect(told(await say('note', { text: 'a' }, 'lilei', 'n1'))).toEqual([200, 'done']);
    expect(told(await say('note', { text: 'a' }, 'lilei', 'n1'))).toEqual([200, 'repeated']);
    expect(told(await say('note', { text: 'b' }, 'lilei', 'n1'))).toEqual([409, 'idempotency']);
    expect(told(await say('note', { text: 'a' }, 'wangfang', 'n1'))).toEqual([409, 'idempotency']);
    expect(told(await say('note', { text: 'a' }, 'lilei', 'n1', await open('return')))).toEqual([409, 'idempotency']);
    const ticket = await on.store.tickets.byNumber(number);
    expect(await on.store.notes.ofTicket(ticket?._id ?? '', 10)).toHaveLength(1);
  });

  it('that is refused says why, as a word and as a sentence', async () => {
    await say('claim', {}, 'lilei');
    const second = await say('claim', {}, 'wangfang');
    expect(told(second)).toEqual([409, 'already_claimed']);
    expect(second.body.detail).toContain('李雷');
    expect(told(await say('reply', { text: '在查' }, 'lilei'))).toEqual([409, 'unreachable']);
    expect(told(await say('resolve', { disposition: 'handled' }, 'wangfang'))).toEqual([403, 'not_allowed']);
    expect(told(await say('claim', {}, 'chenchen'))).toEqual([404, 'not_found']);
    expect(told(await say('claim', {}, 'zhou'))).toEqual([403, 'actor']);
  });

  it('names the values that are missing, wrong or unknown', async () => {
    await say('claim', {}, 'lilei');
    expect(told(await say('note', {}, 'lilei'))).toEqual([400, 'args.text']);
    expect(told(await say('priority', { priority: 'soon' }))).toEqual([400, 'args.priority']);
    expect(told(await say('claim', { ticket: '1' }))).toEqual([400, 'args.ticket']);
    expect(told(await say('claim', { draft: 'x' }))).toEqual([400, 'args.draft']);
    expect(told(await say('note', { text: 1 }))).toEqual([400, 'args.text']);
    for (const verb of ['show', 'reveal', 'list', 'new', 'next', '认领', 'clame'])
      expect(told(await say(verb))).toEqual([400, 'command']);
  });

  it('on a merged ticket says where it went', async () => {
    const into = await open('return');
    expect(told(await say('merge', { into: `T-${into}` }, 'zhaomin'))).toEqual([200, 'done']);
    await bench.flow.settle();
    const refused = await say('claim', {}, 'lilei');
    expect(told(refused)).toEqual([409, 'merged']);
    expect(refused.body.detail).toContain(`T-${into}`);
    expect((await door.ask('GET', `/api/v1/tickets/${number}`)).body.mergedInto).toBe(into);
  });

  it('of a key that was revoked is not done', async () => {
    await on.store.apiKeys.revoke('erp', bench.clock.now());
    bench.clock.advance(2_000);
    expect((await say('priority', { priority: 'urgent' })).status).toBe(401);
  });
});

it('the verbs are those about one ticket that change it', () => {
  const names = callable.map((verb) => verb.name);
  expect(names).toEqual(expect.arrayContaining(['claim', 'reply', 'resolve', 'undo', 'merge', 'split']));
  expect(names.some((name) => ['show', 'reveal', 'list', 'next', 'new', 'link', 'join'].includes(name))).toBe(false);
});
