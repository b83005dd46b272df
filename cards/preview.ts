import type { Attachment } from '../src/domain/attachment.ts';
import type { Directory } from '../src/domain/directory.ts';
import type { Due } from '../src/domain/sla.ts';
import type { Contact, OrderFacts } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import { attachedTo } from './attached.ts';
import type { Action, Block, Card } from './card.ts';
import { firstLines } from './excerpt.ts';
import { categoryName, contactOf, fieldsOf, fact } from './facts.ts';
import type { Invocation } from './invocation.ts';
import { statusOf, teamName, titleOf, type Row } from './standing.ts';
import { typedOf } from './verb.ts';

/** A ticket before it is filed, as its author sees it. */
export interface Preview {
  /** Id of the draft that its buttons carry. */
  readonly draft: string;
  readonly subject: string;
  readonly words: string;
  readonly customer: Contact;
  readonly facts: OrderFacts;
  readonly orders: readonly string[];
  readonly shop: string;
  readonly team: string;
  readonly category: string | null;
  readonly due: Due;
  readonly attachments: readonly Attachment[];
  /** Tickets that are likely the same; `same`: filed from the very same text. */
  readonly duplicates: readonly { readonly ticket: Row; readonly same: boolean }[];
}

export interface PreviewCardInput {
  readonly preview: Preview;
  readonly directory: Directory;
}

const PICTURES = 3;

/** A ticket before it is filed, for its author alone: what was recognised, what may be the same, and the one press that files it. */
export function drawPreview({ preview: p, directory }: PreviewCardInput, reader: Reader): Card {
  const quote = firstLines(p.words, 3).text;
  const status = [
    text(reader, 'filing.preview', { team: teamName(directory, p.team) }),
    ...(p.due.firstResponse === undefined ? [] : [text(reader, 'filing.due', { at: p.due.firstResponse })]),
  ].join(' · ');
  const title = p.subject.replace(/\s+/gu, ' ').trim();
  const [main, ...others] = p.orders;
  const press = (
    label: string,
    invoke: Invocation,
    style: Action['style'],
    placement: Action['placement'],
  ): Action => ({
    label,
    style,
    placement,
    invoke,
    typed: typedOf(invoke, reader.locale),
  });
  const filing = (args: Readonly<Record<string, string>>): Invocation => ({
    command: 'new',
    args: { draft: p.draft, ...args },
  });
  return {
    kind: 'preview',
    locale: reader.locale,
    tone: 'grey',
    title,
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks: [
      ...(quote === '' || quote === title ? [] : [{ type: 'text', style: 'quote', text: quote } as const]),
      ...attachedTo({ facts: p.facts }, p.attachments, { reader, audience: 'assignee', pictures: PICTURES }),
      ...fieldsOf([
        fact(
          reader,
          'contact',
          contactOf({ customer: p.customer, links: [], facts: p.facts }, directory, reader, 'assignee'),
        ),
        fact(reader, 'customer', p.customer.name),
        fact(reader, 'order', p.orders.join(' ')),
        fact(reader, 'carrier', p.facts.carrier),
        fact(reader, 'tracking', p.facts.tracking),
        fact(reader, 'amount', p.facts.amount),
        fact(reader, 'phone', p.facts.phone === p.customer.handle ? undefined : p.facts.phone),
        fact(reader, 'address', p.facts.address),
        fact(reader, 'shop', directory.shops.size > 1 ? directory.shops.get(p.shop)?.name : undefined),
        fact(reader, 'category', categoryName(directory, p.category, reader)),
      ]),
      ...(main === undefined || others.length === 0
        ? []
        : [{ type: 'note', text: text(reader, 'filing.orders', { count: p.orders.length, order: main }) } as const]),
      ...duplicates(p, directory, reader),
    ],
    actions: [
      press(text(reader, 'filing.file', null), filing({}), 'primary', 'button'),
      press(text(reader, 'filing.edit', null), filing({ step: 'edit' }), 'default', 'button'),
      press(text(reader, 'filing.drop', null), filing({ step: 'drop' }), 'default', 'button'),
      ...others.map((order) => press(text(reader, 'filing.by_order', { order }), filing({ order }), 'default', 'menu')),
    ],
  };
}

/** Tickets that may be the same, each with a button that adds the text to it instead. */
function duplicates(p: Preview, directory: Directory, reader: Reader): readonly Block[] {
  if (p.duplicates.length === 0) return [];
  const items = p.duplicates.map(({ ticket: t, same }) => {
    const invoke = { command: 'note', args: { ticket: String(t.number), draft: p.draft } };
    const detail = statusOf(t, directory, reader);
    return {
      text: titleOf(t, reader, 'group'),
      detail: same ? `${text(reader, 'filing.same', null)} · ${detail}` : detail,
      action: {
        label: text(reader, 'filing.add', { no: t.number }),
        style: 'default',
        placement: 'button',
        invoke,
        typed: typedOf(invoke, reader.locale),
      } as const,
    };
  });
  return [
    { type: 'note', text: text(reader, 'filing.duplicates', null) },
    { type: 'list', items },
  ];
}
