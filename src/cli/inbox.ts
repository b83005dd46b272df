import { refusal, withStore } from './store.ts';
import type { CliVerb } from './verb.ts';

const MOST = 1_000;

/** An id on one line, as it is listed and taken back. */
export const shownId = (id: string): string => id.replaceAll('\n', '/');

export const inboxList: CliVerb = {
  usage: 'inbox list',
  summary: 'cli.inbox_list',
  run: ({ config, tell, print }) =>
    withStore(config, async (store) => {
      const rows = await store.inbox.parked(MOST);
      tell({ key: 'cli.parked', params: { count: rows.length } });
      for (const row of rows)
        print([shownId(row._id), row.order.toISOString(), row.number ?? '', row.error ?? ''].join('\t'));
    }),
};

export const inboxReplay: CliVerb = {
  usage: 'inbox replay ID...|--all',
  summary: 'cli.inbox_replay',
  run: ({ config, clock, args, tell }) =>
    withStore(config, async (store) => {
      if (args.length === 0) throw refusal(config, { key: 'cli.which_ids', params: null });
      const rows = await store.inbox.parked(MOST);
      const ids = rows.map((row) => row._id).filter((id) => args.includes('--all') || args.includes(shownId(id)));
      tell({ key: 'cli.replayed', params: { count: await store.inbox.replay(ids, clock.now()) } });
    }),
};
