import type { Clock } from '../../clock.ts';
import { PROCESS_HEADER } from '../../http/server.ts';
import type { Neighbour } from './check.ts';

const PATIENCE_MS = 3_000;

/** Who answers at an address within three seconds; null: nobody. */
export async function askHealth(url: string, clock: Clock): Promise<Neighbour | null> {
  const given = new AbortController();
  const callOff = clock.after(PATIENCE_MS, () => {
    given.abort();
  });
  try {
    const response = await fetch(`${url}/healthz`, { signal: given.signal, redirect: 'manual' });
    await response.body?.cancel();
    return { process: response.status === 200 ? response.headers.get(PROCESS_HEADER) : null };
  } catch {
    return null;
  } finally {
    callOff();
  }
}
