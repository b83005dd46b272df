import type { Locale } from '../../src/domain/directory.ts';

/** The few sentences that the adapter says by itself. */
export type Words = (key: 'not_stored' | 'sent_above' | 'unsupported' | 'muted', locale: Locale) => string;
