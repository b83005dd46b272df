import * as z from 'zod';
import { refuseField } from '../../../adapters/shared/problem.ts';
import { canonical } from '../../domain/chain.ts';
import type { Vault } from '../../vault.ts';

export type Signer = Pick<Vault, 'sign' | 'isSigned'>;

/** The query that pages belong to, whatever their size. */
export type Pages = Readonly<Record<string, unknown>>;

const text = (query: Pages, end: string): string => `cursor\n${canonical(query)}\n${end}`;

/** Where the next page of a query begins: signed with the query, so that it fits no other. */
export function cursorOf(signer: Signer, query: Pages, end: unknown): string {
  const said = Buffer.from(JSON.stringify(end)).toString('base64url');
  return `${said}.${signer.sign(text(query, said))}`;
}

/** What `cursorOf` was given. Throws a `Problem` (400) that names `cursor` when it was not made by us or for another query. */
export function readCursor<T>(signer: Signer, query: Pages, cursor: string, schema: z.ZodType<T>): T {
  const [said = '', signature = ''] = cursor.split('.');
  if (!signer.isSigned(text(query, said), signature))
    throw refuseField(400, 'cursor', 'does not belong to this query: use the nextCursor of the page before');
  return schema.parse(JSON.parse(Buffer.from(said, 'base64url').toString()));
}

/** Where a page ends that is in the order of a moment: its last one, and the ids of what was told of it. */
export interface MomentEnd<I> {
  readonly at: Date;
  readonly told: readonly I[];
}

export const momentEnd = <I>(id: z.ZodType<I>): z.ZodType<MomentEnd<I>> =>
  z.strictObject({ at: z.iso.datetime().transform((at) => new Date(at)), told: z.array(id) });

/** The end of a page of at least one entry; `before` is that of the page before it. */
export function endOf<I>(page: readonly (readonly [id: I, at: Date])[], before: MomentEnd<I> | null): MomentEnd<I> {
  const at = page.at(-1)?.[1] ?? new Date(0);
  const isLast = (moment: Date | undefined): boolean => moment?.getTime() === at.getTime();
  const told = page.filter(([, moment]) => isLast(moment)).map(([id]) => id);
  return { at, told: [...(isLast(before?.at) ? (before?.told ?? []) : []), ...told] };
}
