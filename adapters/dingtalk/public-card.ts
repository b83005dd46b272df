import type { Action, Card } from '../../cards/card.ts';
import { cut, length } from '../../cards/excerpt.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { bytesOf, dingtalkCard, MAX_JSON_BYTES, MAX_MARKDOWN, MAX_TEXT } from './limits.ts';
import { rowsFor } from './lines.ts';
import { cardMarkdown, textMarkdown } from './markdown-card.ts';
import { comesBack } from '../../cards/pressing.ts';
import { labelOf, publicId } from './press.ts';
import { ofMenu, refit, rowsOf } from './room.ts';

/** What DingTalk's public template with buttons shows (fact sheet, 4.5). */
export interface PublicValues extends Readonly<Record<string, string>> {
  /** `3`: it is finished. */
  readonly flowStatus: string;
  readonly msgTitle: string;
  readonly msgContent: string;
  readonly staticMsgContent: string;
  readonly sys_full_json_obj: string;
}

const NOTHING = '…';

const valuesOf = (msgTitle: string, msgContent: string, msgButtons: readonly object[]): PublicValues => ({
  flowStatus: '3',
  msgTitle,
  msgContent,
  staticMsgContent: '',
  sys_full_json_obj: JSON.stringify({ order: ['msgTitle', 'msgContent', 'msgButtons'], msgButtons }),
});

const works = (action: Action): boolean => comesBack(action.invoke);

/** A card as DingTalk's public template shows it: Markdown and one list of buttons. Total; what finds no room is named as what to type. */
export function publicVariables(card: Card, version: number): PublicValues {
  return refit(card, { ...dingtalkCard.public, menu: ofMenu(card) }, works, (fitted) => {
    const title = neutralLine(fitted.title);
    const content = cardMarkdown(fitted);
    const drawn = valuesOf(
      title,
      title + content === '' ? textMarkdown(fitted.summary) || NOTHING : content,
      buttonsOf(fitted, version),
    );
    const share = Math.max(length(content) / MAX_MARKDOWN, bytesOf(content) / MAX_JSON_BYTES);
    return { drawn, over: share > 1 ? { what: 'words', share } : null };
  }).drawn;
}

/** Words on the public template, in which nothing means anything. */
export const publicTextVariables = (written: string): PublicValues =>
  valuesOf('', textMarkdown(cut(written, MAX_TEXT)) || NOTHING, []);

function buttonsOf(card: Card, version: number): readonly object[] {
  const rows = rowsFor(card);
  const button = (action: Action, text: string): object => ({
    text,
    color: action.style === 'primary' ? 'blue' : 'gray',
    id: publicId(action, version),
    request: true,
  });
  return [
    ...rowsOf(card).map((row) => button(row.action, rows.label(row))),
    ...card.actions.map((action) => button(action, labelOf(action))),
  ];
}
