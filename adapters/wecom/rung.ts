import type { Action, Block, Card } from '../../cards/card.ts';
import { fallback } from '../../cards/fallback.ts';
import { drawCard, type TemplateCard } from './draw.ts';
import { drawMarkdown } from './markdown.ts';
import { MENU, NOTHING, readPress } from './press.ts';

const TASK = 'gd-gallery';
const PAGE = 'https://desk.example.com/wecom/open';

const objects = (of: unknown): readonly TemplateCard[] => (Array.isArray(of) ? (of as TemplateCard[]) : []);
const object = (of: unknown): TemplateCard => (typeof of === 'object' && of !== null ? (of as TemplateCard) : {});
const words = (of: unknown): string => (typeof of === 'string' ? of : '');

/** A card as people see it in WeCom, for the page of all cards: what WeCom is sent, read back. */
export function wecomRung(card: Card): { readonly card: Card; readonly cut: readonly string[] } {
  const message = { type: 'card', card, fallback: fallback(card), version: 1 } as const;
  const drawn = drawCard(message, { task: TASK, where: 'app', pageOf: () => PAGE });
  if (drawn === null) {
    const text = drawMarkdown(card, { most: 2_048, linkOf: () => PAGE });
    return { card: { ...card, blocks: [{ type: 'text', text, style: 'plain' }], actions: [] }, cut: [] };
  }
  const shown = drawn.card;
  const main = object(shown['main_title']);
  const quote = words(object(shown['quote_area'])['quote_text']);
  const fields = objects(shown['horizontal_content_list']).map((row) => ({
    label: words(row['keyname']),
    value: words(row['value']),
  }));
  const below = words(shown['sub_title_text']);
  const blocks: Block[] = [
    ...(quote === '' ? [] : [{ type: 'text', text: quote, style: 'quote' } as const]),
    ...(below === '' ? [] : [{ type: 'text', text: below, style: 'plain' } as const]),
    ...(fields.length === 0 ? [] : [{ type: 'fields', fields } as const]),
  ];
  const listed = objects(object(shown['button_selection'])['option_list']).filter(({ id }) => id !== NOTHING);
  const actions = [
    ...objects(shown['button_list']).flatMap((b) =>
      actionOf(words(b['text']), words(b['key']), b['style'] === 1 ? 'primary' : 'default'),
    ),
    ...objects(object(shown['action_menu'])['action_list']).flatMap((a) =>
      actionOf(words(a['text']), words(a['key']), null),
    ),
    ...listed.flatMap((o) => actionOf(words(o['text']), `1|${TASK}|${words(o['id'])}`, null)),
  ];
  const { footer: _footer, ...rest } = card;
  const status = words(main['desc']);
  return {
    card: { ...rest, title: words(main['title']), ...(status !== '' && { status }), blocks, actions },
    cut: drawn.isWhole ? [] : ['words'],
  };
}

/** `style` null: an entry of a menu or list. */
function actionOf(label: string, key: string, style: Action['style'] | null): readonly Action[] {
  const press = readPress(key, new Map([[MENU, []]]));
  if (press?.kind !== 'press') return [];
  const placement = style === null ? 'menu' : 'button';
  return [{ label, style: style ?? 'default', placement, invoke: press.invocation, typed: label }];
}
