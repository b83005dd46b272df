import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda, type Job } from 'agenda';
import type { Db } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { startStore } from './support.ts';

const POLL_MS = 20;

async function agendaOn(db: Db, options: { defaultLockLifetime?: number } = {}): Promise<Agenda> {
  const agenda = new Agenda({ backend: new MongoBackend({ mongo: db }), processEvery: POLL_MS, ...options });
  onTestFinished(() => agenda.stop());
  return agenda;
}

/** Resolves when `count` jobs have told that they ran. */
function runs(count: number): { done: Promise<string[]>; ran: (what: string) => void } {
  const seen: string[] = [];
  let finish: (all: string[]) => void = () => undefined;
  const done = new Promise<string[]>((resolve) => (finish = resolve));
  return {
    done,
    ran: (what) => {
      seen.push(what);
      if (seen.length === count) finish(seen);
    },
  };
}

const whatOf = (job: Job): string => {
  const { data } = job.attrs;
  return typeof data === 'object' && data !== null && 'what' in data ? String(data.what) : '';
};

it('runs what is repeated and what is scheduled', async () => {
  const { client } = await startStore();
  const agenda = await agendaOn(client.db('agenda'));
  const repeated = runs(3);
  const scheduled = runs(1);
  agenda.define('repeated', async () => repeated.ran('again'));
  agenda.define('scheduled', async (job: Job) => scheduled.ran(whatOf(job)));
  await agenda.start();
  await agenda.every('1 second', 'repeated');
  await agenda.schedule(new Date(Date.now() + 100), 'scheduled', { what: 'once' });
  expect(await scheduled.done).toEqual(['once']);
  await repeated.done;
  expect(await client.db('agenda').collection('agendaJobs').countDocuments({ name: 'repeated' })).toBe(1);
});

it('keeps one job of several that are meant to be unique', async () => {
  const { client } = await startStore();
  const db = client.db('agenda');
  const agenda = await agendaOn(db);
  agenda.define('sum', async () => undefined);
  await agenda.start();
  await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      agenda
        .create('sum', { team: 'a', n })
        .unique({ 'data.team': 'a' })
        .schedule(new Date(Date.now() + 60_000))
        .save(),
    ),
  );
  expect(await db.collection('agendaJobs').countDocuments({ name: 'sum' })).toBe(1);
});

it('runs no more at once than a job allows, and each of them once, with two processes', async () => {
  const { client } = await startStore();
  const db = client.db('agenda');
  const all = runs(30);
  let running = 0;
  let most = 0;
  const agendas = await Promise.all([agendaOn(db), agendaOn(db)]);
  for (const agenda of agendas)
    agenda.define(
      'work',
      async (job: Job) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        all.ran(whatOf(job));
      },
      { concurrency: 3 },
    );
  await Promise.all(agendas.map((agenda) => agenda.start()));
  await Promise.all(
    Array.from({ length: 30 }, async (_, n) => agendas[n % 2]?.schedule(new Date(), 'work', { what: String(n) })),
  );
  const ran = await all.done;
  expect(new Set(ran).size).toBe(30);
  expect(most).toBeLessThanOrEqual(6);
});

it('takes over the job of a process that died with it', async () => {
  const { client } = await startStore();
  const db = client.db('agenda');
  const first = await agendaOn(db);
  first.define('work', async () => undefined);
  await first.start();
  await first.schedule(new Date(Date.now() + 3_600_000), 'work', { what: 'orphan' });
  await first.stop();
  const now = Date.now();
  await db
    .collection('agendaJobs')
    .updateOne({ name: 'work' }, { $set: { lockedAt: new Date(now - 60_000), nextRunAt: new Date(now - 60_000) } });
  const taken = runs(1);
  const second = await agendaOn(db, { defaultLockLifetime: 1_000 });
  second.define('work', async (job: Job) => taken.ran(whatOf(job)));
  await second.start();
  expect(await taken.done).toEqual(['orphan']);
});
