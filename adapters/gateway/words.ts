import type { Card } from '../../cards/card.ts';
import { neutralLine } from '../../cards/neutralise.ts';
import { DeliveryError } from '../../src/errors.ts';
import type { OutMessage } from '../adapter.ts';
import { KINDS, type Kind } from './kind.ts';
import { MAX_TEXT, SMS_MOST, SMS_ONE, SPOKEN_MOST } from './limits.ts';

/** What is said of a message, and what it is about. */
export interface Said {
  readonly text: string;
  /** `T-4821`; null: about none, or about several. */
  readonly ticket: string | null;
  readonly urgent: boolean;
}

const TICKET = /\bT-\d{1,12}\b/gu;

/** A message as one SMS, two or three where its first line alone is so long, or as what a voice reads out. @throws DeliveryError `permanent` when it is no text for either. */
export function saidOf(message: OutMessage, kind: Kind): Said {
  const pieces = message.type === 'card' ? piecesOf(message.card) : linesOf(message.text);
  const whole = message.type === 'card' ? message.fallback : message.text;
  if (Array.from(whole).length > MAX_TEXT) throw new DeliveryError('permanent', 'gateway: the text is too long');
  if (message.type === 'text' && message.attachments.length > 0)
    throw new DeliveryError('permanent', 'gateway: files are not sent');
  const [first = '', ...rest] = pieces.map((piece) => (kind === 'phone' ? spoken(piece) : piece));
  const tickets = new Set(first.match(TICKET) ?? whole.match(TICKET) ?? []);
  const [ticket = null] = tickets.size === 1 ? tickets : [];
  const most = kind === 'phone' ? SPOKEN_MOST : SMS_MOST;
  // The number comes first: whatever is cut, it stays.
  const head = ticket === null || first.startsWith(ticket) ? first : `${ticket} ${first}`;
  let text = cut(head, most);
  for (const piece of rest) {
    // Most summaries say the state already.
    const longer = text.includes(piece) ? text : `${text}${kind === 'phone' ? ', ' : ' · '}${piece}`;
    if (longer.length <= (kind === 'phone' ? SPOKEN_MOST : SMS_ONE)) text = longer;
  }
  return { text, ticket, urgent: message.type === 'card' && message.card.tone === 'red' };
}

/** A card as an SMS and as what a voice reads out. */
export const gatewayRung = (card: Card): { readonly text: string; readonly cut: readonly string[] } => ({
  text: KINDS.map((kind) => `${kind}: ${saidOf({ type: 'card', card, fallback: '', version: 1 }, kind).text}`).join(
    '\n',
  ),
  cut: [],
});

/** What a card is about, best first: what can be left out stands at the end. Nothing of what it quotes, nothing to press. */
function piecesOf({ title, summary, status, blocks }: Card): readonly string[] {
  const items = blocks.flatMap((block) => (block.type === 'list' ? block.items.map((item) => item.text) : []));
  return linesOf([summary === '' ? title : summary, status ?? '', ...items].join('\n'));
}

const linesOf = (words: string): readonly string[] => [
  ...new Set(
    words
      .split('\n')
      .map(neutralLine)
      .filter((line) => line !== ''),
  ),
];

/** What a voice would stumble over. */
const spoken = (line: string): string =>
  neutralLine(
    line
      .replaceAll(/https?:\/\/\S+/gu, '')
      .replaceAll(/\p{Extended_Pictographic}/gu, '')
      .replaceAll(/\s*[·|→]\s*/gu, ', '),
  );

/** Where a line may end: before a blank, or on either side of a Chinese sign. */
const BREAK = /[\s\p{Script=Han}\p{Po}\p{Pe}]/u;

/** The beginning of a line, in whole words. A word that leaves no room for others is cut itself. */
export function cut(line: string, most: number): string {
  if (line.length <= most) return line;
  const points = Array.from(line);
  let length = 0;
  let end = points.findIndex((point) => {
    length += point.length;
    return length > most - 1;
  });
  const full = end;
  while (end > full / 2 && !BREAK.test(points[end] ?? '') && !BREAK.test(points[end - 1] ?? '')) end -= 1;
  const kept = points.slice(0, end > full / 2 ? end : full).join('');
  return `${kept.trimEnd().replace(/[,;:·、，；：]+$/u, '')}…`;
}
