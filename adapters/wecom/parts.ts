import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import type { Log } from '../../src/log.ts';
import type { Grant, Sink } from '../adapter.ts';
import type { FilesIn } from './files-in.ts';
import type { People } from './people.ts';
import type { Posting } from './posting.ts';
import type { WeComStore } from './store.ts';
import type { Words } from './words.ts';

/** What every part of the inbound side stands on. */
export interface InboundParts {
  readonly app: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly sink: () => Sink;
  readonly store: WeComStore;
  readonly people: People;
  readonly files: FilesIn;
  readonly posting: Posting;
  readonly words: Words;
  /** What the adapter says by itself is said in it. */
  readonly locale: Locale;
  /** What a promise comes to within so many ms; `late` when it fails or does not. */
  readonly within: <T>(asked: Promise<T>, ms: number, late: T) => Promise<T>;
  /** Hears of what failed that nothing is lost by. */
  readonly onFailure: (error: unknown) => void;
}

/** A press on a card of ours, from whichever side it came. */
export interface Click {
  /** The same when the platform says it again. */
  readonly id: string;
  readonly user: string;
  /** Where it was made, where the card is not known. */
  readonly conversation: string;
  /** `task_id` as the click has it. */
  readonly task: string;
  /** The key of the button. */
  readonly key: string;
  /** What is chosen on the card, by question: WeCom sends it along with every press. */
  readonly chosen: ReadonlyMap<string, readonly string[]>;
  /** What the press lent for changing the card; `surface`: the card, as the rest of the product names it. Null: nothing. */
  readonly lent: ((surface: string) => Grant) | null;
}

/** Works on a press. `stored`: it may be acknowledged. Rejects with `StoreUnavailable` when it could not be stored and nobody was told so. */
export type Clicked = (click: Click, stored: () => void) => Promise<void>;
