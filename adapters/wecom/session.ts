import type { Request, Response } from 'express';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import type { Ids } from '../../src/ids.ts';
import { packed, unpacked, type Signer } from '../shared/signed.ts';

/** How long who came in by WeCom is believed to hold the phone, ms. */
const SESSION_MS = 30 * 60_000;
const COOKIE = 'gongdan_wecom';

/** `for`: everything is signed with one key, so that each says what it is. */
const session = z.strictObject({ for: z.literal('wecom-session'), user: z.string().min(1), until: z.number() });
const press = z.strictObject({
  for: z.literal('wecom-press'),
  user: z.string().min(1),
  at: z.number(),
  nonce: z.string().min(1),
  locale: z.enum(['zh-CN', 'en']),
});

/** What a browser sent back. */
export const cookiesOf = (request: Request): ReadonlyMap<string, string> =>
  new Map(
    (request.headers.cookie ?? '').split(';').map((part) => {
      const [name = '', value = ''] = part.trim().split('=');
      return [name, value];
    }),
  );

/** Sets cookies that only our own pages get back, and scripts never. `ms` 0: takes it away. */
export const cookieJar =
  (publicUrl: () => string) =>
  (response: Response, name: string, value: string, ms: number): void => {
    const { protocol, pathname } = new URL(publicUrl());
    response.cookie(name, value, {
      httpOnly: true,
      sameSite: 'lax',
      secure: protocol === 'https:',
      path: `${pathname.replace(/\/$/u, '')}/wecom`,
      maxAge: ms,
    });
  };

export interface Sessions {
  /** Who asks; null: nobody knows, or not any more. `fresh`: null also where so little is left that a form could outlast it. */
  userOf(request: Request, fresh?: 'fresh'): string | null;
  begin(response: Response, user: string): void;
  /** What proves that a press was made on a page of ours by whom it was shown to. */
  token(user: string, locale: Locale): string;
  /** The nonce and the language of the page that such a proof is of; null: it is not this person's, or too old. */
  pageOf(token: string, user: string): { readonly nonce: string; readonly locale: Locale } | null;
}

export function createSessions(deps: {
  readonly signer: Signer;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'next'>;
  readonly publicUrl: () => string;
}): Sessions {
  const { signer, clock, ids, publicUrl } = deps;
  const setCookie = cookieJar(publicUrl);
  const now = (): number => clock.now().getTime();
  return {
    userOf(request, fresh) {
      const read = session.safeParse(unpacked(signer, cookiesOf(request).get(COOKIE) ?? ''));
      const least = fresh === undefined ? 0 : SESSION_MS / 2;
      return read.success && read.data.until - now() > least ? read.data.user : null;
    },
    begin(response, user) {
      const value: z.output<typeof session> = { for: 'wecom-session', user, until: now() + SESSION_MS };
      setCookie(response, COOKIE, packed(signer, value), SESSION_MS);
    },
    token(user, locale) {
      const value: z.output<typeof press> = { for: 'wecom-press', user, at: now(), nonce: ids.next(), locale };
      return packed(signer, value);
    },
    pageOf(token, user) {
      const read = press.safeParse(unpacked(signer, token));
      if (!read.success || read.data.user !== user || now() - read.data.at >= SESSION_MS) return null;
      return { nonce: read.data.nonce, locale: read.data.locale };
    },
  };
}
