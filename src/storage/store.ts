import { anomalyStore } from './anomalies.ts';
import { apiKeyStore } from './api-keys.ts';
import type { Connection } from 'mongoose';
import { budgetStore } from './budgets.ts';
import { codeStore } from './codes.ts';
import { connectStore, reaching, type OnWrite } from './connection.ts';
import { counterStore } from './counters.ts';
import { dutyStore } from './duty.ts';
import { draftStore } from './drafts.ts';
import { errorStore } from './errors.ts';
import { groupStore } from './groups.ts';
import { fileStore } from './files.ts';
import { hookDeliveryStore } from './hook-deliveries.ts';
import { hookSecretStore } from './hook-secrets.ts';
import { hookStateStore } from './hook-states.ts';
import { inboxStore } from './inbox.ts';
import { jobStore } from './jobs.ts';
import { joinStore } from './joins.ts';
import { leaseStore, type LeaseStore } from './leases.ts';
import { memberStore } from './members.ts';
import { messageStore } from './messages.ts';
import { noteStore } from './notes.ts';
import { openerStore } from './openers.ts';
import { outageStore } from './outages.ts';
import { outboxStore } from './outbox.ts';
import { pingStore } from './pings.ts';
import { requestStore } from './requests.ts';
import { roomStore } from './rooms.ts';
import { settingStore } from './settings.ts';
import { standbyStore } from './standbys.ts';
import { surfaceStore } from './surfaces.ts';
import { digestMarkStore } from './digest-marks.ts';
import { digestStore } from './digests.ts';
import { tallyStore } from './tallies.ts';
import { ticketStore } from './tickets.ts';
import { tryStore } from './tries.ts';

/** What has to be done to the documents before anything else uses them, such as bringing them to today's shape. */
export type Prepare = (store: { readonly connection: Connection; readonly leases: LeaseStore }) => Promise<void>;

/** All collections over one connection, with their indexes made. */
export async function openStore(
  uri: string,
  onWrite: OnWrite = () => undefined,
  prepare: Prepare = () => Promise.resolve(),
) {
  const connection = await connectStore(uri, onWrite);
  const stores = {
    tickets: ticketStore(connection),
    messages: messageStore(connection),
    notes: noteStore(connection),
    drafts: draftStore(connection),
    files: fileStore(connection),
    joins: joinStore(connection),
    openers: openerStore(connection),
    inbox: inboxStore(connection),
    outbox: outboxStore(connection),
    surfaces: surfaceStore(connection),
    rooms: roomStore(connection),
    pings: pingStore(connection),
    leases: leaseStore(connection),
    budgets: budgetStore(connection),
    counters: counterStore(connection),
    settings: settingStore(connection),
    duty: dutyStore(connection),
    members: memberStore(connection),
    groups: groupStore(connection),
    requests: requestStore(connection),
    codes: codeStore(connection),
    tries: tryStore(connection),
    errors: errorStore(connection),
    outages: outageStore(connection),
    standbys: standbyStore(connection),
    apiKeys: apiKeyStore(connection),
    hookSecrets: hookSecretStore(connection),
    jobs: jobStore(connection),
    hookDeliveries: hookDeliveryStore(connection),
    hookStates: hookStateStore(connection),
    tallies: tallyStore(connection),
    digests: digestStore(connection),
    digestMarks: digestMarkStore(connection),
    anomalies: anomalyStore(connection),
  };
  try {
    await prepare({ connection, leases: stores.leases });
  } catch (error) {
    await connection.close();
    throw error;
  }
  await ensureIndexes(Object.values(stores).flatMap((s): readonly Indexed[] => s.models));
  return {
    ...stores,
    connection,
    /** Forgets all that happened: what was agreed on, numbers, files, leases and budgets stay. For the demo, while nothing is at work. */
    forget: (): Promise<void> =>
      reaching(async () => {
        const gone = Object.entries(stores).flatMap(([name, s]): readonly Forgetful[] =>
          KEPT.has(name) ? [] : s.models,
        );
        await Promise.all(gone.map((model) => model.collection.deleteMany({})));
      }),
    /** What a killed process held is free. For who is alone on the store. */
    freeAll: async (now: Date): Promise<void> => {
      await Promise.all([stores.leases.freeAll(), stores.inbox.freeAll(now), stores.jobs.freeAll(now)]);
    },
    /** Resolves when the store answers; `StoreUnavailable` otherwise. */
    ping: (): Promise<void> =>
      reaching(async () => {
        await connection.db?.command({ ping: 1 });
      }),
    /** How far the store's own clock is ahead of `now`, ms. */
    aheadMs: (now: () => Date): Promise<number> =>
      reaching(async () => {
        const asked = now().getTime();
        const { localTime } = (await connection.db?.command({ hello: 1 })) ?? {};
        if (!(localTime instanceof Date)) return 0;
        // It was read somewhere between question and answer.
        return localTime.getTime() - Math.min(Math.max(localTime.getTime(), asked), now().getTime());
      }),
    close: async (): Promise<void> => {
      await connection.close();
    },
  };
}

interface Indexed {
  createIndexes(): Promise<unknown>;
}

interface Forgetful {
  readonly collection: { deleteMany(filter: object): Promise<unknown> };
}

/** What outlives the forgetting: nothing here belongs to a ticket or to somebody who came. */
const KEPT: ReadonlySet<string> = new Set([
  'settings',
  'counters',
  'files',
  'leases',
  'budgets',
  'codes',
  'apiKeys',
  'hookSecrets',
]);

/** Makes the indexes that the schemas declare. */
export async function ensureIndexes(models: readonly Indexed[]): Promise<void> {
  await Promise.all(models.map((model) => model.createIndexes()));
}

export type Store = Awaited<ReturnType<typeof openStore>>;
