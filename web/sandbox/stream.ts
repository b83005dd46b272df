import { createHub, type FromHub, type ToHub } from './hub.ts';

export type Hearing = (said: FromHub) => void;

/** The page's side of the hub: who is watched from here, and who listens. */
export interface Stream {
  /** Hears of everything that is told until it is called off. */
  hear(hearing: Hearing): () => void;
  /** Watches one person until it is called off. */
  watch(user: string): () => void;
}

/** Talks to the hub that all tabs share; where a browser has no such worker, to one of its own. */
export function createStream(): Stream {
  const hearings = new Set<Hearing>();
  const watching: string[] = [];
  const tell: Hearing = (said) => {
    for (const hearing of hearings) hearing(said);
  };
  const send = typeof SharedWorker === 'undefined' ? createHub().join(tell) : toWorker(tell);
  const follow = (): void => {
    send({ watch: [...watching] });
  };
  addEventListener('pagehide', () => {
    send({ bye: true });
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) follow();
  });
  return {
    hear(hearing) {
      hearings.add(hearing);
      return () => hearings.delete(hearing);
    },
    watch(user) {
      watching.push(user);
      follow();
      return () => {
        watching.splice(watching.indexOf(user), 1);
        follow();
      };
    },
  };
}

function toWorker(tell: Hearing): (said: ToHub) => void {
  const worker = new SharedWorker(new URL('./hub-worker.ts', import.meta.url), { type: 'module', name: 'gongdan' });
  worker.port.addEventListener('message', ({ data }: MessageEvent<FromHub>) => {
    tell(data);
  });
  worker.port.start();
  return (said) => {
    worker.port.postMessage(said);
  };
}
