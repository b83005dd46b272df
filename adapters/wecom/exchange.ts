import { exchanger } from '../shared/http.ts';
import { failureIn } from './failures.ts';

/** Control characters, which no text needs. */
const CONTROL = /[^\P{Cc}\n\t]/gu;
const HALF = /\p{Surrogate}/gu;

/** A text as WeCom takes it: JSON writes control characters and halves of characters as `\u001b`, `\ud83d`, which WeCom refuses (40033). */
export const plain = (text: string): string => text.replaceAll(CONTROL, '').replaceAll(HALF, '\ufffd');

const jsonOf = (body: unknown): string =>
  JSON.stringify(body, (_, value: unknown) => (typeof value === 'string' ? plain(value) : value));

/** One HTTP call to WeCom, one try. */
export const exchange = exchanger({ name: 'WeCom', failureIn, jsonOf });
