import { parseShop } from '../shop/shop.ts';
import type { HookDelivery } from '../storage/hook-deliveries.ts';
import type { Store } from '../storage/store.ts';
import { refusal, withStore } from './store.ts';
import type { CliContext, CliVerb } from './verb.ts';

/** Newest deliveries that `hook log` shows. */
const MOST = 200;

/** Runs `work` for the subscription that stands first among the words, unless the running shop has none of that name. */
function withSubscription(
  { config, args }: CliContext,
  work: (store: Store, subscription: string) => Promise<void>,
): Promise<void> {
  return withStore(config, async (store) => {
    const known = await subscriptionsOf(store, config.locale);
    const name = args.find((arg) => !arg.startsWith('--')) ?? '';
    if (!known.includes(name)) throw refusal(config, { key: 'cli.which_subscription', params: { name, known } });
    await work(store, name);
  });
}

/** The names of the subscriptions of the shop that the bot's processes agreed on. */
async function subscriptionsOf(store: Store, locale: CliContext['config']['locale']): Promise<readonly string[]> {
  const source = await store.settings.read('shop');
  if (typeof source !== 'string') return [];
  return [...parseShop(source, 'gongdan.yaml', locale).directory.subscriptions.keys()];
}

export const hookLog: CliVerb = {
  usage: 'hook log [NAME]',
  summary: 'cli.hook_log',
  run: ({ config, args, tell, print }) =>
    withStore(config, async (store) => {
      const [name = null] = args;
      const rows = await store.hookDeliveries.newest(name, MOST);
      const paused = new Set((await store.hookStates.all()).flatMap((s) => (s.paused === null ? [] : [s._id])));
      tell({ key: 'cli.hook_deliveries', params: { count: rows.length, paused: [...paused] } });
      for (const row of rows) print(lineOf(row, paused.has(row.subscription)));
    }),
};

/** Id, moment, subscription, type, ticket, state, tries begun, last outcome. */
function lineOf(row: HookDelivery, paused: boolean): string {
  const last = row.tries.at(-1);
  const state = row.state === 'pending' && paused ? 'held' : row.state;
  return [
    row._id,
    row.madeAt.toISOString(),
    row.subscription,
    row.type,
    `T-${row.number}`,
    state,
    row.attempts,
    last?.status ?? last?.failure ?? '',
  ].join('\t');
}

export const hookReplay: CliVerb = {
  usage: 'hook replay ID...|--all NAME',
  summary: 'cli.hook_replay',
  run: async (context) => {
    const { config, clock, args, tell } = context;
    if (args.length === 0) throw refusal(config, { key: 'cli.which_ids', params: null });
    const replayed = (count: number): void => {
      tell({ key: 'cli.replayed', params: { count } });
    };
    if (args.includes('--all'))
      await withSubscription(context, async (store, name) => {
        replayed(await store.hookDeliveries.replayDead(name, clock.now()));
      });
    else
      await withStore(config, async (store) => {
        replayed(await store.hookDeliveries.replay(args, clock.now()));
      });
  },
};

export const hookPause: CliVerb = {
  usage: 'hook pause NAME',
  summary: 'cli.hook_pause',
  run: (context) =>
    withSubscription(context, async (store, name) => {
      await store.hookStates.pause(name, { at: context.clock.now(), reason: 'operator' });
      context.tell({ key: 'cli.hook_paused', params: { name } });
    }),
};

export const hookResume: CliVerb = {
  usage: 'hook resume NAME',
  summary: 'cli.hook_resume',
  run: (context) =>
    withSubscription(context, async (store, name) => {
      // First what waits, so that nothing is tried under its old day.
      const count = await store.hookDeliveries.resume(name, context.clock.now());
      await store.hookStates.resume(name);
      context.tell({ key: 'cli.hook_resumed', params: { name, count } });
    }),
};
