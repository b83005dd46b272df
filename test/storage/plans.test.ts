import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HookDelivery } from '../../src/storage/hook-deliveries.ts';
import { manualClock } from '../support/clock.ts';
import { aBench, aMessage, aStore } from '../support/flow.ts';

let on: Awaited<ReturnType<typeof aStore>>;
/** Every find, update and count that the stores sent, once each, as the server saw them. */
const sent = new Map<string, { name: string; command: Record<string, unknown> }>();
const WATCHED = new Set(['find', 'update', 'aggregate', 'findAndModify', 'delete', 'count', 'distinct']);

beforeAll(async () => {
  on = await aStore('&monitorCommands=true');
  on.store.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    if (!WATCHED.has(commandName)) return;
    const shape = JSON.stringify(command, (key, value: unknown) =>
      key === 'lsid' || (key.startsWith('$') && key === '$clusterTime')
        ? undefined
        : typeof value === 'string' && key !== commandName
          ? ''
          : value,
    );
    sent.set(`${commandName} ${shape}`, { name: commandName, command });
  });
});
afterAll(() => on.close());

/** The stages of a plan, wherever they stand in it. */
function stages(plan: unknown): string[] {
  if (typeof plan !== 'object' || plan === null) return [];
  const own = 'stage' in plan && typeof plan.stage === 'string' ? [plan.stage] : [];
  return [...own, ...Object.entries(plan).flatMap(([key, value]) => (key === 'rejectedPlans' ? [] : stages(value)))];
}

