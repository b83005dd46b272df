import type { Request, Response } from 'express';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Ids } from '../../src/ids.ts';
import { packed, unpacked, type Signer } from '../shared/signed.ts';
import type { Client } from './client.ts';
import { codeOf } from './failures.ts';
import { cookieJar, cookiesOf } from './session.ts';
import type { AppSettings } from './settings.ts';

/** How long the way to WeCom and back may take, ms. */
const WAY_MS = 10 * 60_000;
/** A code that was used before, or is older than five minutes (fact sheet, 4.6). */
const SPENT = '40029';
const COOKIE = 'gongdan_wecom_way_';
/** Ways that one browser may be on at once: all its cookies come with every request, and more than 16 kB of them are refused. */
const MOST_WAYS = 5;

const way = z.strictObject({
  for: z.literal('wecom-way'),
  state: z.string(),
  /** What is opened afterwards, as an encoded invocation; null: what the person has to do. */
  target: z.string().nullable(),
  until: z.number(),
});
/** Of a member; of anybody else WeCom tells an `openid` at most. */
const whoIs = z.object({ userid: z.string().min(1).optional() });

/** Finding out by WeCom who holds the phone. */
export interface OAuth {
  /** Leads to WeCom, which leads back to `/wecom/entered`. */
  leave(request: Request, response: Response, target: string | null): void;
  /** Where somebody who comes back wanted to go; undefined: they did not leave from here in this browser, or too long ago. Counts once. */
  cameBack(request: Request, response: Response): { readonly target: string | null } | undefined;
  /** Whose code it is; null: nobody of the enterprise. @throws DeliveryError when WeCom cannot be asked. */
  userOf(code: string): Promise<string | null>;
}

/** Whether WeCom refused a code because it is worth nothing any more. */
export const isSpentLogin = (error: unknown): boolean => codeOf(error) === SPENT;

export function createOAuth(deps: {
  readonly app: Pick<AppSettings, 'corpId' | 'agentId'>;
  /** Without a slash at the end. */
  readonly oauthUrl: string;
  readonly client: Pick<Client, 'call'>;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'next'>;
  readonly publicUrl: () => string;
}): OAuth {
  const { app, oauthUrl, client, signer, clock, ids, publicUrl } = deps;
  const setCookie = cookieJar(publicUrl);
  return {
    leave(request, response, target) {
      const begun = Array.from(cookiesOf(request).keys()).filter((name) => name.startsWith(COOKIE));
      if (begun.length >= MOST_WAYS) for (const name of begun) setCookie(response, name, '', 0);
      // WeCom takes letters and digits only, at most 128 (doc 96714): what the state stands for is in the cookie that has to match it.
      const state = Buffer.from(ids.next()).toString('hex');
      const value: z.output<typeof way> = { for: 'wecom-way', state, target, until: clock.now().getTime() + WAY_MS };
      setCookie(response, COOKIE + state, packed(signer, value), WAY_MS);
      const query = new URLSearchParams({
        appid: app.corpId,
        redirect_uri: `${publicUrl()}/wecom/entered`,
        response_type: 'code',
        scope: 'snsapi_base',
        state,
        agentid: String(app.agentId),
      });
      response
        .set('Cache-Control', 'no-store')
        .redirect(302, `${oauthUrl}/connect/oauth2/authorize?${query.toString()}#wechat_redirect`);
    },
    cameBack(request, response) {
      const { state } = request.query;
      if (typeof state !== 'string' || !/^[0-9a-f]{2,128}$/u.test(state)) return undefined;
      const read = way.safeParse(unpacked(signer, cookiesOf(request).get(COOKIE + state) ?? ''));
      if (!read.success || read.data.state !== state || read.data.until <= clock.now().getTime()) return undefined;
      setCookie(response, COOKIE + state, '', 0);
      return { target: read.data.target };
    },
    async userOf(code) {
      const found = await client.call('GET', '/cgi-bin/auth/getuserinfo', whoIs, undefined, { code });
      return found.userid ?? null;
    },
  };
}
