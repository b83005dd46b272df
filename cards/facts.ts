import { elsewhere, OTHER } from '../src/domain/contact.ts';
import type { Directory } from '../src/domain/directory.ts';
import { maskAddress, maskPhone } from '../src/domain/mask.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Block } from './card.ts';
import { returningOf } from './returning.ts';
import { nameOf, shown, teamName, type Audience, type Row } from './standing.ts';

type Field = { readonly label: string; readonly value: string };

/**
 * What is known about the order and the customer, as one block, or none when nothing is known. `listed`: how many attachments the card
 * itself shows.
 */
export function factsOf(
  t: Row,
  directory: Directory,
  reader: Reader,
  audience: Audience,
  listed: number,
): readonly Block[] {
  const f = t.facts;
  const masked = audience === 'group';
  const known: readonly (Field | null)[] = [
    fact(reader, 'customer', shown(t, t.customer.name, audience)),
    fact(reader, 'contact', contactOf(t, directory, reader, audience)),
    // One shop needs no naming.
    fact(reader, 'shop', directory.shops.size > 1 ? directory.shops.get(t.shop)?.name : undefined),
    fact(reader, 'order', [f.order ?? '', ...(f.more ?? [])].join(' ')),
    fact(reader, 'carrier', f.carrier),
    fact(reader, 'tracking', f.tracking),
    fact(reader, 'amount', f.amount),
    fact(
      reader,
      'phone',
      f.phone === undefined || f.phone === t.customer.handle ? undefined : masked ? maskPhone(f.phone) : f.phone,
    ),
    fact(reader, 'address', f.address === undefined || !masked ? f.address : maskAddress(f.address)),
    fact(reader, 'category', categoryName(directory, t.category, reader)),
    fact(reader, 'tags', shown(t, t.tags.join(' '), audience)),
    fact(
      reader,
      'files',
      t.attachments.length <= listed ? undefined : text(reader, 'field.file_count', { count: t.attachments.length }),
    ),
  ];
  const named = (category: string | null) => categoryName(directory, category, reader);
  return [...fieldsOf(known), ...returningOf(t, named, directory, reader, audience)];
}

/** `千牛 · 旺旺 xiaohong88`; nothing for who is reached from here. */
export function contactOf(
  t: Pick<Row, 'customer' | 'links' | 'facts'>,
  directory: Directory,
  reader: Reader,
  audience: Audience,
): string | undefined {
  const place = elsewhere(t, directory);
  if (place === null || (place.id === OTHER && t.customer.handle === '')) return undefined;
  const handle = t.customer.handle.trim();
  const veiled = place.handle === 'number' && handle !== '' && audience === 'group';
  return text(reader, 'field.contact_value', {
    place,
    handle: veiled ? maskPhone(handle) : shown(t, handle, audience),
  });
}

/** Where the ticket is: team, assignee, when it was opened. */
export function placeOf(t: Row, directory: Directory, reader: Reader): readonly Block[] {
  return fieldsOf([
    fact(reader, 'team', teamName(directory, t.team)),
    fact(reader, 'assignee', t.assignee === null ? undefined : nameOf(directory, t.assignee)),
    fact(reader, 'opened', text(reader, 'card.at', { at: t.openedAt })),
  ]);
}

type FactName =
  | 'customer'
  | 'contact'
  | 'shop'
  | 'order'
  | 'carrier'
  | 'tracking'
  | 'amount'
  | 'phone'
  | 'address'
  | 'category';

export function fact(
  reader: Reader,
  name: FactName | 'tags' | 'files' | 'team' | 'assignee' | 'opened',
  value: string | undefined,
): Field | null {
  const known = value?.trim() ?? '';
  return known === '' ? null : { label: text(reader, `field.${name}`, null), value: known };
}

export function fieldsOf(known: readonly (Field | null)[]): readonly Block[] {
  const fields = known.filter((f) => f !== null);
  return fields.length === 0 ? [] : [{ type: 'fields', fields }];
}

/** `物流停滞`; the id when the configuration no longer names it, nothing when there is none. */
export function categoryName(directory: Directory, category: string | null, reader: Reader): string | undefined {
  return category === null ? undefined : (directory.categories.get(category)?.name[reader.locale] ?? category);
}

/** `物流 / 物流停滞`: both levels, for a choice among all. */
export function categoryPath(directory: Directory, category: string, reader: Reader): string {
  const [first = category] = category.split('.');
  const own = categoryName(directory, category, reader) ?? category;
  return first === category ? own : `${categoryName(directory, first, reader) ?? first} / ${own}`;
}
