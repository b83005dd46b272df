import type { Action, Block, Card, Form, FormField, ListItem } from '../../cards/card.ts';
import { comesBack, asks } from '../../cards/pressing.ts';
import { encodeInvocation, type Invocation } from '../../cards/invocation.ts';
import { neutralise, neutralLine } from '../../cards/neutralise.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { text, type ParamsOf, type TextKey } from '../../src/text/text.ts';
import { STYLE } from './page-style.ts';

/** HTML whose texts are escaped. */
type Html = string;
type PageKey = TextKey & `wecom_page.${string}`;
type Name = PageKey extends `wecom_page.${infer N}` ? N : never;

/** What stands in a page, for whom. */
export interface Reading {
  readonly locale: Locale;
  /** Proves that what is pressed on it was shown to its reader. */
  readonly token: string;
}

/** Names in what a page sends. `A`: an argument that it brings along, `V`: a value that was filled in. */
export const SENT = { token: 'token', command: 'command', kind: 'kind', nonce: 'nonce', again: 'again' } as const;
export const A = 'a.';
export const V = 'v.';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as it is, for content and attributes. */
export const escaped = (words: string): Html => words.replaceAll(/[&<>"']/gu, (sign) => ENTITIES[sign] ?? sign);
/** Text that anybody may have written, over several lines or on one. */
const said = (words: string): Html => escaped(neutralise(words).trim());
const line = (words: string): Html => escaped(neutralLine(words));

export const pageWords = <N extends Name>(locale: Locale, name: N, params: ParamsOf<`wecom_page.${N}`>): string =>
  text({ locale, timeZone: 'UTC', now: new Date(0) }, `wecom_page.${name}`, params);

/** Where a page of ours opens, as an address relative to any other of them. */
export const openAt = (invocation: Invocation | null): string =>
  invocation === null || !comesBack(invocation)
    ? 'open'
    : `open?do=${encodeURIComponent(encodeInvocation(invocation))}`;

export const pageOf = (locale: Locale, title: string, body: Html): string =>
  `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${line(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;

/** The way to what its reader has to do. */
export const homeLink = (locale: Locale): Html =>
  `<p class="home"><a href="open">${escaped(pageWords(locale, 'home', null))}</a></p>`;

export const heading = (words: string): Html => `<h1>${line(words)}</h1>`;
export const paragraph = (words: string): Html => `<p>${said(words)}</p>`;
export const wayOut = (label: string, invocation: Invocation | null): Html =>
  `<div class="acts"><a class="button primary" href="${escaped(openAt(invocation))}">${line(label)}</a></div>`;
export const copyable = (label: string, words: string): Html =>
  `<p class="quiet">${line(label)}</p><pre>${escaped(words)}</pre>`;

const hidden = (name: string, value: string): Html =>
  `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`;

/** What goes along with a press, besides what is filled in. */
const carried = (kind: 'invoke' | 'ask' | 'form', invocation: Invocation, { token }: Reading): Html =>
  [
    hidden(SENT.token, token),
    hidden(SENT.kind, kind),
    hidden(SENT.command, invocation.command),
    ...Object.entries(invocation.args).map(([name, value]) => hidden(A + name, value)),
  ].join('');

/** A button that does something: it posts, since whatever only opens an address must change nothing. */
export const pressButton = (
  { invoke, label, style }: Pick<Action, 'invoke' | 'label' | 'style'>,
  reading: Reading,
  isAsking = false,
): Html =>
  `<form method="post" action="act">${carried(isAsking ? 'ask' : 'invoke', invoke, reading)}<button class="${style}">${line(label) || '…'}</button></form>`;

const actionButton = (action: Action, reading: Reading): Html =>
  pressButton({ ...action, label: action.label || action.typed }, reading, asks(action));

/** A card without what can be done about it. */
export function cardBody(card: Card, reading: Reading): Html {
  const status =
    card.status === undefined ? '' : `<p class="status ${card.tone}"><span>${line(card.status)}</span></p>`;
  const footer = card.footer === undefined ? '' : `<p class="quiet">${line(card.footer)}</p>`;
  const blocks = card.blocks.map((block) => blockHtml(block, reading)).join('');
  return `${heading(card.title || card.summary)}${status}${blocks}${footer}`;
}

/** Everything that can be done about it: what stands behind a menu elsewhere has room here. */
export const cardActions = ({ actions }: Card, reading: Reading): Html =>
  actions.length === 0 ? '' : `<div class="acts">${actions.map((a) => actionButton(a, reading)).join('')}</div>`;

function blockHtml(block: Block, reading: Reading): Html {
  const { locale } = reading;
  switch (block.type) {
    case 'text':
      if (block.style === 'quote') return `<blockquote>${said(block.text)}</blockquote>`;
      return block.style === 'copy' ? copyable(pageWords(locale, 'copy', null), block.text) : paragraph(block.text);
    case 'fields':
      return `<dl>${block.fields.map(({ label, value }) => `<dt>${line(label)}</dt><dd>${said(value)}</dd>`).join('')}</dl>`;
    case 'list':
      return `<ul>${block.items.map((item) => itemHtml(item, reading)).join('')}</ul>`;
    case 'note':
      return `<p class="quiet">${said(block.text)}</p>`;
    case 'image':
      return attached(block.alt, block.url, locale);
    case 'file':
      return attached(block.text, block.url, locale);
    case 'divider':
      return '<hr>';
  }
}

/** A page loads nothing by itself: pictures and files are opened. */
const attached = (words: string, url: string | undefined, locale: Locale): Html =>
  url === undefined || !/^https?:\/\//u.test(url)
    ? `<p>${line(words)}</p>`
    : `<p>${line(words)} <a href="${escaped(url)}" rel="noreferrer">${escaped(pageWords(locale, 'open', null))}</a></p>`;

function itemHtml({ text: words, detail, action, also }: ListItem, reading: Reading): Html {
  const quiet = detail === undefined ? '' : `<div class="quiet">${line(detail)}</div>`;
  const acts = [action, also].flatMap((a) => (a === undefined ? [] : [actionButton(a, reading)])).join('');
  return `<li>${line(words)}${quiet}${acts === '' ? '' : `<div class="row">${acts}</div>`}</li>`;
}

/** A form with what was filled in, and what is wrong with it. */
export function formBody(form: Form, reading: Reading): Html {
  const wrong = form.fields.filter(({ error }) => error !== undefined).length;
  const alert =
    wrong === 0
      ? ''
      : `<p class="alert" role="alert">${line(pageWords(reading.locale, 'wrong', { count: wrong }))}</p>`;
  const nonce = form.nonce === undefined ? '' : hidden(SENT.nonce, form.nonce);
  // The first button of a form is the one that Enter presses: the one that only asks anew must not be it.
  const first = `<button hidden>${line(form.submit)}</button>`;
  const hasGuide = form.fields.some(({ guides }) => guides === true);
  return `${heading(form.title)}${alert}<form method="post" action="act">${hasGuide ? first : ''}${carried('form', form.invoke, reading)}${nonce}${form.fields
    .map((field, at) => fieldHtml(field, `f${at}`, reading.locale))
    .join('')}<div class="acts"><button class="primary">${line(form.submit)}</button></div></form>`;
}

function fieldHtml(field: FormField, id: string, locale: Locale): Html {
  const { error } = field;
  const optional = field.required ? '' : ` <small>${escaped(pageWords(locale, 'optional', null))}</small>`;
  const wrong = error === undefined ? '' : `<p class="wrong" id="${id}e">${line(error)}</p>`;
  const described = error === undefined ? '' : ` aria-invalid="true" aria-describedby="${id}e"`;
  const guide =
    field.guides === true
      ? `<button class="guide" name="${SENT.again}" value="1" formnovalidate>${escaped(pageWords(locale, 'guide', null))}</button>`
      : '';
  const attributes = `id="${id}" name="${escaped(V + field.name)}"${field.required ? ' required' : ''}${described}`;
  return `<label for="${id}">${line(field.label)}${optional}</label>${inputHtml(field, attributes, locale)}${wrong}${guide}`;
}

function inputHtml(field: FormField, attributes: string, locale: Locale): Html {
  const { type, value = '', placeholder = '', options = [] } = field;
  if (type === 'select') {
    const isChosen = options.some((option) => option.value === value);
    const none =
      isChosen && field.required
        ? ''
        : `<option value="">${line(placeholder) || escaped(pageWords(locale, 'choose', null))}</option>`;
    const all = options.map(
      (o) => `<option value="${escaped(o.value)}"${o.value === value ? ' selected' : ''}>${line(o.label)}</option>`,
    );
    return `<select ${attributes}>${none}${all.join('')}</select>`;
  }
  // No `maxlength`: it cuts what is pasted without a word, where the answer says what is too long and keeps it.
  const room = `${attributes} placeholder="${line(placeholder)}"`;
  return type === 'line'
    ? `<input type="text" ${room} value="${escaped(value)}" autocomplete="off">`
    : // A line feed right behind the tag is not part of the value: one more keeps theirs.
      `<textarea ${room} rows="5">\n${escaped(value)}</textarea>`;
}
