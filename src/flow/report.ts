import type { InboundReport } from '../../adapters/adapter.ts';
import { appKey } from '../domain/address.ts';
import type { Actor } from '../domain/actor.ts';
import { OTHER } from '../domain/contact.ts';
import type { Opening } from '../domain/event.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Report } from '../domain/report.ts';
import { OPEN } from '../domain/status.ts';
import { MAX_TAGS } from '../domain/verbs/classify.ts';
import type { Quote, Ticket } from '../domain/ticket.ts';
import { derivedId } from '../ids.ts';
import type { InboxRow } from '../storage/inbox.ts';
import { actorOf } from './caller.ts';
import { classify } from './classify.ts';
import { withDuplicates } from './duplicates.ts';
import { survivorOf } from './join.ts';
import type { TellNobody } from './nobody.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { groupReader } from './reader.ts';
import { backAt } from './roster.ts';
import { descriptionOf, excerptOf, subjectFor } from './title.ts';

/** Races at the join that one report may lose. */
const TRIES = 10;

export type WorkReport = (row: InboxRow, event: InboundReport) => Promise<Outcome>;

/** The stored message of a report that opened a ticket, and the note of one that was told to an open ticket. */
export const reportedMessage = (row: string): string => derivedId('message', row);
export const reportedNote = (row: string): string => derivedId('note', row);

/** Turns what other systems report into tickets, or into news of open ones. */
export function createReports(
  parts: Parts,
  deps: { readonly perform: Perform; readonly numbers: Numbers; readonly tellNobody: TellNobody },
): WorkReport {
  const { store, clock } = parts;
  const { perform, numbers, tellNobody } = deps;

  const open = async (row: InboxRow, event: InboundReport, id: string, follows: Ticket | null): Promise<Outcome> => {
    const { report } = event;
    const actor = await actorOf(parts, event);
    const message = reportedMessage(row._id);
    const at = clock.now();
    const kept = store.messages.add([
      {
        _id: message,
        ticket: id,
        direction: 'in',
        author: actor,
        body: { text: report.text, attachments: [] },
        address: null,
        platformId: null,
        state: 'received',
        at,
      },
    ]);
    const words = excerptOf(report.text);
    const quote: Quote | null = words === '' ? null : { message, text: words, attachments: [], at };
    const drafted = openingOf(event, actor, follows).then((opening) => withDuplicates(parts, opening));
    const [opening] = await Promise.all([drafted, kept]);
    await tellNobody(opening.team);
    const intent = { type: 'open', opening, message, quote, acknowledge: null } as const;
    const { ticket } = await perform(id, intent, { actor, cause: row._id });
    if (ticket === null) throw new Error('a report opened no ticket');
    if (ticket.history.causes.some((c) => c.cause === row._id)) return { outcome: 'opened', ticket };
    // Another report of the matter was faster.
    const told = await tell(row, event, ticket);
    if (told === null) throw new Error('a report found its ticket closed');
    return told;
  };

  /** Null: the ticket was closed meanwhile. */
  const tell = async (row: InboxRow, event: InboundReport, ticket: Ticket): Promise<Outcome | null> => {
    const { text, subject, priority, tags } = event.report;
    const actor = await actorOf(parts, event);
    const note = reportedNote(row._id);
    const noteText = [subject, text].filter((part) => part !== '').join('\n');
    await store.notes.add({ _id: note, ticket: ticket._id, author: actor, noteText, attachments: [], at: clock.now() });
    const told = await perform(ticket._id, { type: 'report', note, priority, tags }, { actor, cause: row._id });
    return told.outcome === 'refused' || told.ticket === null ? null : { outcome: 'updated', ticket: told.ticket };
  };

  const openingOf = async (event: InboundReport, actor: Actor, follows: Ticket | null): Promise<Opening> => {
    const { report } = event;
    const directory = parts.directory();
    const words = [report.subject, report.text].join('\n').trim();
    const known = await classify(parts, words, report.shop);
    const category = report.category ?? known.category;
    const routed =
      category === known.category
        ? known.team
        : ((await parts.route(directory, { category, shop: report.shop }, (t) => store.tickets.openOf(t)))?.id ??
          known.team);
    const team = report.team ?? routed;
    const { customer } = report;
    const origin = { platform: event.platform, app: event.app, conversation: event.conversation.id };
    const reader = groupReader(parts, directory.teams.get(team)?.groups[0] ?? origin);
    return {
      ...known,
      category,
      team,
      priority: report.priority ?? known.priority,
      tags: [...new Set([...report.tags, ...known.tags])].slice(0, MAX_TAGS),
      facts: { ...known.facts, ...report.facts },
      answersFrom: await backAt(parts, team),
      number: await numbers.next(),
      shop: report.shop,
      source: { kind: actor.kind === 'person' ? 'agent' : 'system', platform: event.app },
      customer: {
        account: null,
        name: customer?.name ?? '',
        place: customer?.place ?? OTHER,
        handle: customer?.handle ?? '',
      },
      origin,
      subject: report.subject === '' ? subjectFor(report.text, [], reader) : report.subject,
      description: descriptionOf(report.text),
      attachments: [],
      ...(report.deadline !== null && { penaltyAt: report.deadline }),
      follows: follows === null ? null : { ticket: follows._id, number: follows.number },
      places: [{ card: 'ticket', team }],
    };
  };

  return async (row, event) => {
    const { report } = event;
    const mine = derivedId('ticket', row._id);
    if (report.matter === null) return open(row, event, mine, null);
    const join = joinOf(event, report);
    // Most matters are new ones: pointing the join says whether this is one, a look sooner.
    if (!report.updates && (await store.joins.point(join, null, mine))) return open(row, event, mine, null);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const current = await store.joins.read(join);
      const pointed = current === null ? null : await store.tickets.load(current);
      const ticket = pointed === null ? null : await survivorOf(parts, pointed);
      const isDone = ticket?.history.causes.some((c) => c.cause === row._id) === true;
      if (ticket !== null && (isDone || OPEN.has(ticket.status))) {
        if (isDone && current === mine) return { outcome: 'opened', ticket };
        const told = await tell(row, event, ticket);
        if (told !== null) return told;
        continue;
      }
      // A join without its ticket: whoever pointed it has not written yet, or died. Either may open it, under one id.
      if (current !== null && ticket === null) return open(row, event, current, null);
      if (report.updates) return { outcome: 'ignored' };
      if (await store.joins.point(join, current, mine)) return open(row, event, mine, ticket);
    }
    throw new Error('a report found no ticket');
  };
}

/** Where two reports of one matter meet. */
export const joinOf = (event: InboundReport, { shop, matter }: Report): string =>
  `report\n${appKey(event)}\n${shop}\n${matter}`;
