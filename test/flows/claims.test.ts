import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstBroken } from '../../src/domain/chain.ts';
import { claimsStories } from '../stories/claims.ts';
import { inSandbox, openDesk, words, type Desk } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

claimsStories(inSandbox);

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ agents: 50, customers: 10 }) });
});
afterAll(() => desk.stop());

const opens = async (customer: string, text = '收到的杯子碎了'): Promise<number> => {
  await desk.writes(customer, text);
  return Number(/T-(\d+)/u.exec(words((await desk.sees(customer, `c-${customer}`))[1] ?? null))?.[1]);
};

describe('one winner', () => {
  it('a stale click is told the reason and its card is brought up to date; one that still fits is done', async () => {
    const no = await opens('k4');
    const stale = await desk.card('wangfang', 'g-aftersale', no);
    await desk.types('lilei', `认领 ${no}`);
    // A card that was never redrawn, as after an outage of the platform.
    const surface = stale.surface ?? '';
    await desk.store.connection
      .collection<{ _id: string }>('surfaces')
      .updateOne({ _id: surface }, { $set: { shown: 1 } });
    await desk.store.connection
      .collection<{ _id: string }>('sandbox_messages')
      .updateOne({ _id: stale.id }, { $set: { card: stale.card, version: stale.version } });
    const args = { ticket: String(no) };
    const press = (command: string, user: string) =>
      desk.posts('/sandbox/api/actions', { surface, user, command, args, version: stale.version });
    expect(JSON.stringify((await press('claim', 'wangfang')).body)).toContain('李雷 刚刚已认领');
    expect((await desk.card('wangfang', 'g-aftersale', no)).card?.status).toContain('李雷 处理中');
    await press('note', 'lilei');
    expect(words((await desk.types('lilei', `优先级 ${no} 高`)).answer)).toContain('「高」');
  });
});

// As many connections as a listening socket queues.
const agent = new Agent({ maxSockets: 400 });
afterAll(() => {
  agent.destroy();
});

const claims = (body: unknown): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, agent } as const;
    const sent = request(`${desk.url}/sandbox/api/actions`, post, (response) => {
      text(response).then((answer) => {
        resolve({ status: response.statusCode ?? 0, body: answer });
      }, reject);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });

it(
  '1 000 claims of one ticket by 50 agents at once: one winner, 999 exact refusals, one claim in the history',
  { timeout: 120_000 },
  async () => {
    const no = await opens('k5');
    const { surface } = await desk.card('a1', 'g-aftersale', no);
    const args = { ticket: String(no) };
    const tries = Array.from({ length: 1_000 }, (_, i) => `a${(i % 50) + 1}`);
    const answers = await Promise.all(
      tries.map(async (user) => {
        const { status, body } = await claims({ surface, user, command: 'claim', args });
        expect(status).toBe(202);
        const { answer } = JSON.parse(body) as { answer?: Parameters<typeof words>[0] };
        return { user, said: words(answer ?? null) };
      }),
    );
    await desk.flow.settle();

    const ticket = await desk.store.tickets.byNumber(no);
    if (ticket === null) throw new Error('the ticket is gone');
    const winner = ticket.assignee ?? '';
    const name = `客服${winner.slice(1)}号`;
    const of = (said: string) => answers.filter((a) => a.said === said);
    expect(of(`T-${no} 归你了`).map((a) => a.user)).toEqual([winner]);
    expect(of(`T-${no} 已经是你的了`).map((a) => a.user)).toEqual(Array.from({ length: 19 }, () => winner));
    expect(answers.filter((a) => a.said.startsWith(`${name} 刚刚已认领 T-${no}`))).toHaveLength(980);

    const events = await desk.store.tickets.history(ticket);
    expect(events.map((e) => e.type)).toEqual(['opened', 'claimed']);
    expect(firstBroken(events)).toBeNull();
    expect(ticket.history.head).toBe(events.at(-1)?.hash);

    // What the messenger shows, not what the bot believes it shows.
    const surfaces = await desk.store.surfaces.ofTicket(ticket._id);
    const posted = await desk.store.connection
      .collection('sandbox_messages')
      .find({ surface: { $in: surfaces.map((s) => s._id) } })
      .toArray();
    expect(posted).toHaveLength(2);
    expect(Object.fromEntries(posted.map((m) => [m['conversation'], m['version']]))).toEqual({
      [`d-${winner}`]: ticket.cardVersion,
      'g-aftersale': ticket.cardVersion,
    });
    expect(surfaces.map((s) => [s.state, s.shown])).toEqual(surfaces.map(() => ['live', ticket.cardVersion]));
  },
);
