import type { Form } from '../../cards/card.ts';
import type { Attachment, Locale, Machine, Message, TicketView, Verb, World } from './model.ts';

const API = '/sandbox/api';

/** A request the server did not take; `status` 0: it was not reached. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`refused: ${status}`);
    this.status = status;
  }
}

async function ask<T>(path: string, options?: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(API + path, options);
  } catch {
    throw new Refused(0);
  }
  if (!answer.ok) throw new Refused(answer.status);
  try {
    return (await answer.json()) as T;
  } catch {
    // It broke off under way.
    throw new Refused(0);
  }
}

const AGAIN_MS = 700;
/** A server that is just starting is asked again until it answers. */
export async function patiently<T>(question: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await question();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

const post = <T>(path: string, body: object): Promise<T> =>
  ask<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

export const getWorld = (): Promise<World> => ask('/state');
export const getWords = (locale: Locale): Promise<Record<string, string>> => ask(`/words/${locale}`);
export const getVocabulary = async (locale: Locale): Promise<readonly Verb[]> =>
  (await ask<{ verbs: readonly Verb[] }>(`/vocabulary/${locale}`)).verbs;

/** The newest messages this person sees there, oldest first; `before`: those above that message. */
export function getMessages(
  conversation: string,
  user: string,
  page: { readonly limit: number; readonly before?: string },
): Promise<{ messages: readonly Message[]; cursor: number }> {
  const query = new URLSearchParams({ user, limit: String(page.limit) });
  if (page.before !== undefined) query.set('before', page.before);
  return ask(`/conversations/${encodeURIComponent(conversation)}/messages?${query}`);
}

export const getTicket = (number: number, user: string, before: number | null): Promise<TicketView> =>
  ask(`/tickets/${number}?${new URLSearchParams({ user, ...(before !== null && { before: String(before) }) })}`);

/** A server that takes longer than this to tell how it stands is not well. */
const PATIENCE_MS = 5_000;
export const getMachine = (): Promise<Machine> => ask('/machine', { signal: AbortSignal.timeout(PATIENCE_MS) });

export const postMessage = (message: {
  readonly conversation: string;
  readonly user: string;
  readonly clientId: string;
  readonly text?: string;
  readonly attachments?: readonly string[];
  readonly quote?: string;
}): Promise<{ messageId: string }> => post('/messages', message);

export interface Press {
  readonly surface: string | null;
  readonly user: string;
  readonly command: string;
  readonly args: Readonly<Record<string, string>>;
  readonly clientId: string;
  readonly conversation?: string;
  readonly version?: number;
  /** `args` are a form's values. */
  readonly form?: true;
  readonly nonce?: string;
}
export const postAction = (press: Press): Promise<{ form?: Form }> => post('/actions', press);

export const recallMessage = (id: string, user: string): Promise<unknown> =>
  ask(`/messages/${encodeURIComponent(id)}?${new URLSearchParams({ user })}`, { method: 'DELETE' });

export function postFile(file: File | Blob, name: string, user: string): Promise<Attachment> {
  const form = new FormData();
  form.append('user', user);
  form.append('file', file, name);
  return ask('/files', { method: 'POST', body: form });
}

export const postBurst = (kind: 'one' | 'crowd' | 'promotion', locale: Locale): Promise<{ messages: number }> =>
  post('/burst', { kind, locale });
export const postRestart = (): Promise<unknown> => post('/restart', {});

/** Where a file can be seen. */
export type FileUrl = (id: string) => string;
export const fileUrl: FileUrl = (id) => `${API}/files/${encodeURIComponent(id)}`;

/** An id for one message or press, so that its repeat is the same; works on pages without HTTPS, too. */
export const freshId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
