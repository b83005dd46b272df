import type { OutMessage } from '../../adapters/adapter.ts';
import { cards } from '../../cards/registry.ts';
import type { Card } from '../../cards/card.ts';
import type { Answer, View } from '../../commands/command.ts';
import { commands } from '../../commands/registry.ts';
import { usage } from '../../commands/usage.ts';
import { say, type Reader, type Sentence } from '../text/text.ts';
import { withLinks } from './links.ts';
import type { Parts } from './parts.ts';
import { asMessage } from './picture.ts';
import { groupReader, personReader } from './reader.ts';
import type { Address } from '../domain/address.ts';

/** Puts a private answer into words and cards for its reader; null when there is nothing to say. A stranger reads in the language of the group, else of the first team. */
export function answerMessage(parts: Parts, answer: Answer, person: string, address: Address): OutMessage | null {
  const known = parts.directory().people.has(person);
  const reader = known ? personReader(parts, person) : groupReader(parts, address);
  const before = answer.first === undefined ? null : say(answer.first, reader);
  if (answer.view !== undefined) {
    const card = viewed(parts, answer.view, person, reader);
    const note = before === null ? [] : [{ type: 'note', text: before } as const];
    return asMessage({ ...card, blocks: [...note, ...card.blocks] }, 1);
  }
  const { offers = [], copy = [] } = answer;
  const sentence = together(answer, before, reader);
  if (sentence === undefined) return null;
  if (offers.length === 0 && copy.length === 0)
    return { type: 'text', text: say(sentence, reader), attachments: [], ...(isOpen(answer) && { open: true }) };
  return asMessage(cards.notice({ sentence, offers, copy }, reader), 1);
}

/** Answers that name a ticket, a verb and colleagues: what the group reads on its card as well. */
const OPEN =
  /^(?:refusal\..*|command\.(?:miss|already_.*|done_(?:claim|release|assign|transfer|decline|note|pending|resolve|close|reopen|priority|category|tag|escalate|acknowledge|merge|unmerge|split|undo)))$/u;

const isOpen = ({ first, sentence }: Answer): boolean => mayRead(first) && mayRead(sentence);
const mayRead = (said: { readonly key: string } | undefined): boolean => said === undefined || OPEN.test(said.key);

/** What is said first, `before` in words, and the answer itself, as one. */
function together({ first, sentence }: Answer, before: string | null, reader: Reader): Sentence | undefined {
  if (before === null) return sentence;
  if (sentence === undefined) return first;
  return { key: 'flow.after', params: { first: before, next: say(sentence, reader) } };
}

function viewed(parts: Parts, view: View, person: string, reader: Reader): Card {
  const directory = parts.directory();
  switch (view.view) {
    case 'list':
      return cards.list({ ...view, directory }, reader);
    case 'preview':
      return cards.preview({ preview: view.preview, directory }, reader);
    case 'show':
      return withLinks(parts, cards.show({ ticket: view.ticket, directory, person }, reader), view.ticket, person);
    case 'digest':
      return cards.digest({ digest: view.digest, directory }, reader);
    case 'digest-rest':
      return cards.digestRest({ digest: view.digest, directory, exports: view.exports }, reader);
    case 'export':
      return cards.export(view.export, reader);
    case 'stats':
      return cards.stats(view.stats, reader);
    case 'backlog':
      return cards.backlog(view.backlog, reader);
    case 'policy':
      return cards.policy({ ...view.policy }, reader);
    case 'what-if':
      return cards.whatIf(view.whatIf, reader);
    case 'handover':
      return cards.handover(view.handover, reader);
    case 'help': {
      const entries = commands.map((c) => ({
        name: c.name,
        zh: c.zh,
        initials: c.initials,
        aliases: c.aliases,
        summary: c.summary,
        usage: usage(c, reader.locale),
      }));
      return cards.help({ commands: entries, command: view.command }, reader);
    }
  }
}
