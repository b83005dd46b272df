import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { read } from '../shared/http.ts';
import { renewedTokens, type Tokens } from '../shared/token.ts';
import { exchange } from './exchange.ts';

export type { Tokens };

/** Renewed so long before it ends, ms, as DingTalk advises (fact sheet, 3.1). */
const EARLY_MS = 10 * 60_000;
const PATH = '/v1.0/oauth2/accessToken';

/** `expireIn`: seconds. */
const answer = z.object({ accessToken: z.string().min(1), expireIn: z.number().positive() });

/** The app's access token; both APIs take it. */
export function createTokens(
  app: { readonly clientId: string; readonly clientSecret: string },
  apiUrl: string,
  clock: Clock,
): Tokens {
  const ask = async (): Promise<{ readonly token: string; readonly lifeMs: number }> => {
    const body = { appKey: app.clientId, appSecret: app.clientSecret };
    const reply = await exchange({ path: PATH, url: new URL(apiUrl + PATH), body });
    const { accessToken, expireIn } = read(PATH, answer, reply);
    return { token: accessToken, lifeMs: expireIn * 1_000 };
  };
  return renewedTokens({ ask, earlyMs: EARLY_MS, clock });
}
