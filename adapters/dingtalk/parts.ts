import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import type { Log } from '../../src/log.ts';
import type { Sink } from '../adapter.ts';
import type { Signer } from '../shared/signed.ts';
import type { FilesIn } from './files-in.ts';
import type { People } from './people.ts';
import type { Posting } from './posting.ts';
import type { Rungs } from './rungs.ts';
import type { DingTalkStore } from './store.ts';
import type { Words } from './words.ts';

/** What every part of the inbound side stands on. */
export interface InboundParts {
  readonly app: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signer: Signer;
  readonly sink: () => Sink;
  readonly store: DingTalkStore;
  readonly people: People;
  readonly files: FilesIn;
  readonly posting: Posting;
  readonly rungs: Rungs;
  readonly words: Words;
  /** What the adapter says by itself is said in it. */
  readonly locale: Locale;
  /** Groups in which the bot was heard before. */
  readonly met: Set<string>;
  /** Something of DingTalk's came. */
  readonly heard: () => void;
  /** What a promise comes to within so many ms; `late` when it fails or does not. */
  readonly within: <T>(asked: Promise<T>, ms: number, late: T) => Promise<T>;
  /** Hears of what failed that nothing is lost by. */
  readonly onFailure: (error: unknown) => void;
}
