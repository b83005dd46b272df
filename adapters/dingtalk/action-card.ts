import type { Action, Card } from '../../cards/card.ts';
import { cut, length } from '../../cards/excerpt.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import type { CardLimits } from '../../cards/fit.ts';
import type { OutMessage } from '../adapter.ts';
import { bytesOf, dingtalkCard, MAX_LINKS, MAX_MARKDOWN, MAX_PARAM_BYTES, MAX_SENT_WORDS } from './limits.ts';
import { rowsFor, spoken } from './lines.ts';
import { inline } from './markdown.ts';
import { cardMarkdown, textMarkdown } from './markdown-card.ts';
import { labelOf } from './press.ts';
import { ofMenu, refit, rowsOf } from './room.ts';

/** A message as the robot's API takes it; `msgParam` before it is made a text. */
interface Content {
  readonly msgKey: string;
  readonly msgParam: Readonly<Record<string, string>>;
}

/** A message as webhooks take it. */
type Body = Readonly<Record<string, unknown>> & { readonly msgtype: string };

interface Link {
  readonly title: string;
  readonly url: string;
}

/** A card as Markdown with links below it that send what would be typed. */
interface Linked {
  readonly title: string;
  readonly text: string;
  readonly links: readonly Link[];
}

const NOTHING = '…';

/** A link that sends these words as the message of whoever follows it (fact sheet, 4.6). */
export const sendLink = (words: string): string =>
  `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent(words)}`;

const wordsOf = ({ typed }: Action): string => neutralLine(typed);
const works = (action: Action): boolean => wordsOf(action) !== '' && length(wordsOf(action)) <= MAX_SENT_WORDS;

/** Without links where nobody listens to what they send. */
const MUTE: CardLimits = { ...dingtalkCard.links, buttons: 0, rowActions: 0 };

function linked(card: Card, most: CardLimits): Linked {
  return refit(card, most, works, (fitted) => {
    const rows = rowsFor(fitted);
    const title = neutralLine(fitted.title);
    const text = [title === '' ? '' : `### ${inline(title)}`, cardMarkdown(fitted)].filter((part) => part !== '');
    const drawn: Linked = {
      title: cut(neutralLine(fitted.summary) || title, most.summary) || NOTHING,
      text: text.join('\n\n') || textMarkdown(fitted.summary) || NOTHING,
      links: [
        ...rowsOf(fitted).map((row) => ({ title: rows.label(row), url: sendLink(wordsOf(row.action)) })),
        ...fitted.actions.map((action) => ({ title: labelOf(action), url: sendLink(wordsOf(action)) })),
      ],
    };
    const share = Math.max(
      length(drawn.text) / MAX_MARKDOWN,
      bytesOf(JSON.stringify(contentOf(drawn))) / MAX_PARAM_BYTES,
    );
    return { drawn, over: share > 1 ? { what: 'words', share } : null };
  }).drawn;
}

/** Buttons of the card first; its rows have what is left. */
function withLinks(card: Card): Linked {
  const buttons = card.actions.filter((action) => action.placement === 'button' && works(action)).length;
  const menu = ofMenu(card);
  return linked(card, { ...dingtalkCard.links, menu, rowActions: Math.max(0, MAX_LINKS - buttons - menu) });
}

function contentOf({ title, text, links }: Linked): Content {
  const [first] = links;
  if (first === undefined) return { msgKey: 'sampleMarkdown', msgParam: { title, text } };
  if (links.length === 1)
    return { msgKey: 'sampleActionCard', msgParam: { title, text, singleTitle: first.title, singleURL: first.url } };
  const numbered = links.flatMap((to, i) => [
    [`actionTitle${i + 1}`, to.title],
    [`actionURL${i + 1}`, to.url],
  ]);
  return { msgKey: `sampleActionCard${links.length}`, msgParam: { title, text, ...Object.fromEntries(numbered) } };
}

/** A card as the robot's API takes it where no interactive card can be had (fact sheet, 3.5). Total, within `MAX_PARAM_BYTES`. */
export const actionCard = (card: Card): Content => contentOf(withLinks(card));

/** The same for the webhook that came with a message (fact sheet, 3.4). */
export function sessionBody(card: Card): Body {
  const { title, text, links } = withLinks(card);
  if (links.length === 0) return { msgtype: 'markdown', markdown: { title, text } };
  const btns = links.map((to) => ({ title: to.title, actionURL: to.url }));
  return { msgtype: 'actionCard', actionCard: { title, text, btnOrientation: '0', btns } };
}

/** Words or a card for the custom robot of a group (fact sheet, 3.6): it hears nothing, so that nothing on it sends. */
export function robotBody(message: OutMessage): Body {
  if (message.type === 'text') return { msgtype: 'text', text: { content: spoken(message.text) } };
  const { title, text } = linked(message.card, MUTE);
  return { msgtype: 'markdown', markdown: { title, text } };
}
