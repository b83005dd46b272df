import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { read } from '../shared/http.ts';
import { renewedTokens, type Tokens } from '../shared/token.ts';
import { exchange } from './exchange.ts';
import type { AppSettings } from './settings.ts';

/** Renewed so long before it ends, ms. */
const EARLY_MS = 5 * 60_000;
/** Who asks with a wrong secret again and again is shut out for an hour (fact sheet, 5.1). */
const REFUSED_MS = 60_000;
const PATH = '/cgi-bin/gettoken';

/** `expires_in`: seconds. */
const answer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** The app's access token. */
export function createTokens(app: Pick<AppSettings, 'corpId' | 'secret'>, apiUrl: string, clock: Clock): Tokens {
  const ask = async (): Promise<{ readonly token: string; readonly lifeMs: number }> => {
    const url = new URL(apiUrl + PATH);
    url.searchParams.set('corpid', app.corpId);
    url.searchParams.set('corpsecret', app.secret);
    const reply = await exchange({ path: PATH, url, method: 'GET' });
    const { access_token: token, expires_in: seconds } = read(PATH, answer, reply);
    return { token, lifeMs: seconds * 1_000 };
  };
  const restMs = (error: unknown): number => {
    if (!(error instanceof DeliveryError)) return 0;
    return error.failure === 'auth' ? REFUSED_MS : (error.retryAfterMs ?? 0);
  };
  return renewedTokens({ ask, earlyMs: EARLY_MS, restMs, clock });
}
