import { resend, resendAll } from '../flow/letters.ts';
import { shownId } from './inbox.ts';
import { refusal, withStore } from './store.ts';
import type { CliVerb } from './verb.ts';

const MOST = 1_000;

export const deadLettersList: CliVerb = {
  usage: 'dead-letters list',
  summary: 'cli.dead_letters_list',
  run: ({ config, tell, print }) =>
    withStore(config, async (store) => {
      const rows = await store.outbox.deadLetters(MOST);
      tell({ key: 'cli.dead_letters', params: { count: rows.length } });
      for (const row of rows)
        print([shownId(row._id), row.order.toISOString(), row.body.kind, row.number ?? '', row.error ?? ''].join('\t'));
    }),
};

export const deadLettersReplay: CliVerb = {
  usage: 'dead-letters replay ID...|--all',
  summary: 'cli.dead_letters_replay',
  run: ({ config, clock, args, tell }) =>
    withStore(config, async (store) => {
      if (args.length === 0) throw refusal(config, { key: 'cli.which_ids', params: null });
      const now = clock.now();
      const named = async (): Promise<number> => {
        const rows = await store.outbox.deadLetters(MOST);
        const chosen = rows.filter((row) => args.includes(shownId(row._id)));
        return resend(store, chosen, now);
      };
      const count = args.includes('--all') ? await resendAll(store, now) : await named();
      tell({ key: 'cli.replayed', params: { count } });
    }),
};
