import type { Preview } from '../../cards/preview.ts';
import type { GivenFacts } from '../../commands/command.ts';
import type { Attachment } from '../domain/attachment.ts';
import { OTHER } from '../domain/contact.ts';
import type { Person } from '../domain/directory.ts';
import type { Opening } from '../domain/event.ts';
import type { OrderFacts } from '../domain/ticket.ts';
import { readBlock } from '../triage/block.ts';
import { classify } from './classify.ts';
import type { Parts } from './parts.ts';
import { personReader } from './reader.ts';
import { backAt } from './roster.ts';
import { descriptionOf, excerptOf, subjectFor, wordsOf } from './title.ts';

/** The ticket that a pasted text would become; without its number. */
export interface Plan {
  readonly opening: Omit<Opening, 'number'>;
  /** The customer's own words, bounded. */
  readonly words: string;
  readonly orders: readonly string[];
}

export interface Pasted {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** The main one of several order numbers. */
  readonly order: string | null;
  readonly given: GivenFacts | null;
  /** What `given` leaves out was taken out, not just left to be recognised. */
  readonly whole: boolean;
}

/** Reads a pasted text as a ticket. A form's values come before what was recognised. */
export async function planOf(parts: Parts, speaker: Person, pasted: Pasted): Promise<Plan> {
  const directory = parts.directory();
  const { text, attachments, given, whole } = pasted;
  const block = readBlock(text, directory);
  const pick = (name: keyof GivenFacts, found: string | undefined): string | undefined =>
    given?.[name] ?? (whole ? undefined : found);
  const mayFile = (id: string | null | undefined): id is string =>
    id !== null &&
    id !== undefined &&
    directory.shops.has(id) &&
    (speaker.shops.length === 0 || speaker.shops.includes(id));
  const named = given?.shop ?? block.shop;
  const shop = mayFile(named) ? named : (speaker.shops[0] ?? [...directory.shops.keys()][0] ?? 'default');

  const order = pick('order', pasted.order ?? block.orders[0]);
  const more = block.orders.filter((o) => o !== order);
  const facts: OrderFacts = {
    ...(order === undefined ? {} : { order }),
    ...(more.length === 0 || order === undefined ? {} : { more }),
    ...optional('tracking', pick('tracking', block.facts.tracking)),
    ...optional('phone', pick('phone', block.facts.phone)),
    ...optional('address', block.facts.address),
    ...optional('amount', block.facts.amount),
    ...optional('carrier', block.facts.carrier),
  };
  const known = await classify(parts, wordsOf(block.matter, attachments), shop);
  const category = given?.category ?? known.category;
  const routed =
    category === known.category
      ? known.team
      : ((await parts.route(directory, { category, shop }, (t) => parts.store.tickets.openOf(t)))?.id ?? known.team);
  const team = given?.team ?? routed;
  const words = excerptOf(block.matter === '' ? text : block.matter);
  return {
    words,
    orders: order === undefined ? [] : [order, ...more],
    opening: {
      ...known,
      category,
      facts,
      shop,
      team,
      answersFrom: await backAt(parts, team),
      source: { kind: 'agent', platform: speaker.direct[0]?.platform ?? '' },
      customer: {
        account: null,
        name: block.name,
        place: pick('place', block.place) ?? OTHER,
        handle: pick('handle', block.handle) ?? '',
      },
      origin: speaker.direct[0] ?? { platform: '', app: '', conversation: '' },
      subject: subjectFor(block.matter, attachments, personReader(parts, speaker.id)),
      description: descriptionOf(text),
      attachments,
      places: [{ card: 'ticket', team }],
    },
  };
}

const optional = <K extends keyof OrderFacts>(name: K, value: OrderFacts[K] | undefined): Partial<OrderFacts> =>
  value === undefined ? {} : { [name]: value };

/** What the form of `new` starts with. */
export function formValues(text: string, { opening }: Plan): Readonly<Record<string, string>> {
  const { facts, customer, shop, team, category } = opening;
  const values: Record<string, string | null | undefined> = {
    text,
    order: facts.order,
    place: customer.place,
    handle: customer.handle,
    phone: facts.phone,
    tracking: facts.tracking,
    shop,
    // Where the category is known it decides the team, also when another one is chosen.
    team: category === null ? team : null,
    category,
  };
  return Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== ''),
  );
}

/** The plan as its author sees it. */
export function previewOf(
  { opening, words, orders }: Plan,
  draft: string,
  due: Preview['due'],
  duplicates: Preview['duplicates'],
): Preview {
  const { subject, customer, facts, shop, team, category, attachments } = opening;
  return { draft, subject, words, customer, facts, orders, shop, team, category, due, attachments, duplicates };
}
