import type { Directory } from '../src/domain/directory.ts';
import { maySee } from '../src/domain/permission.ts';
import type { Quote, Ticket } from '../src/domain/ticket.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Block, Card } from './card.ts';
import { firstLines } from './excerpt.ts';
import { attachedTo } from './attached.ts';
import { factsOf } from './facts.ts';
import { footerOf } from './happening.ts';
import { duplicateBlocks, mergeActions, mergedActions, type WithTwins } from './several.ts';
import {
  coverOf,
  isHandled,
  nameOf,
  statusOf,
  teamName,
  titleOf,
  toneOf,
  type Audience,
  problemOf,
} from './standing.ts';
import { actionsOf, type Verb } from './verb.ts';
import { verbsFor } from './ticket.ts';

export interface WorkCardInput {
  readonly ticket: WithTwins;
  readonly directory: Directory;
  /** In whose direct chat the card stands: the assignee, or somebody who was. */
  readonly person: string;
}

/** Pictures of one message in small; the rest is on the full view. */
const PICTURES = 9;

/** A ticket in the direct chat of the person who works on it: the customer's last messages, everything unmasked. */
export function drawWork({ ticket: t, directory, person }: WorkCardInput, reader: Reader): Card {
  const owns = t.assignee === person;
  // Who has handed a ticket on keeps the card, not the customer's number.
  const audience: Audience = owns ? 'assignee' : 'group';
  const title = titleOf(t, reader, audience);
  const asking = { ticket: t, directory, reader };
  const base = { kind: 'work', locale: reader.locale, title } as const;
  if (isHandled(t) || !owns) {
    const status = isHandled(t) ? statusOf(t, directory, reader) : handedOn(t, directory, reader);
    const who = directory.people.get(person);
    const verbs: readonly Verb[] =
      who === undefined || !maySee(who, t) ? [] : owns ? verbsFor(t).filter((v) => v !== 'reveal') : ['show'];
    return {
      ...base,
      tone: isHandled(t) ? toneOf(t, reader.now) : 'grey',
      summary: text(reader, 'card.summary', { title, status }),
      status,
      blocks: coverOf(t, directory, person, reader),
      actions:
        t.merged.into !== null && verbs.length > 0
          ? mergedActions(t, asking)
          : actionsOf(verbs, asking, { buttons: 0, expand: false }),
    };
  }
  const status = statusOf(t, directory, reader, person);
  const messages = t.quotes.length === 0 ? [{ text: t.description, attachments: t.attachments }] : t.quotes;
  const words = wordsOf(t, messages, reader);
  const footer = footerOf(t, directory, reader, audience);
  return {
    ...base,
    tone: toneOf(t, reader.now),
    summary: text(reader, 'card.summary', { title, status }),
    status,
    blocks: [
      ...problemOf(t, reader),
      ...words.blocks,
      ...duplicateBlocks(t, asking),
      ...factsOf(t, directory, reader, audience, words.files),
    ],
    actions: [
      ...actionsOf(ownVerbs(t), asking, { buttons: 3, expand: words.cut }),
      ...mergeActions(t, asking),
      ...actionsOf(OWN, asking, { buttons: 0, expand: false }),
    ],
    ...(footer === undefined ? {} : { footer }),
  };
}

/** What only they are offered besides: last, for a platform that shows few may leave it to be typed. */
export const OWN: readonly Verb[] = ['remind', 'escalate'];

/** The verbs in the order in which they matter to who works on it. */
export const ownVerbs = (t: Ticket): readonly Verb[] => verbsFor(t).filter((verb) => verb !== 'reveal');

/** Where the ticket of somebody who had it is now. */
export function handedOn(t: Ticket, directory: Directory, reader: Reader): string {
  return t.assignee === null
    ? text(reader, 'card.in_queue', { team: teamName(directory, t.team) })
    : text(reader, 'card.handed_on', { who: nameOf(directory, t.assignee) });
}

/** Messages of the customer for the assignee, each of at most three lines with what came with it; `files`: how many came in all. */
export function wordsOf(
  t: Pick<Ticket, 'facts'>,
  messages: readonly Pick<Quote, 'text' | 'attachments'>[],
  reader: Reader,
): { readonly blocks: readonly Block[]; readonly cut: boolean; readonly files: number } {
  const excerpts = messages.map((m) => firstLines(m.text, 3));
  return {
    blocks: messages.flatMap(({ attachments }, i): readonly Block[] => {
      const { text: words = '' } = excerpts[i] ?? {};
      const files = attachedTo(t, attachments, { reader, audience: 'assignee', pictures: PICTURES });
      return words === '' ? files : [{ type: 'text', style: 'quote', text: words }, ...files];
    }),
    cut: excerpts.some((e) => e.cut),
    files: messages.reduce((sum, { attachments }) => sum + attachments.length, 0),
  };
}
