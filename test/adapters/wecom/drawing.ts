import { expect } from 'vitest';
import { CARD, QUESTION, widthOf } from '../../../adapters/wecom/card-limits.ts';
import { drawCard, type DrawOptions } from '../../../adapters/wecom/draw.ts';
import { MENU, readPress } from '../../../adapters/wecom/press.ts';
import type { Action, Block, Card } from '../../../cards/card.ts';
import { hintOf } from '../../../cards/fallback.ts';
import { decodeInvocation, encodeInvocation, type Invocation } from '../../../cards/invocation.ts';
import { comesBack } from '../../../cards/pressing.ts';
import { actionsIn } from '../../support/fitting.ts';

export const HOME = 'https://desk.example/open';
export const pages: DrawOptions['pageOf'] = (invocation) =>
  invocation === null || !comesBack(invocation)
    ? HOME
    : `${HOME}?do=${encodeURIComponent(encodeInvocation(invocation))}`;
export const none: DrawOptions['pageOf'] = () => null;

export const aCard = (more: Partial<Card> = {}): Card => ({
  kind: 'ticket',
  locale: 'zh-CN',
  tone: 'grey',
  title: 'T-4821 · 快递三天没更新',
  summary: 'T-4821 · 待认领',
  blocks: [],
  actions: [],
  ...more,
});

export const anAction = (label: string, more: Partial<Action> = {}): Action => ({
  label,
  style: 'default',
  placement: 'button',
  invoke: { command: 'claim', args: { ticket: '4821' } },
  typed: `${label} 4821`,
  ...more,
});
/** An action of its own on the ticket. */
export const aVerb = (command: string, label = command, more: Partial<Action> = {}): Action =>
  anAction(label, { invoke: { command, args: { ticket: '4821' } }, ...more });

export const aRow = (number: number, more: Partial<Action> = {}) => ({
  text: `T-${number} · 退款未到账`,
  detail: '待认领 · 14:32 前首响',
  action: anAction('认领', {
    invoke: { command: 'claim', args: { ticket: String(number) } },
    typed: `认领 ${number}`,
    ...more,
  }),
});
export const rows = (count: number): Block => ({
  type: 'list',
  items: Array.from({ length: count }, (_, i) => aRow(4_821 + i)),
});

export interface Shown {
  readonly card_type: string;
  readonly task_id?: string;
  readonly source: { readonly desc: string; readonly desc_color: number };
  readonly main_title: { readonly title: string; readonly desc?: string };
  readonly quote_area?: { readonly title?: string; readonly quote_text: string };
  readonly sub_title_text?: string;
  readonly horizontal_content_list?: readonly {
    readonly keyname: string;
    readonly value: string;
    readonly url?: string;
  }[];
  readonly card_action?: { readonly url: string };
  readonly button_list?: readonly { readonly text: string; readonly style: number; readonly key: string }[];
  readonly replace_text?: string;
  readonly button_selection?: {
    readonly title: string;
    readonly selected_id: string;
    readonly option_list: readonly { readonly id: string; readonly text: string }[];
  };
  readonly action_menu?: { readonly action_list: readonly { readonly text: string; readonly key: string }[] };
}

export const APP: DrawOptions = { task: 'gd-1', where: 'app', pageOf: pages };
export const BOT: DrawOptions = { task: 'gd-1', where: 'bot', pageOf: none };
export const maybe = (card: Card, options: DrawOptions = APP): Shown | null => {
  const drawn = drawCard({ type: 'card', card, fallback: '', version: 7 }, options);
  return drawn === null ? null : (drawn.card as unknown as Shown);
};
export const draw = (more: Partial<Card> = {}, options: DrawOptions = APP): Shown =>
  maybe(aCard(more), options) ?? fail();
export const fail = (): never => {
  throw new Error('not drawn');
};
export const labels = (list: readonly { readonly text: string }[] = []): readonly string[] =>
  list.map(({ text }) => text);

/** What is wider than WeCom recommends. What to type is never cut, so that the text below the title may be. */
export function tooWide(shown: Shown, where: 'app' | 'bot'): readonly string[] {
  const sizes = CARD[where];
  const wide = (text: string | undefined, most: number): readonly string[] =>
    text !== undefined && widthOf(text) > most ? [text] : [];
  return [
    ...wide(shown.main_title.title, sizes.title),
    ...wide(shown.main_title.desc, sizes.desc),
    ...(shown.horizontal_content_list ?? []).flatMap((row) => wide(row.value, sizes.value)),
    ...labels([...(shown.button_list ?? []), ...(shown.action_menu?.action_list ?? [])]).flatMap((text) =>
      wide(text, sizes.button),
    ),
    ...wide(shown.button_selection?.title, QUESTION),
    ...labels(shown.button_selection?.option_list).flatMap((text) => wide(text, sizes.option)),
  ];
}

/** Every string in it. */
export const stringsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(stringsIn);

/** Everything that presses on it bring back. */
export function pressesOf(shown: Shown): readonly { readonly invocation: Invocation; readonly asks: boolean }[] {
  const keys = [...(shown.button_list ?? []), ...(shown.action_menu?.action_list ?? [])].map(({ key }) => key);
  const options = shown.button_selection?.option_list.map(({ id }) => id) ?? [];
  const choices = new Map<string, readonly string[]>();
  return keys.flatMap((key) => {
    const all = [readPress(key, choices), ...options.map((id) => readPress(key, new Map([[MENU, [id]]])))];
    return all.flatMap((press) => {
      if (press?.kind !== 'press') return [];
      expect([press.task, press.seen]).toEqual(['gd-1', 7]);
      return [press];
    });
  });
}

/** The pages that it opens. */
export const pagesOf = (shown: Shown): readonly Invocation[] =>
  stringsIn(shown)
    .filter((text) => text.startsWith(`${HOME}?do=`))
    .flatMap((url) => decodeInvocation(new URL(url).searchParams.get('do') ?? '') ?? []);

export const isSame = (a: Invocation, b: Invocation): boolean =>
  a.command === b.command &&
  Object.keys(a.args).length === Object.keys(b.args).length &&
  Object.entries(a.args).every(([name, value]) => b.args[name] === value);

/** The actions that can be done neither on it nor from it, and are not named either. */
export function lostOn(shown: Shown, card: Card): readonly string[] {
  const presses = pressesOf(shown);
  const opened = pagesOf(shown);
  return actionsIn(card)
    .filter(({ invoke, ...action }) => {
      const press = presses.find(({ invocation }) => isSame(invocation, invoke));
      if (press !== undefined) return false;
      const { ticket } = invoke.args;
      const isVerb = ticket !== undefined && Object.keys(invoke.args).length === 1;
      if (opened.some((page) => isSame(page, invoke) || (isVerb && page.args['ticket'] === ticket))) return false;
      return !(shown.sub_title_text ?? '').includes(hintOf({ ...action, invoke }));
    })
    .map(({ typed }) => typed);
}
