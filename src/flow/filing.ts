import type { InboundMessage } from '../../adapters/adapter.ts';
import type { Preview } from '../../cards/preview.ts';
import type { Answer, Filing, TicketRow } from '../../commands/command.ts';
import { addressKey, type Address } from '../domain/address.ts';
import type { Attachment } from '../domain/attachment.ts';
import type { Person } from '../domain/directory.ts';
import { maySee } from '../domain/permission.ts';
import type { Refusal } from '../domain/refusal.ts';
import { dueAtOpening } from '../domain/timing.ts';
import type { Quote } from '../domain/ticket.ts';
import { derivedId } from '../ids.ts';
import type { Draft } from '../storage/drafts.ts';
import { aDraft, ownDraft } from './drafts.ts';
import { withDuplicates } from './duplicates.ts';
import type { Numbers } from './numbers.ts';
import type { Parts } from './parts.ts';
import type { Perform } from './perform.ts';
import { formValues, planOf, previewOf, type Pasted, type Plan } from './plan.ts';

/** Who files, where, and the inbox row it follows from. */
export interface Filer {
  readonly cause: string;
  readonly speaker: Person;
  readonly conversation: Address;
}

/** Tickets for customers whom we cannot write to. */
export interface Filings {
  /** Shows the ticket that a pasted text would become. */
  preview(by: Filer, text: string, attachments: readonly Attachment[]): Promise<Answer | Refusal>;
  /** Files one: what a button's draft holds, or what a form says. */
  file(by: Filer, filing: Filing): Promise<Answer | Refusal>;
  /** What the form starts with for a draft. */
  values(by: Filer, draft: string): Promise<Readonly<Record<string, string>> | Refusal>;
  drop(by: Filer, draft: string): Promise<Answer | Refusal>;
  /** A text of a draft became part of this ticket: what comes near it joins it. */
  used(draft: string, ticket: string): Promise<void>;
  /** Files sent alone in a direct chat. */
  pictures(by: Filer, event: InboundMessage): Promise<Answer>;
}

/** Most tickets offered as likely the same. */
const DUPLICATES = 3;
/** A draft's button in words: `新建 <id>`, `新建 <id> edit`. */
const TYPED = /^([\w-]{22})(?:\s+(\S{1,40}))?$/u;

export const isRefusal = (r: object): r is Refusal => 'code' in r;

const asRecognised = { order: null, given: null, whole: false } as const;

