import { cut } from '../../cards/excerpt.ts';
import type { Answer, Filing } from '../../commands/command.ts';
import type { Address } from '../domain/address.ts';
import type { Person } from '../domain/directory.ts';
import type { Opening } from '../domain/event.ts';
import type { Quote } from '../domain/ticket.ts';
import type { InboxRow } from '../storage/inbox.ts';
import { classify } from './classify.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { customerReader } from './reader.ts';
import { backAt } from './roster.ts';
import { subjectFor, wordsOf } from './title.ts';

/** Longest excerpt that a ticket keeps for its cards, code points. */
const QUOTE = 500;
const DESCRIPTION = 4_000;

/** Somebody files a ticket for a customer whom we cannot write to. */
export type File = (row: InboxRow, speaker: Person, filing: Filing) => Promise<Answer>;

export function createFiling(parts: Parts, perform: Perform, numbers: Numbers): File {
  return async (row, speaker, filing) => {
    const shop = speaker.shops[0] ?? [...parts.directory().shops.keys()][0] ?? 'default';
    const known = await classify(parts, wordsOf(filing.text, filing.attachments), shop);
    const team = filing.team ?? known.team;
    const reader = customerReader(parts, { language: known.language, team });
    const origin: Address = speaker.direct[0] ?? { platform: '', app: '', conversation: '' };
    const opening: Opening = {
      ...known,
      answersFrom: await backAt(parts, team),
      number: await numbers.next(),
      team,
      facts: { ...known.facts, ...filing.facts },
      shop,
      source: { kind: 'agent', platform: origin.platform },
      customer: { account: null, name: '', place: 'other', handle: '' },
      origin,
      subject: subjectFor(filing.text, filing.attachments, reader),
      description: cut(filing.text, DESCRIPTION),
      attachments: filing.attachments,
      places: [{ card: 'ticket', team }],
    };
    const quote: Quote = {
      message: '',
      text: cut(filing.text, QUOTE),
      attachments: filing.attachments,
      at: parts.clock.now(),
    };
    const who = { actor: { kind: 'person', id: speaker.id, name: speaker.name } as const, cause: row._id };
    const { ticket } = await perform(
      filing.id,
      { type: 'open', opening, message: null, quote, acknowledge: null },
      who,
    );
    const no = ticket?.number ?? opening.number;
    const name = parts.directory().teams.get(team)?.name ?? team;
    return {
      sentence: { key: 'flow.filed', params: { no, team: name } },
      offers: [
        { label: { key: 'flow.claim', params: null }, invoke: { command: 'claim', args: { ticket: String(no) } } },
      ],
    };
  };
}
