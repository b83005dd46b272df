import { cardsOf } from './cards.ts';
import { cameIn } from './came-in.ts';
import { decided } from './decided.ts';
import { delivered } from './delivered.ts';
import { failed } from './failed.ts';
import { messagesOf } from './messages.ts';
import { notified } from './notified.ts';
import type { Source } from './trace.ts';

/** Every place that knows something of a ticket. */
export const sources: readonly Source[] = [cameIn, decided, messagesOf, delivered, cardsOf, notified, failed];