export function createFilings(parts: Parts, perform: Perform, numbers: Numbers): Filings {
  const { store, clock } = parts;
  const gone = (): Refusal => ({ code: 'no_draft', keptMs: parts.directory().filing.draftMs });
  const before = (ms: number): Date => new Date(clock.now().getTime() - ms);

  /** Drafts of this person in this chat that are near enough for a picture. */
  const near = (by: Filer): Promise<readonly Draft[]> =>
    store.drafts.near(by.speaker.id, addressKey(by.conversation), before(parts.directory().filing.pictureMs));

  /** Pictures sent alone that no ticket has yet, oldest first. */
  const lonePictures = async (by: Filer): Promise<readonly Draft[]> =>
    (await near(by)).filter((d) => d.purpose === 'pictures' && d.ticket === null).toReversed();

  /** Stores a draft with the pictures that were sent alone just before it. */
  const keep = async (by: Filer, text: string, attachments: readonly Attachment[]): Promise<Draft> => {
    const id = derivedId(by.cause, 'draft');
    const known = await store.drafts.load(id);
    if (known !== null) return known;
    const waiting = await lonePictures(by);
    const all = [...waiting.flatMap((d) => d.attachments), ...attachments];
    const who = { id, person: by.speaker, conversation: by.conversation };
    const draft = aDraft(parts, who, { purpose: 'filing', text, attachments: all });
    await store.drafts.add(draft);
    for (const { _id } of waiting) await store.drafts.drop(_id);
    return draft;
  };

  const duplicatesOf = async (by: Filer, draft: Draft, plan: Plan): Promise<Preview['duplicates']> => {
    const { digest } = draft;
    const [twin, ordered] = await Promise.all([
      digest === '' ? null : store.drafts.filed(digest, before(parts.directory().filing.draftMs)),
      plan.orders.length === 0 ? [] : store.tickets.withOrder(plan.orders, plan.opening.shop, DUPLICATES),
    ]);
    const same = twin?.ticket == null ? null : await store.tickets.load(twin.ticket);
    const rest = ordered.filter((t) => t._id !== same?._id).map((ticket) => ({ ticket, same: false }));
    return [...(same === null ? [] : [{ ticket: row(same), same: true }]), ...rest]
      .filter(({ ticket }) => maySee(by.speaker, ticket))
      .slice(0, DUPLICATES);
  };

  const show = async (by: Filer, draft: Draft): Promise<Answer> => {
    const plan = await planOf(parts, by.speaker, { ...draft, ...asRecognised });
    const duplicates = await duplicatesOf(by, draft, plan);
    await store.drafts.offer(
      draft._id,
      duplicates.map(({ ticket }) => ticket._id),
    );
    const due = dueAtOpening(plan.opening, clock.now(), parts.directory());
    return { view: { view: 'preview', preview: previewOf(plan, draft._id, due, duplicates) } };
  };

  const filed = (no: number, team: string): Answer => ({
    sentence: { key: 'flow.filed', params: { no, team: parts.directory().teams.get(team)?.name ?? team } },
    offers: [
      { label: { key: 'flow.claim', params: null }, invoke: { command: 'claim', args: { ticket: String(no) } } },
    ],
  });

  /** Opens the ticket of a draft, once however often it is pressed. */
  const open = async (by: Filer, draft: Draft, pasted: Pasted): Promise<Answer> => {
    const id = derivedId('filing', draft._id);
    const there = await store.tickets.load(id);
    if (there !== null && !there.history.causes.some((c) => c.cause === by.cause)) {
      await store.drafts.settle(draft._id, id, draft.at);
      return { ...filed(there.number, there.team), sentence: { key: 'filing.already', params: { no: there.number } } };
    }
    const { opening, words } = await planOf(parts, by.speaker, pasted);
    const author = { kind: 'person', id: by.speaker.id, name: by.speaker.name } as const;
    const message = derivedId('message', draft._id);
    const { text, attachments } = pasted;
    // All of it is kept, however long; the card shows what matters.
    await store.messages.add([
      {
        _id: message,
        ticket: id,
        direction: 'in',
        author,
        body: { text, attachments },
        address: null,
        platformId: null,
        state: 'received',
        at: clock.now(),
      },
    ]);
    const quote: Quote = { message, text: words, attachments, at: clock.now() };
    const full = await withDuplicates(parts, { ...opening, number: there?.number ?? (await numbers.next()) });
    const intent = { type: 'open', opening: full, message, quote, acknowledge: null } as const;
    const { ticket } = await perform(id, intent, { actor: author, cause: by.cause });
    await store.drafts.settle(draft._id, id, clock.now());
    return filed(ticket?.number ?? full.number, ticket?.team ?? full.team);
  };

  const filings: Filings = {
    async preview(by, text, attachments) {
      const [, id, more] = TYPED.exec(text) ?? [];
      const own = id === undefined ? null : await ownDraft(parts, by.speaker, id);
      if (own !== null && own.purpose === 'filing') {
        if (more === 'drop') return filings.drop(by, own._id);
        return filings.file(by, { draft: own._id, text: '', attachments: [], order: more ?? null, given: null });
      }
      return show(by, await keep(by, text, attachments));
    },

    async file(by, { draft: from, text, attachments, order, given }) {
      if (from === null) {
        const draft = await keep(by, text, attachments);
        return open(by, draft, { text, attachments: draft.attachments, order, given, whole: false });
      }
      const draft = await ownDraft(parts, by.speaker, from);
      if (draft === null || draft.purpose === 'reply') return gone();
      // A form says everything, also what is no longer to be there.
      if (given !== null) {
        const others = draft.purpose === 'pictures' ? await lonePictures(by) : [];
        const all = others.reduce((known, d) => union(known, d.attachments), draft.attachments);
        const answer = await open(by, draft, { text, attachments: all, order: null, given, whole: draft.text !== '' });
        for (const { _id } of others) if (_id !== draft._id) await store.drafts.drop(_id);
        return answer;
      }
      if (draft.ticket === null && order === null) {
        const plan = await planOf(parts, by.speaker, { ...draft, ...asRecognised });
        const fresh = (await duplicatesOf(by, draft, plan)).some(({ ticket }) => !draft.offered.includes(ticket._id));
        // Somebody was faster since the preview was made: it is shown again with what is there now.
        if (fresh) return show(by, draft);
      }
      return open(by, draft, { ...draft, ...asRecognised, order });
    },

    async values(by, id) {
      const draft = await ownDraft(parts, by.speaker, id);
      if (draft === null || draft.purpose === 'reply') return gone();
      if (draft.purpose === 'pictures') return { draft: id };
      const plan = await planOf(parts, by.speaker, { ...draft, ...asRecognised });
      return { ...formValues(draft.text, plan), draft: id };
    },

    async drop(by, id) {
      const draft = await ownDraft(parts, by.speaker, id);
      if (draft !== null && draft.ticket === null) await store.drafts.drop(id);
      return { sentence: { key: 'filing.dropped', params: null } };
    },

    used: (draft, ticket) => store.drafts.settle(draft, ticket, clock.now()),

    async pictures(by, { attachments }) {
      const latest = (await near(by)).find(
        (d) => d.purpose === 'filing' || (d.purpose === 'pictures' && d.ticket !== null),
      );
      const ticket = latest?.ticket == null ? null : await store.tickets.load(latest.ticket);
      if (ticket !== null) {
        const actor = { kind: 'person', id: by.speaker.id, name: by.speaker.name } as const;
        const { refusal } = await perform(ticket._id, { type: 'attach', attachments }, { actor, cause: by.cause });
        if (refusal === null) return { sentence: { key: 'filing.attached', params: { no: ticket.number } } };
      } else if (latest !== undefined) {
        await store.drafts.attach(latest._id, attachments);
        return show(by, { ...latest, attachments: union(latest.attachments, attachments) });
      }
      const id = derivedId(by.cause, 'pictures');
      const who = { id, person: by.speaker, conversation: by.conversation };
      await store.drafts.add(aDraft(parts, who, { purpose: 'pictures', text: '', attachments }));
      return {
        sentence: { key: 'filing.lone', params: { withinMs: parts.directory().filing.pictureMs } },
        offers: [
          {
            label: { key: 'filing.new_with', params: null },
            invoke: { command: 'new', args: { draft: id, step: 'edit' } },
          },
        ],
      };
    },
  };
  return filings;
}

function union(known: readonly Attachment[], more: readonly Attachment[]): readonly Attachment[] {
  return [...known, ...more.filter((a) => known.every((k) => k.id !== a.id))];
}

function row({
  history: _history,
  pending: _pending,
  description: _description,
  ...rest
}: TicketRow & Record<'history' | 'pending' | 'description', unknown>): TicketRow {
  return rest;
}
