import type { Clock } from '../../src/clock.ts';

/** Who answers a signed question at the address that a platform sends to. `status`: of an answer that is not the bot's. */
export type CallbackAnswer =
  | { readonly kind: 'ours' | 'refused' | 'nobody' }
  | { readonly kind: 'other'; readonly status: number };

/** How long the bot's own address may take, ms: as long as platforms wait. */
const PATIENCE_MS = 3_000;

/** Asks the bot's own address as the platform would: posts JSON, or only asks where there is no `body`. `wanted`: what has to come back. Never throws. */
export async function askCallback(
  clock: Clock,
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body?: string },
  wanted: string,
): Promise<CallbackAnswer> {
  const given = new AbortController();
  const callOff = clock.after(PATIENCE_MS, () => {
    given.abort();
  });
  try {
    const response = await fetch(url, {
      ...(body === undefined
        ? { headers }
        : { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }),
      redirect: 'manual',
      signal: given.signal,
    });
    const { status } = response;
    const answer = await response.text();
    if (status === 401) return { kind: 'refused' };
    return status === 200 && answer === wanted ? { kind: 'ours' } : { kind: 'other', status };
  } catch {
    return { kind: 'nobody' };
  } finally {
    callOff();
  }
}
