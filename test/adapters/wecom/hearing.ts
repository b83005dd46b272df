import type { Accepted, AcceptOptions, InboundEvent, InboundMessage, Sink } from '../../../adapters/adapter.ts';
import { createBotHeard } from '../../../adapters/wecom/bot-inbound.ts';
import type { Piece } from '../../../adapters/wecom/files-in.ts';
import type { Click, Clicked, InboundParts } from '../../../adapters/wecom/parts.ts';
import type { Attachment } from '../../../src/domain/attachment.ts';
import { StoreUnavailable } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { BOT } from './bot-server.ts';
import { botting, turns, until, type Botting } from './botting.ts';

export const CHAT = 'wrAbCdEF_case';
export const LILEI = 'LiLei';
/** Whom a bot names so that no super administrator made; nobody can tell who it is. */
export const HIDDEN = 'woAJ2GCAAAXtWyujaWJHDDGi0mACAAAA';
export const AWAY = new StoreUnavailable(new Error('test'));
export const IN_GROUP = { chattype: 'group', chatid: CHAT };
export const ALONE = { chattype: 'single' };

type Body = Readonly<Record<string, unknown>>;
interface To {
  readonly conversation: string;
  readonly user: string;
}
type Fault = 'accept' | 'see' | 'people' | 'files' | 'meet' | 'form' | 'tell';

/** A bot that is connected and heard, and what came of it. */
export interface Hearing {
  readonly running: Botting;
  readonly events: { readonly event: InboundEvent; readonly options: AcceptOptions | undefined }[];
  readonly clicks: Click[];
  readonly told: (To & { readonly words: string; readonly key: string })[];
  readonly forms: (To & { readonly key: string })[];
  readonly pieces: (readonly Piece[])[];
  readonly seen: Date[];
  /** Chats the bot was heard in. */
  readonly known: Set<string>;
  /** What each fails with from now on. */
  fails: Partial<Record<Fault, Error>>;
  /** By default a press is noted and stored. */
  clicked: Clicked;
  answer: Accepted;
  /** Frames that came so far: the last was `q-N`. */
  count: number;
  /** Each gives the id of what is said or happens. */
  readonly says: (body: Body) => string;
  readonly saysText: (content: string, over?: Body) => string;
  readonly happens: (event: Body, over?: Body) => string;
  /** The last message, when so many came. */
  readonly heard: (times?: number) => Promise<InboundMessage>;
  /** Everything that came so far was dealt with. */
  readonly dealt: () => Promise<void>;
}

export async function hearing(): Promise<Hearing> {
  const running = await botting();
  const { clock, lines, bot } = running;
  const orFails = async <T>(what: Fault, value: () => T): Promise<T> => {
    const failure = hear.fails[what];
    if (failure !== undefined) throw failure;
    return value();
  };
  const comes = (cmd: string, body: Body): string => {
    hear.count += 1;
    const msgid = `CAIQ-${hear.count}`;
    running.server.pushes({
      cmd,
      headers: { req_id: `q-${hear.count}` },
      body: { msgid, aibotid: BOT, create_time: 1_700_000_000, from: { userid: LILEI }, ...body },
    });
    return msgid;
  };
  const messages = (): readonly InboundMessage[] =>
    hear.events.flatMap(({ event }) => (event.kind === 'message' ? [event] : []));
  const hear: Hearing = {
    running,
    events: [],
    clicks: [],
    told: [],
    forms: [],
    pieces: [],
    seen: [],
    known: new Set(),
    fails: {},
    clicked: async (click, stored) => {
      hear.clicks.push(click);
      stored();
    },
    answer: { stored: true },
    count: 0,
    says: (body) => comes('aibot_msg_callback', body),
    saysText: (content, over = IN_GROUP) => hear.says({ msgtype: 'text', text: { content }, ...over }),
    happens: (event, over = IN_GROUP) => comes('aibot_event_callback', { msgtype: 'event', event, ...over }),
    async heard(times = 1) {
      await until(() => messages().length, times);
      const message = messages().at(-1);
      if (message === undefined) throw new Error('nothing was heard');
      return message;
    },
    async dealt() {
      await bot.send(CHAT, 'group', {});
      await turns(10);
    },
  };
  const sink: Pick<Sink, 'accept'> = {
    accept: (event, options) =>
      orFails('accept', () => {
        hear.events.push({ event, options });
        options?.stored?.();
        return hear.answer;
      }),
  };
  const parts = {
    app: 'wecom',
    clock,
    log: createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } }),
    sink: () => sink,
    store: {
      knows: async (chat: string) => hear.known.has(chat),
      meet: (chat: string) => orFails('meet', () => void hear.known.add(chat)),
      see: (what: string, at: Date) => orFails('see', () => void (what === 'botHeardAt' && hear.seen.push(at))),
    },
    people: {
      userIdOf: (id: string) => orFails('people', () => (id === HIDDEN ? null : id === 'woLiLei' ? LILEI : id)),
      lookUp: async (user: string) => (user === LILEI ? { name: '李雷' } : null),
    },
    files: {
      take: (given: readonly Piece[]) =>
        orFails('files', () => {
          hear.pieces.push(given);
          return given.map(({ kind }) => ({ name: kind }) as unknown as Attachment);
        }),
    },
    posting: {
      tell: ({ conversation, user }: To, words: string, key: string) =>
        orFails('tell', () => void hear.told.push({ conversation, user, words, key })),
      form: ({ conversation, user }: To, _: unknown, key: string) =>
        orFails('form', () => void hear.forms.push({ conversation, user, key })),
    },
    words: (key: string) => `(${key})`,
    locale: 'zh-CN',
    within: <T>(asked: Promise<T>, _: number, late: T) => asked.catch(() => late),
    onFailure: (error: unknown) => void running.failures.push(error),
  };
  Object.assign(
    running.on,
    createBotHeard({
      ...(parts as unknown as InboundParts),
      clicked: (click, stored) => hear.clicked(click, stored),
      bot: () => bot,
      met: new Set(),
    }),
  );
  await bot.open();
  return hear;
}
