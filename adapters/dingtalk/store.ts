/** A card of ours as DingTalk knows it. */
export interface SentCard {
  /** `outTrackId` */
  readonly id: string;
  /** What presses on it name it by in the rest of the product. */
  readonly surface: string;
  /** Where it stands, as the rest of the product addresses it: presses do not say it of one-to-one chats. */
  readonly conversation: string;
  /** Its message in the chat, by which a quote of it is told; null: DingTalk did not say. */
  readonly carrier: string | null;
}

/** What was last seen of DingTalk, for `doctor`. */
export interface DingTalkSeen {
  /** When something came that was ours; null: never. */
  readonly heardAt: Date | null;
  /** HTTP mode: when a request came whose signature was wrong. */
  readonly refusedAt: Date | null;
  /** When a frame came without its text because the month's messages were used up. */
  readonly mutedAt: Date | null;
}

/** What the DingTalk adapter keeps. Every method rejects with `StoreUnavailable` when the store cannot be reached. */
export interface DingTalkStore {
  /** Notes a card once it is posted; again: the newer carrier counts. */
  sent(card: SentCard, at: Date): Promise<void>;
  /** Null: none of ours. */
  card(id: string): Promise<SentCard | null>;
  /** The card that a message of the chat carries; null: none of ours. */
  cardOf(carrier: string): Promise<string | null>;
  /** Notes that somebody has a view of their own of a card since this moment. */
  viewed(card: string, user: string, at: Date): Promise<void>;
  /** Who has had a view of their own of a card since before this moment, by user id. */
  viewsBefore(card: string, before: Date): Promise<readonly string[]>;
  forgetViews(card: string, before: Date): Promise<void>;
  /** Whether the bot was heard in a group before. */
  knows(group: string): Promise<boolean>;
  /** Notes that it was. */
  meet(group: string, at: Date): Promise<void>;
  /** The media id under which a file of ours lies at DingTalk; null: nowhere yet. */
  mediaOf(file: string): Promise<string | null>;
  keepMedia(file: string, media: string, at: Date): Promise<void>;
  seen(): Promise<DingTalkSeen>;
  see(what: keyof DingTalkSeen, at: Date): Promise<void>;
}
