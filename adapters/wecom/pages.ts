import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Card, Form } from '../../cards/card.ts';
import { decodeInvocation, encodeInvocation, type Invocation } from '../../cards/invocation.ts';
import { comesBack } from '../../cards/pressing.ts';
import { spokenIn } from '../../cards/typed-form.ts';
import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { derivedId, type Ids } from '../../src/ids.ts';
import type { Log } from '../../src/log.ts';
import { verbName } from '../../src/text/verb.ts';
import type { Accepted, InboundForm, InboundInvoke, Profile, Sink } from '../adapter.ts';
import type { Signer } from '../shared/signed.ts';
import type { Client } from './client.ts';
import { createOAuth, isSpentLogin } from './oauth.ts';
import { PAGE_HEADERS } from './page-style.ts';
import { readSent, type Sent } from './page-sent.ts';
import {
  cardActions,
  cardBody,
  copyable,
  formBody,
  heading,
  homeLink,
  pageOf,
  pageWords,
  paragraph,
  pressButton,
  wayOut,
  type Reading,
} from './page.ts';
import type { People } from './people.ts';
import { placeOf } from './places.ts';
import { createSessions } from './session.ts';
import type { AppSettings } from './settings.ts';

/** How long a page waits for the answer to a press, ms. */
const ANSWER_BY_MS = 3_000;
/** How long somebody's name is waited for, ms: nothing is shown or stored before. */
const NAME_MS = 300;
/** Presses whose answer is remembered: a second tap drops what the first was answered with, and hears it again. */
const MOST_ANSWERS = 500;
/** More than any form holds. */
const MOST_BYTES = '64kb';

/** Pages for what a card cannot do, for members of the enterprise. */
export interface Pages {
  readonly router: Router;
  /** Where an invocation is opened; null: what somebody has to do. Opening it changes nothing. */
  linkOf(invocation: Invocation | null): string | null;
}

/** Why something is not shown or not done, by its words. */
type Refusal =
  | 'broken'
  | 'stale'
  | 'spent'
  | 'outsider'
  | 'away'
  | 'expired'
  | 'forged'
  | 'unreadable'
  | 'too_long'
  | 'not_stored'
  | 'unseen'
  | 'stranger';

const STATUS: Readonly<Record<Refusal, number>> = {
  broken: 400,
  stale: 400,
  spent: 400,
  outsider: 403,
  away: 503,
  expired: 401,
  forged: 403,
  unreadable: 400,
  too_long: 413,
  not_stored: 503,
  unseen: 404,
  stranger: 403,
};

/** The member a page is for. */
interface Reader {
  readonly user: string;
  readonly profile: Profile | null;
  readonly locale: Locale;
}

