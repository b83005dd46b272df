import type { Locale } from '../domain/directory.ts';
import type { Reader } from './text.ts';

/** The reader of what the terminal shows before a shop is known. Its sentences hold no times. */
export const operator = (locale: Locale): Reader => ({ locale, timeZone: 'UTC', now: new Date(0) });
