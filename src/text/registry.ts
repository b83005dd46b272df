import { refusal } from './refusal.ts';
import { status } from './status.ts';

/** Every catalogue by area; a key is `area.name`. */
export const catalogues = { refusal, status } as const;
