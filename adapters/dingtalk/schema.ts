import * as z from 'zod';
import type { Piece } from './files-in.ts';

/** What DingTalk sends, as far as it is read; whatever else stands in it is ignored (fact sheet, 1.5, 2 and 4.3). */

const id = z.string().min(1).max(200);
const word = z.string().nullish();
/** What only field reports tell of: in another shape it is as good as absent, and the message is told all the same. */
const said = <T extends z.ZodType>(shape: T) => shape.nullish().catch(null);
/** Pages and samples differ in whether a number is a text. */
const figure = z.union([z.number(), z.string().regex(/^\d{1,16}$/u)]);
const moment = said(figure.transform(Number));

/** Stands as error code in a message that has lost its text: the month's messages are used up (fact sheet, 2). */
export const QUOTA_SPENT = '20001';

/** Headers of a frame. Events alone have the latter four. */
const headers = z.object({
  topic: z.string(),
  /** New with every delivery of the same; absent, nothing can be acknowledged. */
  messageId: word,
  eventType: word,
  eventId: word,
  eventCorpId: word,
  eventBornTime: said(figure),
});
export type FrameHeaders = z.output<typeof headers>;

/** A frame of the Stream, on its way down (1.5). `data` is a text that holds JSON. */
export const frame = z.object({ type: z.string(), headers, data: z.unknown().optional() });

/** What `connections/open` answers (1.4). The ticket is a secret: good for one connection, for 90 s. */
export const gateway = z.object({ endpoint: z.url({ protocol: /^wss?$/u }), ticket: z.string().min(1) });

const atUser = z.object({ dingtalkId: word, staffId: word, unionId: word });

const richPiece = z.object({ type: word, text: word, downloadCode: word });

/** Of every type but `text`; which of them stand there, the message's type says. */
const content = z.object({
  downloadCode: word,
  fileName: word,
  recognition: word,
  /** ms as a number, seconds as a text: the handbook's sample has "5" where the reference has 5000. */
  duration: said(figure),
  richText: said(z.array(richPiece.nullable().catch(null)).max(500)),
});

const quotedMessage = z.object({ msgId: word, msgType: word, senderId: word });

/** What people say to the robot, over Stream and HTTP alike (2). */
export const robotMessage = z.object({
  msgId: id,
  /** `text`, `richText`, `picture`, `audio`, `video`, `file`, or what no page names. */
  msgtype: z.string(),
  /** `1`: one-to-one. */
  conversationType: z.string(),
  conversationId: id,
  conversationTitle: word,
  /** Absent or empty: somebody of another organisation. */
  senderStaffId: word,
  /** No API takes it. */
  senderId: id,
  senderNick: z
    .string()
    .nullish()
    .transform((name) => name ?? ''),
  senderCorpId: word,
  chatbotUserId: word,
  robotCode: word,
  isInAtList: said(z.boolean()),
  atUsers: said(z.array(atUser).max(1_000)),
  sessionWebhook: word,
  /** ms since 1970 */
  sessionWebhookExpiredTime: moment,
  /** ms since 1970 */
  createAt: moment,
  text: said(z.object({ content: word, repliedMsg: said(quotedMessage) })),
  content: said(content),
  /** Two pages, two spellings. */
  errorCode: said(figure),
  errCode: said(figure),
  originalMsgId: said(z.string()),
  originalProcessQueryKey: said(z.string()),
});
export type RobotMessage = z.output<typeof robotMessage>;

/** A duration of less than a second is none: a text that small counts seconds. */
const inMs = (duration: string | number): number => {
  const value = Number(duration);
  return typeof duration === 'string' && value < 1_000 ? value * 1_000 : value;
};

const FILES = ['picture', 'audio', 'video', 'file'] as const;

/** The pictures, recordings, videos and files of a message, in order. */
export function piecesOf({ msgtype, content }: RobotMessage): readonly Piece[] {
  if (msgtype === 'richText')
    return (content?.richText ?? []).flatMap((piece) =>
      piece?.downloadCode ? [{ kind: 'picture', downloadCode: piece.downloadCode, name: null }] : [],
    );
  const kind = FILES.find((one) => one === msgtype);
  if (kind === undefined || !content?.downloadCode) return [];
  const { downloadCode, fileName, recognition, duration } = content;
  return [
    {
      kind,
      downloadCode,
      name: kind === 'file' && fileName ? fileName : null,
      ...(duration != null && { durationMs: inMs(duration) }),
      ...(recognition != null && { recognition }),
    },
  ];
}

/** What a message says in words, as they came; '' where it is files alone. Null: nothing in it can be read. */
export function textOf(message: RobotMessage): string | null {
  const { msgtype, text, content } = message;
  if (msgtype === 'text') return text?.content ?? null;
  const pieces = piecesOf(message);
  if (msgtype !== 'richText') return pieces.length > 0 ? '' : null;
  const words = (content?.richText ?? []).map((piece) => piece?.text ?? '').join('');
  return words === '' && pieces.length === 0 ? null : words;
}

/** A press or a submitted form (4.3). */
export const cardCallback = z.object({
  outTrackId: id,
  userId: id,
  corpId: word,
  spaceType: word,
  spaceId: word,
  content: z.unknown().optional(),
  value: z.unknown().optional(),
});
export type CardCallback = z.output<typeof cardCallback>;

const params = z.record(z.string(), z.unknown());
const pressed = z.object({
  cardPrivateData: said(z.object({ actionIds: said(z.array(z.coerce.string()).max(100)), params: said(params) })),
  params: said(params),
});

/** JSON in a text, as DingTalk packs it; what is no text stays as it is, undefined: it is none. */
export function unpackedJson(packed: unknown): unknown {
  if (typeof packed !== 'string') return packed;
  try {
    return JSON.parse(packed) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * What was pressed, with what its template binds to it and what its components add: values of any kind. The same stands in `content` and
 * `value`; older pages have the parameters beside `cardPrivateData`.
 */
export function paramsOf({ content, value }: CardCallback): {
  readonly actionIds: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
} {
  for (const packed of [content, value]) {
    const parsed = pressed.safeParse(unpackedJson(packed));
    if (!parsed.success) continue;
    const { cardPrivateData: inside, params: beside } = parsed.data;
    if (inside == null && beside == null) continue;
    return { actionIds: inside?.actionIds ?? [], params: inside?.params ?? beside ?? {} };
  }
  return { actionIds: [], params: {} };
}
