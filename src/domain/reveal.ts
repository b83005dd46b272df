import { hiddenIn, maskAddress, maskPhone } from './mask.ts';
import type { Ticket } from './ticket.ts';

/** Kinds of what groups do not see. */
export const HIDDEN = ['number', 'address'] as const;
export type HiddenKind = (typeof HIDDEN)[number];

/** What of a ticket is masked for whoever does not work on it. */
export interface Hidden {
  readonly what: readonly HiddenKind[];
  /** As the customer wrote them, each once. */
  readonly values: readonly string[];
}

type Words = Pick<Ticket, 'facts' | 'customer' | 'subject' | 'quotes' | 'tags'> & { readonly description?: string };

/** Everything that is masked on a ticket's cards, in the order in which it is needed: the number to call first. */
export function hiddenOf(t: Words): Hidden {
  const { order, tracking, phone = '', address = '' } = t.facts;
  const written = [t.customer.name, t.customer.handle, t.subject, t.description ?? '', ...t.quotes.map((q) => q.text)];
  const found = [
    ...(phone !== '' && maskPhone(phone) !== phone ? [phone] : []),
    ...(address !== '' && maskAddress(address) !== address ? [address] : []),
    ...[...written, t.tags.join(' ')].flatMap((text) => hiddenIn(text, [order, tracking])),
  ];
  const values = found.filter(
    (value, i) => !found.some((other, j) => j !== i && holds(other, value) && (!holds(value, other) || j < i)),
  );
  const kinds = new Set(values.map(kindOf));
  return { what: HIDDEN.filter((kind) => kinds.has(kind)), values };
}

const bare = (value: string): string => value.normalize('NFKC').replaceAll(/[^\p{L}\p{N}]/gu, '');

/** One is the other, or more of it. */
const holds = (holder: string, value: string): boolean => bare(holder).includes(bare(value));

const kindOf = (value: string): HiddenKind => (/\p{Script=Han}|[A-Za-z]{3}/u.test(value) ? 'address' : 'number');
