import type { Response } from 'express';
import type { Clock } from '../../src/clock.ts';
import type { Feed } from './feed.ts';
import { shown } from './show.ts';
import type { SandboxMessage, SandboxStore } from './store.ts';

const HEARTBEAT_MS = 15_000;
/** Bytes a client may leave unread before it is dropped; it resumes where it was. */
const MAX_UNREAD = 1024 * 1024;
const BATCH = 200;
/** Live messages that may wait while a client is still reading what it missed. */
const MAX_WAITING = 10_000;

/** Somebody who listens. */
export interface Viewer {
  readonly user: string;
  /** Whether they are in this conversation at this moment, and all they are in. */
  readonly isIn: (conversation: string) => boolean;
  readonly conversations: () => readonly string[];
}

/** Live streams of what people may see. */
export interface Streams {
  /** Streams what these people see as one, each event with who of them sees it; `after`: first what changed since that event, from the store; the id of `open` is where it really begins. */
  open(res: Response, viewers: readonly Viewer[], after: number | null): Promise<void>;
  /** Ends all streams. */
  close(): void;
}

/** `epoch` names what the store holds: it is another one when everything was forgotten. */
export function createStreams(store: SandboxStore, feed: Feed, clock: Clock, epoch: () => string): Streams {
  const ends = new Set<() => void>();

  return {
    async open(res, viewers, after) {
      const waiting: SandboxMessage[] = [];
      let live = false;
      let open = true;
      let cancelBeat: (() => void) | null = null;

      const write = (text: string): void => {
        if (!open) return;
        res.write(text);
        if (live && res.writableLength > MAX_UNREAD) end(true);
      };
      const drained = async (): Promise<void> => {
        if (!open || !res.writableNeedDrain) return;
        await new Promise<void>((resolve) => {
          res.once('drain', resolve).once('close', resolve);
        });
      };
      const seenBy = (message: SandboxMessage): string[] =>
        viewers
          .filter(({ user }) => message.visibleTo === null || message.visibleTo === user)
          .filter(({ isIn }) => isIn(message.conversation))
          .map(({ user }) => user);
      const tell = (message: SandboxMessage, since: number): void => {
        const users = seenBy(message);
        if (users.length === 0) return;
        const type = message.created > since ? 'message' : 'update';
        const data = JSON.stringify({ conversation: message.conversation, users, message: shown(message) });
        write(`id: ${message.change}\nevent: ${type}\ndata: ${data}\n\n`);
      };
      const beat = (): void => {
        // An event and not a comment, so that a page can tell a quiet stream from a dead one.
        write(`event: beat\ndata: ${epoch()}\n\n`);
        cancelBeat = clock.after(HEARTBEAT_MS, beat);
      };
      const unsubscribe = feed.subscribe((message) => {
        if (live) tell(message, message.change - 1);
        else if (seenBy(message).length > 0 && waiting.push(message) > MAX_WAITING) end(true);
      });
      const end = (dropped: boolean): void => {
        if (!open) return;
        open = false;
        unsubscribe();
        cancelBeat?.();
        ends.delete(leave);
        if (dropped) res.destroy();
        else res.end();
      };
      const leave = (): void => {
        end(false);
      };
      ends.add(leave);
      res.on('close', leave);
      res.on('error', leave);

      const upTo = feed.position();
      // Numbers that no message carries are given again after a restart: what a client names may be still to come.
      const since = after === null ? upTo : Math.min(after, upTo);
      res.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      });
      write(`retry: 1000\nid: ${since}\nevent: open\ndata: ${epoch()}\n\n`);
      cancelBeat = clock.after(HEARTBEAT_MS, beat);
      try {
        let from = since;
        const conversations = [...new Set(viewers.flatMap((viewer) => viewer.conversations()))];
        const users = viewers.map(({ user }) => user);
        while (ends.has(leave) && from < upTo) {
          const batch = await store.changed({ conversations, users, after: from, upTo, limit: BATCH });
          for (const message of batch) {
            tell(message, since);
            await drained();
          }
          from = batch.length < BATCH ? upTo : (batch.at(-1)?.change ?? upTo);
        }
      } catch {
        // The headers are out: the client comes back by itself and asks again from where it was.
        end(true);
        return;
      }
      for (const message of waiting) tell(message, message.change - 1);
      live = true;
    },
    close() {
      for (const leave of ends) leave();
    },
  };
}