it('every query the stores make uses an index', async () => {
  const { store } = on;
  const bench = aBench(store);
  for (let i = 0; i < 30; i += 1) {
    const event = aMessage(bench.clock, `e${i}`, '杯子碎了');
    await bench.flow.sink.accept({
      ...event,
      conversation: { id: `c${i}`, kind: 'customer' },
      sender: { id: `u${i}`, name: '客' },
    });
  }
  await bench.flow.settle();
  const now = manualClock().now();
  const [row, other] = await store.tickets.list({}, 2);
  const ticket = await store.tickets.load(row?._id ?? '');
  if (ticket === null) throw new Error('no ticket');
  await bench.flow.perform(
    ticket._id,
    { type: 'tag', add: ['x'], remove: [] },
    { actor: { kind: 'system', name: 's' }, cause: 'c' },
  );
  sent.clear();

  await store.tickets.byNumber(ticket.number);
  await store.tickets.byNumbers([1, 2]);
  await store.tickets.alike(
    'tea',
    { 'facts.order': 'o', 'facts.tracking': 't', 'customer.handle': 'h', place: 'qianniu' },
    3,
  );
  await store.tickets.ofCustomer('sandbox\ndemo\nu1', 'tea');
  await store.tickets.due(now, 10, ['resting']);
  await store.tickets.due(now, 10, [], now);
  await store.tickets.unrelayed(10);
  await store.tickets.unclaimedFrom(now, 10);
  await store.tickets.history(ticket);
  await store.tickets.historyBefore(ticket, 5, 10);
  await store.tickets.historyAfter({ ...ticket, history: { ...ticket.history, tail: [] } }, 0, 10);
  await store.tickets.archiveTails([ticket], 0);
  await store.tickets.page({}, { at: now, told: [1] }, 10);
  const ended = await store.tickets.load(other?._id ?? '');
  if (ended === null) throw new Error('no ticket');
  await store.connection
    .collection<{ _id: string }>('tickets')
    .updateOne(
      { _id: ended._id },
      { $set: { status: 'closed', closedAt: new Date(now.getTime() - 1), relay: false, nextDueAt: null } },
    );
  expect(await store.tickets.archive(now, 10)).toBe(1);
  await store.tickets.byNumber(ended.number);
  const archived = await store.tickets.load(ended._id);
  if (archived === null) throw new Error('no ticket');
  const again = { ...archived, version: archived.version + 1 };
  const cause = { cause: 'a', seq: 0, already: false };
  expect(await store.tickets.change(archived, { ticket: again, events: [], effects: [], cause })).toBe(true);
  await store.messages.page('t', { at: now, told: ['m'] }, 10);
  await store.apiKeys.load('k');
  await store.apiKeys.named('erp');
  await store.apiKeys.all();
  await store.apiKeys.revoke('erp', now);
  await store.apiKeys.used('k', now);
  await store.tickets.openOf('aftersales');
  await store.tickets.coveredFor('lilei');
  await store.tickets.openWith('lilei');
  await store.tickets.ahead('aftersales', now);
  const next = { team: 'aftersales', shops: ['tea'], person: 'lilei', except: ['a'] };
  for (const urgent of [true, false])
    for (const back of [true, false]) await store.tickets.oldestNew({ ...next, urgent, back });
  await store.tickets.visitsOf('a');
  await store.tickets.withOrder(['2712345678901234567', '1'], 'tea', 3);
  await store.drafts.near('lilei', 'chat', now);
  await store.drafts.filed('digest', now);
  await store.drafts.drop('d');
  await store.drafts.prune(now);
  for (const filter of [
    { team: ['aftersales'], status: ['new' as const], order: 'oldest' as const },
    { team: ['aftersales'] },
    { assignee: 'lilei', status: ['in_progress' as const] },
    { status: ['new' as const, 'closed' as const] },
    { status: ['new' as const], shop: ['tea'] },
  ]) {
    await store.tickets.list(filter, 10);
    await store.tickets.count(filter);
  }
  for (const id of ['lilei', 'zhou'])
    await bench.flow.sink.openHome({ platform: 'sandbox', app: 'demo', sender: { id, name: id } });
  await store.inbox.hasOlder({ _id: 'x', lane: 'lane', order: now });
  await store.inbox.takeAbandoned('p', now, now, 10);
  await store.inbox.replay(['x'], now);
  await store.inbox.picked('x');
  await store.inbox.pick('x', null, 't');
  await store.inbox.parked(10);
  await store.inbox.blank('x');
  await store.inbox.counts();
  await store.inbox.prune(now);
  await store.inbox.withIds(['x', 'y']);
  await store.inbox.pressesFor(1);
  await store.outbox.about('t', ['answer:x']);
  await store.errors.load('E-1');
  await store.errors.about(1, ['c']);
  await store.errors.prune(now);
  await store.inbox.freeAll(now);
  await store.outbox.ready('sandbox\ndemo', now, 10);
  await store.outbox.ready('sandbox\ndemo', now, 10, ['lane', 'other']);
  await store.outbox.unsure('x', 'key');
  await store.outbox.pingsOf('ping:p\na\nc', now, 10);
  await store.pings.load('ping:p\na\nc');
  await store.pings.ofPerson('lilei');
  await store.pings.lend('ping:p\na\nc:1', [{ secret: 'x', expiresAt: now }]);
  await store.pings.spend('ping:p\na\nc:1', 'x');
  await store.pings.forget('ping:p\na\nc', 2);
  await store.outbox.dead('x', { attempts: 1, error: '', failure: 'permanent', deadAt: now, number: 'E-1' });
  await store.outbox.waiting('sandbox\ndemo', now);
  await store.outbox.limited('sandbox\ndemo', now, now);
  await store.leases.deliverers();
  await store.outbox.hasBefore('sandbox\ndemo', now);
  await store.outbox.givenUp('sandbox\ndemo', now, now);
  await store.outbox.nextMoment('sandbox\ndemo');
  for (const made of [{ order: { $lte: now } }, { $or: [{ order: { $gt: now } }, { order: { $lt: now } }] }])
    for (const ms of [3_600_000, -3_600_000]) await store.outbox.shift('sandbox\ndemo', now, ms, made);
  await store.outages.open();
  await store.outages.load('o');
  const nothing = { waited: 0, delivered: 0, givenUp: 0 };
  await store.outages.keep({ _id: 'o', app: 'a', since: now, reason: 'auth', until: null, ...nothing, open: true });
  await store.standbys.ofTickets(['t', 'u']);
  await store.tickets.urgentUnclaimed(['aftersales', 'logistics'], 10);
  const lanes = { from: 'say:', to: 'say;' };
  await store.outbox.inLanes(lanes, {}, 10);
  await store.outbox.inLanes(lanes, { since: now, until: now }, 10);
  await store.outbox.countInLanes({ from: '', to: 'a' }, { until: now });
  await store.outbox.oldestInLanes(lanes, null, 10);
  await store.outbox.oldestInLanes(lanes, { _id: 'x', order: now }, 10);
  await store.outbox.countBehind(lanes, { _id: 'x', order: now });
  await store.outbox.moveTo('x', 'quiet:x', now);
  await store.tickets.countDue(now);
  await store.messages.wentOut('m');
  await store.settings.load('quiet');
  await store.settings.replace('quiet', 0, {}, now);
  await store.settings.replace('quiet', 1, {}, now);
  await store.outbox.heads(['lane', 'other']);
  await store.outbox.done(['x'], now);
  await store.outbox.load('x');
  await store.outbox.posted('x', 'ref');
  await store.outbox.later('x', 1, '', now);
  await store.outbox.replay(['x'], now);
  await store.outbox.deadLetters(10);
  await store.outbox.deadLetters(10, now);
  await store.outbox.dying(['say', 'draw'], 'oldest');
  await store.outbox.dying(['say', 'draw'], 'newest');
  await store.outbox.countDying(['say']);
  await store.outbox.newestLetters('zhou');
  await store.outbox.drawn('x', now);
  await store.outbox.dead('x', { attempts: 1, error: '', failure: 'gone', deadAt: now, number: 'E-1' });
  await store.outbox.counts(['sandbox\ndemo']);
  await store.outbox.countDead();
  await store.outbox.countDead('sandbox\ndemo');
  await store.outbox.prune(now);
  await store.surfaces.newest('slot');
  await store.surfaces.ofTicket('t');
  await store.surfaces.byPlatformId('p');
  await store.surfaces.standing('room\nlist', 10);
  await store.surfaces.countStanding('room\n1');
  await store.surfaces.ontoBoard(['s'], 'room', 1);
  await store.surfaces.ontoCard(['s'], 'room\nlist');
  await store.surfaces.off(['s'], 'room\n1');
  await store.surfaces.again('s', 'room', now);
  await store.surfaces.restore('s');
  await store.surfaces.spare('s');
  await store.surfaces.freeze('s', { type: 'text', text: '', attachments: [] });
  await store.surfaces.lend('s', [{ secret: 'x', expiresAt: now }]);
  await store.surfaces.spend('s', 'x');
  await store.rooms.load('room');
  await store.rooms.ofApp('sandbox\ndemo');

  await store.rooms.save({
    _id: 'room',
    app: 'p\na',
    address: { platform: 'p', app: 'a', conversation: 'c' },
    team: 't',
    epoch: 1,
    surgeSince: null,
    calmSince: null,
    boards: [],
  });
  await store.messages.holds(ticket._id, 'f');
  await store.files.load('f');
  await store.messages.byPlatformId('p');
  await store.messages.ofTicket('t', 10);
  await store.messages.withdraw('m');
  await store.messages.recall('m');
  await store.notes.ofTicket('t', 10);
  await store.notes.withIds(['n']);
  await store.joins.read('j');
  await store.openers.load('j');
  await store.openers.due(now, 10);
  await store.openers.end({ _id: 'j', shop: 's', account: 'a', held: [], version: 1 });
  await store.budgets.read('b');
  await store.budgets.readAside('b');
  await store.budgets.write({ _id: 'b', epoch: 1, spent: [], emptyAt: now });
  await store.budgets.writeAside({ _id: 'a', rev: 2, spent: [], emptyAt: now });
  await store.budgets.prune(now);
  await store.leases.read('l');
  await store.duty.all();
  await store.settings.version('directory');
  await store.settings.bump('directory', now);
  await store.members.all();
  const account = { platform: 'p', app: 'a', user: 'u' };
  const member = { account, person: 'x', name: 'X', direct: 'd', locale: null, timeZone: null };
  await store.members.grant({ ...member, roles: ['agent'], teams: ['t'], by: 'y', at: now });
  await store.members.leave(account, 't', 'y', now);
  const before = await store.members.of(account);
  await store.members.link({ ...member, roles: [], teams: [], by: 'code', at: now, linked: { how: 'code' } }, before);
  const request = {
    number: 1,
    account,
    name: 'X',
    team: 't',
    place: { platform: 'p', app: 'a', conversation: 'c' },
    state: 'asking' as const,
    cause: 'r',
    waiting: 'r',
    asked: [],
    at: now,
    by: '',
    decided: '',
  };
  await store.requests.ask(request, null);
  await store.requests.ask(request, 1);
  await store.requests.of(request);
  await store.requests.byNumber(1);
  await store.requests.waitsFor(1, 'r2');
  await store.requests.decide(1, 'asking', { state: 'no', by: 'y', decided: 'r3', at: now });
  await store.codes.put('admin', 'hash', now);
  await store.codes.offer('admin', 'hash', now, now);
  await store.codes.find('hash', 'r', now);
  await store.codes.use('hash', 'r', now);
  await store.tries.wrong('x', 'r');
  await store.tries.reset('x', null);
  await store.groups.all();
  const address = { platform: 'p', app: 'a', conversation: 'c' };
  await store.groups.link({ address, team: 't', by: 'y', at: now });
  await store.hookSecrets.of('out:erp');
  await store.hookSecrets.rotate('out:erp', { sealed: 's', createdAt: now });
  await store.hookSecrets.endOld('out:erp');
  const notice: HookDelivery = {
    _id: 'n',
    subscription: 'erp',
    type: 'ticket.claimed',
    ticket: 't',
    number: 1,
    seq: 1,
    state: 'pending',
    madeAt: now,
    nextAt: now,
    attempts: 0,
    tries: [],
  };
  const until = new Date(now.getTime() + 60_000);
  const last = { at: now, ms: 1, status: 500 };
  await store.hookDeliveries.add([notice]);
  await store.hookDeliveries.load('n');
  await store.hookDeliveries.ofTicket('t');
  await store.hookDeliveries.ready('erp', now, 4);
  const taken = await store.hookDeliveries.take(notice, until, until);
  if (taken === null) throw new Error('not taken');
  await store.hookDeliveries.freeze(taken, '{}');
  await store.hookDeliveries.later(taken, last, now);
  await store.hookDeliveries.giveUp('nobody', now);
  await store.hookDeliveries.dead(taken, last);
  await store.hookDeliveries.done(taken, last, now);
  await store.hookDeliveries.resume('erp', now);
  await store.hookDeliveries.replay(['n'], now);
  await store.hookDeliveries.replayDead('erp', now);
  await store.hookDeliveries.newest('erp', 10);
  await store.hookDeliveries.newest(null, 10);
  await store.hookDeliveries.queue('erp');
  await store.hookDeliveries.prune(now, now);
  await store.hookStates.all();
  await store.hookStates.failed('erp', now);
  await store.hookStates.healed('erp');
  await store.hookStates.pause('erp', { at: now, reason: 'gone' });
  await store.hookStates.resume('erp');

  const database = store.connection.db;
  const bad: string[] = [];
  let looked = 0;
  const look = async (what: string, command: Record<string, unknown>): Promise<void> => {
    looked += 1;
    const plan: unknown = await database?.command({ explain: command, verbosity: 'queryPlanner' });
    const found = stages(plan);
    const indexed = found.some((s) =>
      ['EOF', 'IXSCAN', 'IDHACK', 'COUNT_SCAN', 'EXPRESS_IXSCAN', 'CLUSTERED_IXSCAN'].includes(s),
    );
    if (!indexed || found.includes('COLLSCAN')) bad.push(`${what} ${JSON.stringify(command)}: ${found.join(' > ')}`);
  };
  for (const { name, command } of Array.from(sent.values())) {
    const { lsid: _lsid, $db: _db, $clusterTime: _time, ...plain } = command;
    const target = String(plain[name]);
    const parts = (plain['updates'] ?? plain['deletes']) as readonly { q: unknown }[] | undefined;
    if (parts === undefined) await look(name, plain);
    else for (const { q } of parts) await look(`${name} ${target}`, { find: target, filter: q });
  }
  expect(looked).toBeGreaterThan(40);
  expect(bad).toEqual([]);
});
