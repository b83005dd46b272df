import { appName } from '../domain/address.ts';
import type { Outage } from '../storage/outages.ts';
import { reachedAdmins } from './account.ts';
import type { Breaker } from './breaker.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';
import { explainOver } from './standby.ts';

/** An outage that was shorter and cost nothing is not worth a message. */
const WORTH_TELLING_MS = 10_000;
/** While rows go out it is looked this often whether the last that waited is among them. */
const LOOK_MS = 1_000;

/** Keeps what the breaker of one app finds, and tells the admins once it is over. For the process that holds the app's lease. */
export interface OutageKeeper {
  /** Takes up what was left open; asks the store once per epoch of the lease. */
  resume(epoch: number): Promise<void>;
  /** Notes that an outage began, ended or is over with everything that waited. `idle`: nothing can go out at this moment. */
  follow(idle: boolean): Promise<void>;
}

export function createOutageKeeper(parts: Parts, app: string, breaker: Breaker): OutageKeeper {
  const { store, clock, meter } = parts;
  let known: number | null = null;
  let current: Outage | null = null;
  let ending: Outage[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;

  /** True when nothing of it is left to do. */
  const finish = async (outage: Outage): Promise<boolean> => {
    const { since, until, waited } = outage;
    if (until === null || (await store.outbox.hasBefore(app, until))) return false;
    const givenUp = await store.outbox.givenUp(app, since, until);
    const over = { ...outage, delivered: Math.max(0, waited - givenUp), givenUp, open: false };
    // Told first: worked again after a crash, the same key says it once.
    if (givenUp > 0 || until.getTime() - since.getTime() >= WORTH_TELLING_MS) await tellAdmins(parts, over, until);
    await store.outages.keep(over);
    return true;
  };

  return {
    async resume(epoch) {
      if (known === epoch) return;
      const open = (await store.outages.open()).filter((outage) => outage.app === app);
      ending = open.filter(({ until }) => until !== null);
      current = open.find(({ until }) => until === null) ?? null;
      breaker.resume(current);
      known = epoch;
    },
    async follow(idle) {
      const silence = breaker.silence();
      if (silence !== null && current?.reason !== silence.reason) {
        const { since, reason } = silence;
        const nothing = { until: null, waited: 0, delivered: 0, givenUp: 0, open: true } as const;
        const outage: Outage = current ?? { _id: `${app}\n${since.toISOString()}`, app, since, reason, ...nothing };
        await store.outages.keep({ ...outage, reason });
        current = { ...outage, reason };
        meter.alarm('outage', { app: appName(app), failure: reason });
      }
      if (silence === null && current !== null) {
        const until = clock.now();
        // Before it is kept as over: worked again after a crash, the same keys say it once.
        await explainOver(parts, current, until);
        const ended: Outage = { ...current, until, waited: await store.outbox.waiting(app, until) };
        await store.outages.keep(ended);
        ending.push(ended);
        current = null;
      }
      if (ending.length === 0 || (!idle && clock.monotonic() - lookedAt < LOOK_MS)) return;
      lookedAt = clock.monotonic();
      const left: Outage[] = [];
      for (const outage of ending) if (!(await finish(outage))) left.push(outage);
      ending = left;
    },
  };
}

async function tellAdmins(parts: Parts, outage: Outage, until: Date): Promise<void> {
  const { _id, app, since, reason, waited, delivered, givenUp } = outage;
  const away = new Set((await parts.store.outages.open()).filter((o) => o.until === null).map((o) => o.app));
  for (const { person, to } of reachedAdmins(parts, away)) {
    const params = { app: appName(app), since, until, reason, waited, delivered, givenUp };
    const sentence = { key: 'outage.over', params } as const;
    await post(parts, { key: `outage:${_id}:${person.id}`, to, person: person.id, sentence, offers: [] });
  }
}

/** A platform app that does not answer at this moment. */
export interface Down {
  /** Id of the outage. */
  readonly outage: string;
  readonly app: string;
  readonly since: Date;
  readonly reason: Outage['reason'];
  /** Rows that wait for it. */
  readonly waiting: number;
}

/** Which of the connected platforms are away, whichever process delivers for them. */
export interface OutageBoard {
  /** As of the last refresh. */
  down(): readonly Down[];
  refresh(): Promise<void>;
}

export function createOutageBoard({
  store,
  adapters,
  meter,
}: Pick<Parts, 'store' | 'adapters' | 'meter'>): OutageBoard {
  let down: readonly Down[] = [];
  return {
    down: () => down,
    async refresh() {
      const open = await store.outages.open();
      const lasting = open.filter(({ until, app }) => until === null && adapters.has(app));
      const counts = lasting.length === 0 ? [] : await store.outbox.counts([...new Set(lasting.map((o) => o.app))]);
      const waiting = new Map(counts.map(({ app, pending }) => [app, pending]));
      down = lasting.map(({ _id, app, since, reason }) => ({
        outage: _id,
        app,
        since,
        reason,
        waiting: waiting.get(app) ?? 0,
      }));
      const away = new Set(down.map(({ app }) => app));
      for (const app of adapters.keys()) meter.platform(app, !away.has(app));
    },
  };
}
