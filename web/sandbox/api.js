const API = '/sandbox/api';

/** A request the server did not take; `status` 0: it was not reached. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(API + path, options);
  } catch {
    throw new Refused(0, '');
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, body.detail ?? '');
  return body;
}

const post = (path, body) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

export const getState = () => ask('/state');
export const getWords = (locale) => ask(`/words/${locale}`);
export const postMessage = (message) => post('/messages', message);
export const postAction = (action) => post('/actions', action);
export const fileUrl = (id) => `${API}/files/${encodeURIComponent(id)}`;

export function getMessages(conversation, user, { limit, before }) {
  const query = new URLSearchParams({ user, limit, ...(before && { before }) });
  return ask(`/conversations/${encodeURIComponent(conversation)}/messages?${query}`);
}

export function postFile(file, user) {
  const form = new FormData();
  form.append('user', user);
  form.append('file', file, file.name);
  return ask('/files', { method: 'POST', body: form });
}

/**
 * Listens to everything one person sees. The browser resumes by itself where the stream broke; where it gives up
 * (the server answered with an error), this begins again after the last event told.
 */
export function listen(user, { onEvent, onOpen, onLost }) {
  let source = null;
  let last = null;
  let timer = null;
  const open = () => {
    const query = new URLSearchParams({ user, ...(last !== null && { after: last }) });
    source = new EventSource(`${API}/events?${query}`);
    source.addEventListener('open', onOpen);
    source.addEventListener('error', () => {
      onLost();
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, 2000);
    });
    for (const type of ['message', 'update'])
      source.addEventListener(type, (event) => {
        last = event.lastEventId;
        onEvent({ type, id: Number(event.lastEventId), ...JSON.parse(event.data) });
      });
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
