import type { Directory } from '../src/domain/directory.ts';
import { isUndone } from '../src/domain/verbs/undo.ts';
import type { Quote, Ticket } from '../src/domain/ticket.ts';
import { groupsOf } from '../src/text/file.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Card } from './card.ts';
import { firstLines } from './excerpt.ts';
import { clockOf, shown, titleOf, toneOf, word } from './standing.ts';
import { actionsOf } from './verb.ts';
import { handedOn, wordsOf } from './work.ts';

export interface NewsCardInput {
  readonly ticket: Ticket;
  readonly directory: Directory;
  /** Whom it tells. */
  readonly person: string;
  /** Sequence of the event with which it began. */
  readonly since: number;
}

/** What the customer just wrote, told to the assignee alone; one quiet line once that needs nobody any more. */
export function drawNews({ ticket: t, directory, person, since }: NewsCardInput, reader: Reader): Card {
  const { news } = t;
  const isLive = news !== null && news.since === since && t.assignee === person;
  const lines = isLive ? t.quotes.filter((q) => q.at >= news.at).slice(-news.count) : [];
  // Its lines may have been moved to another ticket since.
  if (!isLive || lines.length === 0) return over(t, directory, person, since, reader);
  const words = wordsOf(t, lines, reader);
  const earlier = news.count - lines.length;
  const due = clockOf(t, reader);
  const said = lines.findLast((q) => q.text.trim() !== '')?.text ?? sentFiles(lines, reader);
  return {
    kind: 'news',
    locale: reader.locale,
    tone: toneOf(t, reader.now),
    title: titleOf(t, reader, 'assignee'),
    summary: text(reader, 'card.news_summary', {
      no: t.number,
      customer: shown(t, t.customer.name, 'assignee'),
      words: firstLines(said, 1).text,
    }),
    status: [text(reader, 'card.news_at', { at: news.at }), ...(due === null ? [] : [due.words])].join(' · '),
    blocks: [
      ...(earlier > 0 ? [{ type: 'note', text: text(reader, 'card.news_earlier', { count: earlier }) } as const] : []),
      ...words.blocks,
      ...(lines.some((q) => q.recalled === true)
        ? [{ type: 'note', text: text(reader, 'flow.subject_recalled', null) } as const]
        : []),
    ],
    actions: actionsOf(['reply', 'show'], { ticket: t, directory, reader }, { buttons: 1, expand: words.cut }),
  };
}

/** What was sent, when nothing was written: 图片 2 张，待看. */
function sentFiles(lines: readonly Pick<Quote, 'attachments'>[], reader: Reader): string {
  const attachments = lines.flatMap((q) => q.attachments);
  return attachments.length === 0 ? '' : text(reader, 'file.title', { files: groupsOf(attachments) });
}

function over(t: Ticket, directory: Directory, person: string, since: number, reader: Reader): Card {
  const title = text(reader, 'card.news_over', { no: t.number, what: whyOver(t, directory, person, since, reader) });
  return { kind: 'news', locale: reader.locale, tone: 'grey', title, summary: title, blocks: [], actions: [] };
}

function whyOver(t: Ticket, directory: Directory, person: string, since: number, reader: Reader): string {
  const answer = t.history.tail.find((e) => e.type === 'replied' && e.seq > since && !isUndone(t, e.seq));
  if (answer !== undefined) {
    const by = answer.actor.kind === 'person' && answer.actor.id !== person ? answer.actor.name : '';
    return text(reader, 'card.news_answered', { who: by, at: answer.at });
  }
  if (t.assignee !== person) return handedOn(t, directory, reader);
  return t.news === null ? word(t, reader) : text(reader, 'card.news_newer', null);
}
