import * as z from 'zod';
import type { Invocation } from '../../cards/invocation.ts';
import { A, SENT, V } from './page.ts';

/** What was pressed or filled in on a page of ours. */
export interface Sent {
  readonly token: string;
  /** `ask`: values are to be asked for first; `again`: another value changes what else is asked for. */
  readonly kind: 'invoke' | 'ask' | 'form' | 'again';
  /** With what was filled in. */
  readonly invocation: Invocation;
  /** The form's own; null: it has none. */
  readonly nonce: string | null;
  /** What was filled in, as it was written. */
  readonly written: readonly string[];
}

const sent = z.object({
  [SENT.token]: z.string().max(2_048),
  [SENT.kind]: z.enum(['invoke', 'ask', 'form']),
  [SENT.command]: z.string().regex(/^[a-z][a-z-]{0,30}$/u),
  [SENT.nonce]: z.string().min(1).max(400).optional(),
  [SENT.again]: z.string().optional(),
});
/** A name twice is an array. */
const texts = z.record(z.string(), z.string());

/** Browsers send line ends of their own (`\r\n`); nothing keeps NUL. */
const plain = (value: string): string => value.replaceAll(/\r\n?/gu, '\n').replaceAll('\0', '');

/** Reads what a page sent; null: it is none of ours. Never throws. */
export function readSent(body: unknown): Sent | null {
  const all = texts.safeParse(body);
  const parsed = sent.safeParse(body);
  if (!all.success || !parsed.success) return null;
  const under = (prefix: string): [string, string][] =>
    Object.entries(all.data).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), plain(value)]] : [],
    );
  const values = under(V);
  const filled = values.filter(([, value]) => value.trim() !== '');
  // What was emptied is not asked for any more, whatever stood there before.
  const brought = under(A).filter(([name]) => !values.some(([field]) => field === name));
  const { token, kind, command, nonce, again } = parsed.data;
  return {
    token,
    kind: kind === 'form' && again !== undefined ? 'again' : kind,
    invocation: { command, args: Object.fromEntries([...brought, ...filled]) },
    nonce: nonce ?? null,
    written: filled.map(([, value]) => value),
  };
}
