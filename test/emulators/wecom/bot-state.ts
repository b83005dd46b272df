import type { BotEmulator, BotFrame, WeComBot } from './bot-driver.ts';
import type { CardState, State, StoredFile } from './state.ts';

export interface StoredBotMessage {
  readonly id: string;
  readonly chat: string;
  kind: string;
  text: string;
  readonly taskId: string;
  /** What everybody sees of the card; null: none. */
  card: CardState | null;
  /** What some see instead. */
  readonly own: Map<string, CardState>;
  readonly file: StoredFile | null;
  readonly answers: string | null;
  /** `stream.id`; null: none. */
  readonly stream: { readonly id: string; isDone: boolean; readonly began: number } | null;
  readonly warnings: string[];
  readonly sentAt: Date;
}

/** What a frame to the bot was about, for the answers that refer to it. */
export interface Request {
  readonly kind: 'said' | 'pressed' | 'entered' | 'other';
  readonly chat: string;
  readonly at: number;
  /** The message that was pressed; null: none. */
  readonly message: StoredBotMessage | null;
  isUsed: boolean;
}

export interface Upload {
  readonly type: string;
  readonly name: string;
  readonly chunks: (Uint8Array | null)[];
  readonly size: number;
  readonly md5: string;
}

export type BotSettings = Pick<
  BotEmulator,
  'pongs' | 'ackDelayMs' | 'encryptsUsers' | 'flatEvents' | 'perChat' | 'unopened'
>;

export interface BotState {
  readonly state: State;
  readonly bot: WeComBot;
  readonly url: () => string;
  readonly settings: BotSettings;
  /** Members of groups, by chat id as it is written. */
  readonly chats: Map<string, readonly string[]>;
  /** Where somebody has written to the bot. */
  readonly opened: Set<string>;
  readonly messages: StoredBotMessage[];
  readonly requests: Map<string, Request>;
  readonly tasks: Set<string>;
  readonly uploads: Map<string, Upload>;
  /** Encrypted files that people sent, by key. */
  readonly files: Map<string, { readonly name: string; readonly bytes: Uint8Array; readonly endsAt: number }>;
  readonly frames: BotFrame[];
}

export const BOT: WeComBot = {
  botId: 'aibEmulated0001',
  secret: 'emulated-bot-secret-0123456789abcdefghijkl',
  name: '工单助手',
};

export function createBotState(state: State, bot: Partial<WeComBot>, url: () => string): BotState {
  return {
    state,
    bot: { ...BOT, ...bot },
    url,
    settings: {
      pongs: true,
      ackDelayMs: 0,
      encryptsUsers: false,
      flatEvents: false,
      perChat: { minute: 30, hour: 1_000 },
      unopened: 93006,
    },
    chats: new Map(),
    opened: new Set(),
    messages: [],
    requests: new Map(),
    tasks: new Set(),
    uploads: new Map(),
    files: new Map(),
    frames: [],
  };
}