export function createPages(deps: {
  readonly app: Pick<AppSettings, 'corpId' | 'agentId'>;
  /** Without a slash at the end. */
  readonly oauthUrl: string;
  readonly client: Pick<Client, 'call'>;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'next'>;
  readonly signer: Signer;
  readonly sink: () => Sink;
  /** Whether anything is taken in at the moment. */
  readonly isOpen: () => boolean;
  readonly people: Pick<People, 'lookUp'>;
  /** Where people reach this process, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Of whoever prefers none. */
  readonly locale: Locale;
  readonly log: Log;
  /** Hears of what failed that nothing is lost by. */
  readonly onFailure: (error: unknown) => void;
}): Pages {
  const { clock, ids, sink, isOpen, people, publicUrl, log, onFailure } = deps;
  const sessions = createSessions(deps);
  const oauth = createOAuth(deps);

  const linkOf = (invocation: Invocation | null): string => {
    const target = invocation === null || !comesBack(invocation) ? null : encodeInvocation(invocation);
    return linkTo(target);
  };
  const linkTo = (target: string | null): string =>
    `${publicUrl()}/wecom/open${target === null ? '' : `?do=${encodeURIComponent(target)}`}`;

  const show = (response: Response, locale: Locale, title: string, body: string, status = 200): void => {
    response
      .status(status)
      .set({ ...PAGE_HEADERS, 'Content-Language': locale })
      .send(pageOf(locale, title, body));
  };

  /** `retry`: what can be opened once more; undefined: nothing would come of it. */
  const refuse = (
    response: Response,
    why: Refusal,
    { locale = deps.locale, retry, more = '' }: { locale?: Locale; retry?: Invocation | null; more?: string } = {},
  ): void => {
    const isPress = response.req.method === 'POST';
    const title = pageWords(locale, isPress ? 'failed' : 'closed', null);
    const way = retry === undefined ? '' : wayOut(pageWords(locale, 'reopen', null), retry);
    show(response, locale, title, heading(title) + paragraph(pageWords(locale, why, null)) + more + way, STATUS[why]);
  };

  const readerOf = async (user: string): Promise<Reader> => {
    const asked = people.lookUp(user).catch((error: unknown) => {
      onFailure(error);
      return null;
    });
    const profile = await within(clock, asked, NAME_MS);
    return { user, profile, locale: profile?.locale ?? deps.locale };
  };

  const from = ({ user, profile }: Reader) => ({
    platform: 'wecom',
    app: 'wecom',
    conversation: placeOf(user),
    sender: { id: user, name: profile?.name ?? '' },
    receivedAt: clock.now(),
  });
  const reading = ({ user, locale }: Reader): Reading => ({ locale, token: sessions.token(user, locale) });

  const answers = new Map<string, Promise<Accepted>>();
  const accept = (event: InboundForm | InboundInvoke): Promise<Accepted> => {
    const before = answers.get(event.id);
    if (before !== undefined) return before;
    const given = sink().accept(event, { answerBy: ANSWER_BY_MS });
    answers.set(event.id, given);
    given.catch(() => answers.delete(event.id));
    const [oldest] = answers.keys();
    if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest);
    return given;
  };

  // Cards and forms are in the language that the directory knows of their reader; the page around them goes with it.
  const showCard = (response: Response, reader: Reader, card: Card, more = ''): void => {
    const on = reading({ ...reader, locale: card.locale });
    show(response, card.locale, card.title || card.summary, cardBody(card, on) + cardActions(card, on) + more);
  };
  const showForm = (response: Response, reader: Reader, form: Form): void => {
    const locale = spokenIn(form.title);
    show(response, locale, form.title, formBody(form, reading({ ...reader, locale })) + homeLink(locale));
  };

  /** What was asked for by an address: read, never done. */
  const opened = async (response: Response, reader: Reader, invocation: Invocation | null): Promise<void> => {
    const asker = from(reader);
    if (invocation === null) {
      const home = await sink().openHome(asker);
      if (home === null) showUnread(response, reader, 'stranger', { command: 'list', args: {} });
      else showCard(response, reader, home);
      return;
    }
    const form = await sink().openForm({ ...asker, kind: 'invoke', id: `w:${ids.next()}`, invocation, asks: true });
    if (form !== null) {
      showForm(response, reader, form);
      return;
    }
    const { ticket } = invocation.args;
    const card = ticket === undefined ? null : await sink().openLink(asker, `${publicUrl()}/t/${ticket}`);
    if (ticket !== undefined && card === null) {
      showUnread(response, reader, 'unseen', invocation);
      return;
    }
    const locale = card?.locale ?? reader.locale;
    const on = reading({ ...reader, locale });
    const label = verbName(invocation.command, locale);
    const all: Invocation | null = ticket === undefined ? null : { command: 'show', args: { ticket } };
    const more =
      all === null || invocation.command === 'show'
        ? ''
        : pressButton({ invoke: all, label: pageWords(locale, 'show_all', null), style: 'default' }, on);
    const what = card === null ? heading(label) : cardBody(card, on);
    show(response, locale, card?.title ?? label, what + offered(invocation, on, more) + homeLink(locale));
  };

  /** Reads know nobody who was never met; a press gets to know them, or says in its own words why not. */
  const showUnread = (response: Response, reader: Reader, why: 'unseen' | 'stranger', press: Invocation): void => {
    refuse(response, why, { locale: reader.locale, more: offered(press, reading(reader)) });
  };

  const answered = (response: Response, reader: Reader, { answer, repeated }: Accepted): void => {
    const { locale } = reader;
    const message = answer?.message ?? null;
    if (answer?.form != null) showForm(response, reader, answer.form);
    else if (message?.type === 'card') showCard(response, reader, message.card, homeLink(message.card.locale));
    else {
      const title = pageWords(locale, message === null ? 'received' : 'done', null);
      const words = message?.text ?? pageWords(locale, repeated === true ? 'again' : 'later', null);
      show(response, locale, title, heading(title) + paragraph(words) + homeLink(locale));
    }
  };

  const acted = async (response: Response, reader: Reader, sent: Sent, nonce: string): Promise<void> => {
    const { kind, invocation } = sent;
    const content = JSON.stringify([kind, invocation]);
    const base = { ...from(reader), id: `w:${derivedId('wecom-page', nonce, content)}`, invocation };
    // Nothing is handed in with it, whatever has been filled in by now.
    if (kind === 'again') {
      await opened(response, reader, invocation);
      return;
    }
    if (kind === 'ask') {
      // Opening a form is a read: there is nothing to store before it is answered.
      const form = await sink().openForm({ ...base, kind: 'invoke', asks: true });
      if (form !== null) {
        showForm(response, reader, form);
        return;
      }
    }
    const event: InboundForm | InboundInvoke =
      kind === 'form'
        ? { ...base, kind, nonce: derivedId('wecom-form', sent.nonce ?? nonce, JSON.stringify(invocation)) }
        : { ...base, kind: 'invoke', ...(kind === 'ask' && { asks: true as const }) };
    answered(response, reader, await accept(event));
  };

  /** What cannot be stored is said on a page, as everything else is. */
  const paged =
    (handle: (request: Request, response: Response) => Promise<void>): RequestHandler =>
    async (request, response) => {
      try {
        if (!isOpen()) throw new StoreUnavailable(new Error('WeCom is not taken in from now'));
        await handle(request, response);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        refuse(response, 'not_stored');
      }
    };

  const router = express.Router({ caseSensitive: true });

  router.get(
    '/wecom/open',
    paged(async (request, response) => {
      const asked: unknown = request.query['do'];
      const invocation = typeof asked === 'string' ? decodeInvocation(asked) : null;
      if (asked !== undefined && invocation === null) {
        refuse(response, 'broken');
        return;
      }
      const user = sessions.userOf(request, 'fresh');
      if (user === null) oauth.leave(request, response, invocation === null ? null : encodeInvocation(invocation));
      else await opened(response, await readerOf(user), invocation);
    }),
  );

  router.get(
    '/wecom/entered',
    paged(async (request, response) => {
      const { code } = request.query;
      const came = oauth.cameBack(request, response);
      if (came === undefined || typeof code !== 'string' || code === '') {
        refuse(response, 'stale', { retry: null });
        return;
      }
      const { target } = came;
      let user: string | null;
      try {
        user = await oauth.userOf(code);
      } catch (error) {
        const isSpent = isSpentLogin(error);
        if (!isSpent) log.warn('WeCom does not say who opened a page', { platform: 'wecom', err: error });
        const retry = target === null ? null : decodeInvocation(target);
        refuse(response, isSpent ? 'spent' : 'away', { retry });
        return;
      }
      if (user === null) {
        refuse(response, 'outsider');
        return;
      }
      sessions.begin(response, user);
      response.set('Cache-Control', 'no-store').redirect(302, linkTo(target));
    }),
  );

  const parse = express.urlencoded({ extended: false, limit: MOST_BYTES });
  const body: RequestHandler = (request, response, next) => {
    parse(request, response, (error?: unknown) => {
      if (error === undefined) next();
      else refuse(response, isTooLarge(error) ? 'too_long' : 'unreadable', { retry: null });
    });
  };

  router.post(
    '/wecom/act',
    body,
    paged(async (request, response) => {
      const sent = readSent(request.body);
      if (sent === null) {
        refuse(response, 'unreadable', { retry: null });
        return;
      }
      const user = sessions.userOf(request);
      const retry = sent.invocation;
      if (user === null) {
        // Nobody but who wrote it sees it again, and it need not be written twice.
        const kept =
          sent.written.length === 0 ? '' : copyable(pageWords(deps.locale, 'kept', null), sent.written.join('\n\n'));
        refuse(response, 'expired', { retry: bare(retry), more: kept });
        return;
      }
      const page = sessions.pageOf(sent.token, user);
      const reader = await readerOf(user);
      if (page === null) refuse(response, 'forged', { locale: reader.locale, retry: bare(retry) });
      else await acted(response, { ...reader, locale: page.locale }, sent, page.nonce);
    }),
  );

  return { router, linkOf };
}

/** The same without what was filled in: what is opened once more asks for it. */
const bare = ({ command, args }: Invocation): Invocation => ({
  command,
  args: args['ticket'] === undefined ? {} : { ticket: args['ticket'] },
});

/** The one big button, below what it will be done with where that is more than a ticket: whoever made the link chose it. */
function offered(invocation: Invocation, on: Reading, more = ''): string {
  const { ticket = '', ...values } = invocation.args;
  const label = verbName(invocation.command, on.locale);
  const words = [label, ticket, ...Object.values(values)].filter((word) => word !== '').join(' ');
  const does = Object.keys(values).length === 0 ? '' : paragraph(pageWords(on.locale, 'does', { words }));
  const button = pressButton({ invoke: invocation, label, style: 'primary' }, on);
  return `${does}<div class="acts">${button}${more}</div>`;
}

/** What was asked, or null when it takes longer. */
function within<T>(clock: Clock, asked: Promise<T>, ms: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(ms, () => {
      resolve(null);
    });
    asked.then(resolve, reject).finally(stop);
  });
}

const isTooLarge = (error: unknown): boolean => error instanceof Error && 'status' in error && error.status === 413;
