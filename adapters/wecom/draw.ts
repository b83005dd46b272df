import type { Action, Card } from '../../cards/card.ts';
import { readerOf } from '../../cards/fallback.ts';
import type { Invocation } from '../../cards/invocation.ts';
import { text } from '../../src/text/text.ts';
import type { OutMessage } from '../adapter.ts';
import { CARD } from './card-limits.ts';
import { place } from './placing.ts';
import { rowsIn } from './rows.ts';
import { isAddress, saidOn } from './said.ts';

/** A card as WeCom takes it. */
export type TemplateCard = Readonly<Record<string, unknown>>;

export interface Drawn {
  readonly card: TemplateCard;
  /** Nothing that the card says was cut off. */
  readonly isWhole: boolean;
}

export interface DrawOptions {
  readonly task: string;
  /** Whose card it is: the smart bot's hold less. */
  readonly where: 'app' | 'bot';
  /** Where an invocation is opened; null: nowhere. Of null: what somebody has to do. */
  readonly pageOf: (invocation: Invocation | null) => string | null;
  /** It takes the place of what stands: an app's change does not bear the task (fact sheet, 3.3). */
  readonly isUpdate?: boolean;
}

/** `desc_color`: what WeCom has of colours (3.2). The state says the same in words. */
const COLOURS: Readonly<Record<Card['tone'], number>> = { grey: 0, blue: 0, amber: 1, red: 2, green: 3 };

/** A key that says nothing to us: of a button that is greyed, should somebody be able to press it all the same. */
const DEAD = '-';

/**
 * A card for pressing, or for reading where nothing can be pressed. Whatever can be done with it can be done: on it, on a page that it opens,
 * or by what it says to type. Null: it can be sent in words only, as nothing can be pressed on it and it opens nothing, or what it holds is to
 * be copied. What takes the place of another card is never null.
 */
export function drawCard(message: Extract<OutMessage, { type: 'card' }>, options: DrawOptions): Drawn | null {
  const { card, version } = message;
  const { task, where, pageOf, isUpdate = false } = options;
  if (!isUpdate && card.blocks.some((block) => block.type === 'text' && block.style === 'copy')) return null;
  const rows = rowsIn(card);
  const ticket = subjectOf(card);
  const page = pageOf(ticket);
  const url = page !== null && isAddress(page) ? page : null;
  const opens = ticket !== null && url !== null;
  const { lost, ...placed } = place(card, rows, { mark: { task, version }, where, opens });
  const said = saidOn(card, rows, { sizes: CARD[where], pageOf });
  const canPress = placed.buttons.length > 0;
  if (!canPress && url === null && !isUpdate) return null;

  const words = said.words(lost.filter(notReached([...said.opened, ...(opens ? [ticket] : [])])));
  const isNotice = !canPress && url !== null;
  const drawn = {
    card_type: isNotice ? 'text_notice' : 'button_interaction',
    ...(!(isUpdate && where === 'app') && (!isNotice || placed.menu !== null || isUpdate) && { task_id: task }),
    source: { desc: text(readerOf(card), 'wecom.source', null), desc_color: COLOURS[card.tone] },
    main_title: { title: said.title, ...(said.desc !== '' && { desc: said.desc }) },
    ...(said.quote.text !== '' && { quote_area: quoteArea(said.quote) }),
    ...(words !== '' && { sub_title_text: words }),
    ...(said.beside.length > 0 && { horizontal_content_list: said.beside }),
    ...(url !== null && { card_action: { type: 1, url } }),
    ...(placed.menu !== null && { action_menu: placed.menu }),
    ...(placed.selection !== null && { button_selection: placed.selection }),
    ...(canPress && { button_list: placed.buttons }),
    ...(!canPress && !isNotice && greyed(card)),
  };
  return { card: drawn, isWhole: said.isWhole };
}

const quoteArea = ({ title, text: quote_text }: { readonly title: string; readonly text: string }): TemplateCard => ({
  type: 0,
  ...(title !== '' && { title }),
  quote_text,
});

/** Nothing can be done any more: a button that cannot be pressed, as a card of this sort has to have one. */
function greyed(card: Card): TemplateCard {
  const words = text(readerOf(card), 'wecom.over', null);
  return { button_list: [{ text: words, style: 2, key: DEAD }], replace_text: words };
}

const isOfTicket = ({ args }: Invocation): boolean => Object.keys(args).length === 1 && args['ticket'] !== undefined;

/** What the page behind a card is about: its ticket, where all of it is about one. */
function subjectOf(card: Card): Invocation | null {
  const tickets = new Set(card.actions.map(({ invoke }) => invoke.args['ticket']));
  const [ticket] = tickets;
  const isRead = ticket !== undefined && /^\d{1,12}$/u.test(ticket);
  return tickets.size === 1 && isRead ? { command: 'show', args: { ticket } } : null;
}

/** Whether an action is on none of these pages: the page of a ticket leads to whatever can be done about it. */
const notReached =
  (pages: readonly Invocation[]) =>
  ({ invoke }: Action): boolean =>
    !pages.some(
      (page) =>
        page.args['ticket'] === invoke.args['ticket'] &&
        (isOfTicket(invoke) || (page.command === invoke.command && isSame(page.args, invoke.args))),
    );

const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);
