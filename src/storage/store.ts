import { budgetStore } from './budgets.ts';
import { connectStore, reaching } from './connection.ts';
import { counterStore } from './counters.ts';
import { inboxStore } from './inbox.ts';
import { joinStore } from './joins.ts';
import { leaseStore } from './leases.ts';
import { messageStore } from './messages.ts';
import { noteStore } from './notes.ts';
import { outboxStore } from './outbox.ts';
import { settingStore } from './settings.ts';
import { surfaceStore } from './surfaces.ts';
import { ticketStore } from './tickets.ts';

/** A write command the store answered: what the metrics count. */
export type OnWrite = (command: string, collection: string) => void;

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify']);

/** All collections over one connection, with their indexes made. */
export async function openStore(uri: string, onWrite: OnWrite = () => undefined) {
  const connection = await connectStore(uri);
  connection.getClient().on('commandStarted', (event) => {
    if (!WRITES.has(event.commandName)) return;
    const target: unknown = event.command[event.commandName];
    onWrite(event.commandName, typeof target === 'string' ? target : '');
  });
  const stores = {
    tickets: ticketStore(connection),
    messages: messageStore(connection),
    notes: noteStore(connection),
    joins: joinStore(connection),
    inbox: inboxStore(connection),
    outbox: outboxStore(connection),
    surfaces: surfaceStore(connection),
    leases: leaseStore(connection),
    budgets: budgetStore(connection),
    counters: counterStore(connection),
    settings: settingStore(connection),
  };
  await ensureIndexes(Object.values(stores).flatMap((s): readonly Indexed[] => s.models));
  return {
    ...stores,
    connection,
    /** Resolves when the store answers; `StoreUnavailable` otherwise. */
    ping: (): Promise<void> =>
      reaching(async () => {
        await connection.db?.command({ ping: 1 });
      }),
    close: (): Promise<void> => connection.close(),
  };
}

interface Indexed {
  createIndexes(): Promise<unknown>;
}

/** Makes the indexes that the schemas declare. */
export async function ensureIndexes(models: readonly Indexed[]): Promise<void> {
  for (const model of models) await model.createIndexes();
}

export type Store = Awaited<ReturnType<typeof openStore>>;
