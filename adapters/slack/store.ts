/** One workspace, or one organisation, in which the app is installed. */
export interface SlackInstallation {
  /** The team's id; the enterprise's where the whole organisation has it. Also the name of the installation as an app. */
  readonly id: string;
  readonly name: string;
  /** Null for an organisation. */
  readonly team: string | null;
  readonly enterprise: string | null;
  readonly botToken: string;
  readonly botUser: string;
  readonly botId: string;
  readonly scopes: readonly string[];
  readonly at: Date;
}

/** What was last seen of Slack's own requests, for `doctor`. */
export interface SlackSeen {
  /** When a request came whose signature was right; null: never. */
  readonly verifiedAt: Date | null;
  /** When one came whose signature was wrong; null: never. */
  readonly refusedAt: Date | null;
}

/** What the Slack adapter keeps. Tokens are sealed before they reach the disk. Every method rejects with `StoreUnavailable` when the store cannot be reached. */
export interface SlackStore {
  /** Every installation that came by OAuth. */
  installations(): Promise<readonly SlackInstallation[]>;
  /** Counts every change of an installation: cheap to look at. */
  version(): Promise<number>;
  /** Puts it in the place of an earlier one of the same id. */
  install(installation: SlackInstallation): Promise<void>;
  /** False: there was none. */
  uninstall(id: string): Promise<boolean>;
  /** Where a file of ours was shared: what `share` noted; null: nowhere yet. */
  shared(key: string): Promise<string | null>;
  /** Notes that something was shared under a key as this Slack file. */
  share(key: string, file: string, at: Date): Promise<void>;
  seen(): Promise<SlackSeen>;
  see(what: keyof SlackSeen, at: Date): Promise<void>;
}
