import * as z from 'zod';
import type { Piece } from './files-in.ts';

/** What comes over the smart bot's connection, as far as it is read; whatever else stands in it is ignored (fact sheet, 4.4 and 4.5). */

const id = z.string().min(1).max(190);
/** What may be missing: in another shape it is as good as absent, and the rest is read all the same. */
const said = <T extends z.ZodType>(shape: T) => shape.nullish().catch(null);
const word = said(z.string());

const words = said(z.object({ content: word }));
const file = said(z.object({ url: z.string().min(1).max(4_096), aeskey: word }));
const item = z.object({ msgtype: word, text: words, image: file });

/** Which of these stand there, the type says. A recording is its transcript: WeCom keeps the sound to itself. */
const content = z.object({
  /** `text`, `image`, `mixed`, `voice`, `file`, `video`, or what no page names. */
  msgtype: z.string(),
  text: words,
  image: file,
  voice: words,
  file,
  video: file,
  mixed: said(z.object({ msg_item: z.array(item.nullable().catch(null)).max(500) })),
});
type Content = z.output<typeof content>;

const came = {
  msgid: id,
  chattype: z.enum(['single', 'group']).nullish(),
  /** Of groups only. Capitals count: in small letters it is no chat at all. */
  chatid: z.string().max(190).nullish(),
  /** The user id, or one that an app has to ask for it by. */
  from: z.object({ userid: id }),
};
/** Where it came from. */
type Place = Pick<z.output<z.ZodObject<typeof came>>, 'chattype' | 'chatid'>;
const isPlaced = ({ chattype, chatid }: Place): boolean => chattype !== 'group' || Boolean(chatid);

/** What people say to the bot. */
export const botMessage = z.object({ ...came, ...content.shape, quote: said(content) }).refine(isPlaced);
export type BotMessage = z.output<typeof botMessage>;

/** Some samples have one thing where others have a list of one. */
const many = <T extends z.ZodType>(shape: T) => z.union([z.array(shape).max(100), shape.transform((one) => [one])]);
const press = {
  event_key: said(z.string().min(1).max(4_096)),
  task_id: said(id),
  selected_items: said(
    z.object({
      selected_item: many(
        z.object({ question_key: z.string(), option_ids: said(z.object({ option_id: many(z.string()) })) }),
      ),
    }),
  ),
};

/** What people do around it. The SDK's own samples have a press flat; what comes is nested. */
export const botEvent = z
  .object({
    ...came,
    event: z.object({ eventtype: z.string(), ...press, template_card_event: said(z.object(press)) }),
  })
  .refine(isPlaced);
export type BotEvent = z.output<typeof botEvent>;

/** The group it came from; null: the bot alone was spoken to. */
export const chatOf = ({ chattype, chatid }: Place): string | null =>
  chattype === 'single' || !chatid ? null : chatid;

/** What was pressed, and what is chosen on its card, by question; null: nothing that could be worked on. */
export function pressIn({ event }: BotEvent): {
  readonly task: string;
  readonly key: string;
  readonly chosen: ReadonlyMap<string, readonly string[]>;
} | null {
  for (const pressed of [event.template_card_event, event]) {
    if (pressed?.event_key == null || pressed.task_id == null) continue;
    const items = pressed.selected_items?.selected_item ?? [];
    const chosen = new Map(items.map((one) => [one.question_key, one.option_ids?.option_id ?? []] as const));
    return { task: pressed.task_id, key: pressed.event_key, chosen };
  }
  return null;
}

const KINDS = { image: 'picture', file: 'file', video: 'video' } as const;

/** Without its key it cannot be read, and is told of all the same. */
const pieceOf = (kind: Piece['kind'], given: z.output<typeof file>): readonly Piece[] =>
  given == null ? [] : [{ kind, url: given.url, aesKey: given.aeskey ?? '' }];

function piecesIn({ msgtype, mixed, ...given }: Content): readonly Piece[] {
  if (msgtype === 'mixed') return (mixed?.msg_item ?? []).flatMap((one) => pieceOf('picture', one?.image));
  return msgtype === 'image' || msgtype === 'file' || msgtype === 'video'
    ? pieceOf(KINDS[msgtype], given[msgtype])
    : [];
}

function wordsIn({ msgtype, text, voice, mixed }: Content): string {
  if (msgtype === 'text') return text?.content ?? '';
  if (msgtype === 'voice') return voice?.content ?? '';
  const parts = msgtype === 'mixed' ? (mixed?.msg_item ?? []) : [];
  return parts.flatMap((one) => one?.text?.content ?? []).join('\n');
}

/** Nothing tells how the bot is called: what it is named by stands first, or else last (`@工单助手 认领 4821`). */
const withoutMention = (text: string): string =>
  text.startsWith('@') ? text.replace(/^@\S+/u, '').trimStart() : text.replace(/\s+@\S+$/u, '');

/** What a message says: its words, without the bot's name where that had to be said, and its files. Null: of a type that cannot be read. */
export function saidIn(message: BotMessage): { readonly text: string; readonly pieces: readonly Piece[] } | null {
  const readOf = (given: Content) => ({ text: wordsIn(given).trim(), pieces: piecesIn(given) });
  const own = readOf(message);
  const text = chatOf(message) === null ? own.text : withoutMention(own.text);
  if (text !== '' || own.pieces.length > 0) return { text, pieces: own.pieces };
  // Whoever says nothing to what they quote wants it to be heard. Of what is quoted WeCom tells the content, not which message it is.
  if (message.quote != null) return readOf(message.quote);
  // A bare mention says nothing, and is heard; a picture without a picture is none.
  return message.msgtype === 'text' || own.text !== '' ? { text, pieces: [] } : null;
}
