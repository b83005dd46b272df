import { createHash } from 'node:crypto';
import type { Card } from '../../cards/card.ts';
import { fallback } from '../../cards/fallback.ts';
import { neutralLine, neutralise } from '../../cards/neutralise.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { DeliveryError } from '../../src/errors.ts';
import { text } from '../../src/text/text.ts';
import type { OutMessage } from '../adapter.ts';
import { htmlOf, pageOf } from './html.ts';
import { MAX_TEXT } from './limits.ts';

/** One letter, as it is handed to the mail server. */
export interface Letter {
  /** Without angle brackets; the same for every try. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Code points of a subject that people see in their lists. */
const MAX_SUBJECT = 120;

const cut = (line: string, most: number): string => {
  const points = Array.from(line);
  return points.length <= most ? line : `${points.slice(0, most - 1).join('')}…`;
};

/** A card as people find it in their mailbox, without the page. */
export const emailRung = (card: Card): { readonly text: string; readonly cut: readonly string[] } => ({
  text: `${subjectOf(card)}\n\n${fallback(card)}`,
  cut: [],
});

/** On one line; what looks like an encoded word (RFC 2047) would be read as what it hides. */
const subjectLine = (words: string): string => cut(neutralLine(words).replaceAll('=?', '= ?'), MAX_SUBJECT);

const subjectOf = (card: Card): string => subjectLine(card.summary);

/** What names a letter in every mailbox that it reaches: whoever gets it twice can tell. */
export const messageId = (key: string, to: string, from: string): string =>
  `${createHash('sha256').update(`${key}\n${to}`).digest('hex').slice(0, 40)}@${from.split('@').at(-1) ?? ''}`;

/** A message as a letter. Masks stay as they are: a mailbox is read on many screens. @throws DeliveryError `permanent` when it is too long. */
export function letterOf(
  message: OutMessage,
  { key, to, from, locale }: { key: string; to: string; from: string; locale: Locale },
): Letter {
  const said = message.type === 'card' ? message.fallback : neutralise(message.text);
  if (Array.from(said).length > MAX_TEXT) throw new DeliveryError('permanent', 'mail: the text is too long');
  // What is sent as a file stands where the ticket is: none of it leaves the house.
  if (message.type === 'text' && message.attachments.length > 0)
    throw new DeliveryError('permanent', 'mail: files are not sent');
  const language = message.type === 'card' ? message.card.locale : locale;
  const note = text({ locale: language, timeZone: 'UTC', now: new Date(0) }, 'email.no_reply', null);
  const headline = message.type === 'card' ? subjectOf(message.card) : '';
  const subject = headline === '' ? subjectLine(said.split('\n')[0] ?? '') : headline;
  const body = message.type === 'card' ? htmlOf(message.card, note) : pageOf(language, said, note);
  return { id: messageId(key, to, from), to, subject, text: `${said}\n\n-- \n${note}\n`, html: body };
}
