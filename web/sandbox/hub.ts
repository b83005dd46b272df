import type { StreamEvent } from './model.ts';

/** What a page tells the hub, and what it hears. `at`: the stream tells everything after this event. */
export type ToHub = { readonly watch: readonly string[] } | { readonly bye: true };
export type FromHub =
  | { readonly kind: 'open'; readonly epoch: string; readonly users: readonly string[]; readonly at: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'event'; readonly event: StreamEvent };

export interface Hub {
  /** A page came; what it returns takes in what that page says. */
  join(tell: (said: FromHub) => void): (heard: ToHub) => void;
}

/** The server beats every 15 s: a stream that is silent for longer than this is dead, whatever the browser thinks. */
const SILENT_MS = 40_000;
const AGAIN_MS = 1_500;

/**
 * One live stream for all pages and people that watch through it: browsers allow six connections to one server, fifty tabs want
 * more. A stream that breaks is taken up after the last event told.
 */
export function createHub(): Hub {
  const pages = new Map<(said: FromHub) => void, readonly string[]>();
  let source: EventSource | null = null;
  let watched: readonly string[] = [];
  let last: string | null = null;
  let opened: Extract<FromHub, { kind: 'open' }> | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const tellAll = (said: FromHub): void => {
    for (const tell of pages.keys()) tell(said);
  };
  const close = (): void => {
    clearTimeout(again);
    clearTimeout(silence);
    source?.close();
    source = null;
    opened = null;
  };
  const lost = (): void => {
    opened = null;
    tellAll({ kind: 'lost' });
  };
  const alive = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      lost();
      open();
    }, SILENT_MS);
  };

  const open = (): void => {
    close();
    if (watched.length === 0) return;
    const query = new URLSearchParams(watched.map((user) => ['user', user]));
    if (last !== null) query.set('after', last);
    const users = watched;
    const mine = new EventSource(`/sandbox/api/events?${query}`);
    source = mine;
    const on = (type: string, hear: (event: MessageEvent<string>) => void): void => {
      mine.addEventListener(type, (event) => {
        if (source !== mine) return;
        alive();
        hear(event as MessageEvent<string>);
      });
    };
    on('open', (event) => {
      // The browser's own event of this name carries nothing; the server's carries the epoch.
      if (typeof event.data !== 'string') return;
      last = event.lastEventId;
      opened = { kind: 'open', epoch: event.data, users, at: Number(event.lastEventId) };
      tellAll(opened);
    });
    on('beat', () => undefined);
    for (const type of ['message', 'update'] as const)
      on(type, (event) => {
        last = event.lastEventId;
        const told = JSON.parse(event.data) as Omit<StreamEvent, 'type' | 'id'>;
        tellAll({ kind: 'event', event: { ...told, type, id: Number(event.lastEventId) } });
      });
    mine.addEventListener('error', () => {
      if (source !== mine) return;
      lost();
      // Where the server answered with an error the browser gives up for good.
      if (mine.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    });
    alive();
  };

  /** Pages that have said whom they watch since the stream was last looked at. */
  const asked = new Set<(said: FromHub) => void>();
  let looking: ReturnType<typeof setTimeout> | undefined;
  const follow = (): void => {
    looking = undefined;
    const wanted = [...new Set([...pages.values()].flat())].toSorted();
    const same = wanted.join('\n') === watched.join('\n');
    watched = wanted;
    if (!same) open();
    else if (opened !== null) for (const tell of asked) tell(opened);
    asked.clear();
  };

  return {
    join(tell) {
      pages.set(tell, []);
      return (heard) => {
        if ('bye' in heard) pages.delete(tell);
        else {
          pages.set(tell, heard.watch);
          asked.add(tell);
        }
        // Somebody who becomes somebody else says two things at once.
        looking ??= setTimeout(follow, 10);
      };
    },
  };
}
