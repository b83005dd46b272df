import type { Adapter } from '../../adapters/adapter.ts';
import type { Charts } from '../chart/charts.ts';
import type { Clock } from '../clock.ts';
import type { Directory } from '../domain/directory.ts';
import type { Route } from '../domain/routing.ts';
import type { Files } from '../files/file.ts';
import type { Ids } from '../ids.ts';
import type { Log } from '../log.ts';
import type { NoteFault } from '../fault.ts';
import type { Store } from '../storage/store.ts';
import type { Triaged } from '../triage/triage.ts';
import type { Vault } from '../vault.ts';
import type { Post } from '../webhooks/post.ts';
import type { LiveDirectory } from './live-directory.ts';
import type { Meter } from './meter.ts';
import type { LiveQuiet } from './quiet.ts';
import type { RosterReads } from './roster.ts';

/** What every station of the flow stands on; made once by the composition root. */
export interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly meter: Meter;
  readonly log: Log;
  /** Where what goes wrong on our side gets its number. */
  readonly noteFault: NoteFault;
  readonly vault: Vault;
  /** This process, for leases. */
  readonly process: string;
  /** The organisation as it is now. */
  readonly directory: () => Directory;
  readonly roster: RosterReads;
  /** Where what chat decides about it goes. */
  readonly live: LiveDirectory;
  /** Not null: the store was just restored and nothing may leave; asked by everything that sends. */
  readonly quiet: LiveQuiet;
  /** What a text is about, by the rules in force. */
  readonly triage: (text: string) => Triaged;
  readonly route: Route;
  /** The ticket each person changed last in this process: what 撤销 without a number means. */
  readonly recent: Map<string, string>;
  /** Where people reach this process, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly files: Files;
  /** Draws the pictures of digests. */
  readonly charts: Pick<Charts, 'render'>;
  /** The way to subscriptions. */
  readonly postWebhook: Post;
  /** By appKey. */
  readonly adapters: ReadonlyMap<string, Adapter>;
}
