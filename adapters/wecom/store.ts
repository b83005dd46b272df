/** A card of ours as WeCom knows it. */
export interface SentCard {
  /** `task_id` */
  readonly task: string;
  /** What presses on it name it by in the rest of the product. */
  readonly surface: string;
  /** Where it stands, as the rest of the product addresses it. */
  readonly conversation: string;
}

/** What was last seen of WeCom, for `doctor`. */
export interface WeComSeen {
  /** When a callback came that was ours; null: never. */
  readonly heardAt: Date | null;
  /** When one came that was not signed as ours. */
  readonly refusedAt: Date | null;
  /** When WeCom last verified the address. */
  readonly verifiedAt: Date | null;
  /** When the smart bot was last spoken to or pressed. */
  readonly botHeardAt: Date | null;
}

/** What the WeCom adapter keeps. Every method rejects with `StoreUnavailable` when the store cannot be reached. */
export interface WeComStore {
  /** Notes a card before it is posted: a press may come before the answer does. Again: nothing changes. */
  sent(card: SentCard, at: Date): Promise<void>;
  /** Null: none of ours. */
  card(task: string): Promise<SentCard | null>;
  /** Whether the smart bot was heard in a chat before: only there it may speak unasked. */
  knows(chat: string): Promise<boolean>;
  /** Notes that it was. */
  meet(chat: string, at: Date): Promise<void>;
  /** The media id under which a file of ours lies at WeCom, while it does (three days); null: nowhere. */
  mediaOf(file: string): Promise<string | null>;
  keepMedia(file: string, media: string, at: Date): Promise<void>;
  seen(): Promise<WeComSeen>;
  see(what: keyof WeComSeen, at: Date): Promise<void>;
}
