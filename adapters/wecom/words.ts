import type { Locale } from '../../src/domain/directory.ts';

/** The few sentences that the adapter says by itself. */
export type Words = (
  key: 'not_stored' | 'unsupported' | 'nothing_chosen' | 'form_done' | 'bot_hello' | 'bot_alone',
  locale: Locale,
) => string;
