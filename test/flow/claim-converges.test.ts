import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OutMessage } from '../../adapters/adapter.ts';
import { accountKey, addressKey, type Address } from '../../src/domain/address.ts';
import type { Directory } from '../../src/domain/directory.ts';
import { createFlow } from '../../src/flow/flow.ts';
import type { Parts } from '../../src/flow/parts.ts';
import { aBench, aStore, doubleAdapter, failure, type DoubleAdapter } from '../support/flow.ts';
import { aDirectory, aPerson } from '../support/tickets.ts';

let on: Awaited<ReturnType<typeof aStore>>;
beforeAll(async () => {
  on = await aStore();
});
afterAll(() => on.close());

const TEAM = 10;
const OTHER = { platform: 'other', app: 'works' } as const;
const there = (conversation: string): Address => ({ ...OTHER, conversation });

/** The after-sales team stands in a group on two platforms: ten colleagues here (a1 ...), ten there (b1 ...). */
function twoPlatforms(): Directory {
  const directory = aDirectory();
  const here = Array.from({ length: TEAM }, (_, i) => aPerson(`a${i}`, `此${i}`));
  const beyond = Array.from({ length: TEAM }, (_, i) =>
    aPerson(`b${i}`, `彼${i}`, { direct: [there(`direct:b${i}`)], locale: 'en' }),
  );
  const accounts = [
    ...here.map((p) => [accountKey({ platform: 'sandbox', app: 'demo', user: p.id }), p.id] as const),
    ...beyond.map((p) => [accountKey({ ...OTHER, user: p.id }), p.id] as const),
  ];
  const team = directory.teams.get('aftersales');
  if (team === undefined) throw new Error('no team');
  const group = there('group:works');
  return {
    ...directory,
    people: new Map([...directory.people, ...[...here, ...beyond].map((p) => [p.id, p] as const)]),
    teams: new Map([['aftersales', { ...team, categories: [], groups: [...team.groups, group] }]]),
    accounts: new Map([...directory.accounts, ...accounts]),
    groups: new Map([...directory.groups, [addressKey(group), 'aftersales']]),
  };
}

let turn = 0;
/** One flow over two platforms, and an unclaimed ticket whose card stands in the team's group on both. */
async function aTicketOnBoth() {
  turn += 1;
  const base = aBench(on.store, { process: `p${turn}` });
  const { clock } = base;
  const other: DoubleAdapter = { ...doubleAdapter(clock), ...OTHER };
  const directory = twoPlatforms();
  const parts: Parts = {
    ...base.parts,
    directory: () => directory,
    adapters: new Map([...base.parts.adapters, [`${OTHER.platform}\n${OTHER.app}`, other]]),
  };
  const flow = createFlow(parts);
  const customer = `c${turn}`;
  await flow.sink.accept({
    kind: 'message',
    platform: 'sandbox',
    app: 'demo',
    id: `first-${turn}`,
    conversation: { id: `customer:${customer}`, kind: 'customer' },
    sender: { id: customer, name: '小美' },
    receivedAt: clock.now(),
    text: '杯子碎了',
    attachments: [],
    addressed: true,
  });
  await flow.settle();
  const [ticket] = await on.store.tickets.ofCustomer(`sandbox\ndemo\n${customer}`, 'tea');
  if (ticket === undefined) throw new Error('no ticket');
  const surfaces = await on.store.surfaces.ofTicket(ticket._id);
  const press = async (user: string): Promise<OutMessage | null> => {
    const place = user.startsWith('a') ? { platform: 'sandbox', app: 'demo' } : OTHER;
    const surface = surfaces.find((s) => s.address.platform === place.platform);
    const { answer } = await flow.sink.accept({
      kind: 'invoke',
      ...place,
      id: `press-${turn}-${user}`,
      conversation: { id: surface?.address.conversation ?? '', kind: 'group' },
      sender: { id: user, name: user },
      receivedAt: clock.now(),
      invocation: { command: 'claim', args: { ticket: String(ticket.number) } },
      surface: surface?._id ?? '',
      seen: 1,
    });
    return answer?.message ?? null;
  };
  const said = async (user: string): Promise<string> => {
    const message = await press(user);
    return message?.type === 'card' ? message.card.summary : (message?.text ?? '');
  };
  const shown = (adapter: DoubleAdapter): string[] =>
    adapter.calls.flatMap(({ conversation, message }) =>
      conversation.startsWith('group:') && message.type === 'card' ? [message.card.status ?? ''] : [],
    );
  const now = () => on.store.tickets.load(ticket._id);
  return { flow, clock, here: base.adapter, other, ticket, surfaces, said, shown, now };
}
beforeEach(async () => {
  await on.store.leases.freeAll();
  for (const name of ['tickets', 'outbox']) await on.store.connection.collection(name).deleteMany({});
});

it('twenty colleagues press at once on both platforms: one winner, whom both copies show and everybody else reads', async () => {
  const desk = await aTicketOnBoth();
  expect(desk.surfaces.map((s) => s.address.conversation).toSorted()).toEqual(['group:aftersales', 'group:works']);
  const users = Array.from({ length: TEAM }, (_, i) => [`b${i}`, `a${i}`]).flat();
  const answers = await Promise.all(users.map((user) => desk.said(user)));
  await desk.flow.settle();

  const ticket = await desk.now();
  const winner = ticket?.assignee ?? '';
  expect(users).toContain(winner);
  const name = winner.startsWith('a') ? `此${winner.slice(1)}` : `彼${winner.slice(1)}`;
  const no = desk.ticket.number;
  expect(answers.filter((a) => a === `T-${no} 归你了` || a === `T-${no} is yours`)).toHaveLength(1);
  expect(
    answers.filter(
      (a) => a.startsWith(`${name} 刚刚已认领 T-${no}`) || a.startsWith(`${name} claimed T-${no} just now`),
    ),
  ).toHaveLength(19);
  for (const adapter of [desk.here, desk.other]) expect(desk.shown(adapter).at(-1)).toContain(`${name} 处理中`);
  const surfaces = await on.store.surfaces.ofTicket(desk.ticket._id);
  expect(surfaces.map((s) => [s.state, s.shown])).toEqual(surfaces.map(() => ['live', ticket?.cardVersion]));
});

it('who comes 1.2 seconds later reads by how much the other was faster, in their own language', async () => {
  const desk = await aTicketOnBoth();
  await desk.said('b0');
  desk.clock.advance(1_200);
  expect(await desk.said('a0')).toBe(`彼0 1.2 秒前已认领 T-${desk.ticket.number}`);
  expect(await desk.said('b1')).toBe(`彼0 claimed T-${desk.ticket.number} 1.2 s ago`);
});

it('a copy whose redraw failed is redrawn when the next colleague presses it', async () => {
  const desk = await aTicketOnBoth();
  await desk.said('a0');
  desk.other.fails(failure('permanent'));
  await desk.flow.settle();
  expect(desk.shown(desk.here).at(-1)).toContain('此0 处理中');
  const before = desk.other.calls.length;
  expect(await desk.said('b0')).toContain('此0 claimed');
  await desk.flow.settle();
  expect(desk.other.calls.slice(before).map((c) => [c.method, c.conversation])).toEqual([['update', 'group:works']]);
});
