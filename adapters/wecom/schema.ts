import * as z from 'zod';
import { derivedId } from '../../src/ids.ts';
import { listed } from '../shared/xml.ts';

/** Ids as WeCom has them: 64-bit numbers stay texts (fact sheet, 2.4). */
const id = z.string().min(1).max(128);
const word = z.string().max(1_024).optional();
const seconds = z.string().regex(/^\d{1,12}$/u);

const common = {
  FromUserName: id,
  CreateTime: seconds,
  MsgType: z.string().max(64),
  AgentID: z.string().max(20).optional(),
};

const picked = z.object({
  QuestionKey: z.string().max(1_024),
  OptionIds: z.object({ OptionId: z.unknown() }).optional(),
});

/** Choices by question: WeCom writes one as an element and several as several (2.5). */
const choices = z
  .object({ SelectedItem: z.unknown() })
  .optional()
  .transform((items): ReadonlyMap<string, readonly string[]> => {
    const found = new Map<string, readonly string[]>();
    for (const item of listed(items?.SelectedItem)) {
      const parsed = picked.safeParse(item);
      if (!parsed.success) continue;
      const options = listed(parsed.data.OptionIds?.OptionId).filter((o): o is string => typeof o === 'string');
      found.set(parsed.data.QuestionKey, options);
    }
    return found;
  });
/** An element without anything in it is an empty text. */
const maybe = <T extends z.ZodType>(of: T) => z.preprocess((value) => (value === '' ? undefined : value), of);

const incoming = z.object({
  ...common,
  MsgId: maybe(
    z
      .string()
      .regex(/^\d{1,24}$/u)
      .optional(),
  ),
  Content: z.string().optional(),
  MediaId: maybe(word),
  Location_X: word,
  Location_Y: word,
  Label: word,
  Title: word,
  Description: word,
  Url: z.string().max(4_096).optional(),
  Event: z.string().max(64).optional(),
  EventKey: word,
  TaskId: word,
  ResponseCode: word,
  SelectedItems: maybe(choices),
});

/** What came from the app, of whatever sort. */
export type AppEvent =
  | {
      readonly kind: 'message';
      readonly id: string;
      readonly user: string;
      readonly sort: 'text' | 'image' | 'voice' | 'video' | 'file' | 'location' | 'link';
      /** What is said, where it is said in words. */
      readonly text: string;
      readonly mediaId: string | null;
    }
  /** A message that cannot be read. */
  | { readonly kind: 'unreadable'; readonly id: string; readonly user: string }
  | {
      readonly kind: 'click';
      readonly id: string;
      readonly user: string;
      readonly task: string;
      readonly key: string;
      readonly code: string | null;
      readonly chosen: ReadonlyMap<string, readonly string[]>;
    }
  | { readonly kind: 'menu'; readonly id: string; readonly user: string; readonly key: string }
  | { readonly kind: 'joined' | 'left'; readonly id: string; readonly user: string }
  /** Nothing that anybody has to do anything about: somebody opened the app, or a page of it. */
  | { readonly kind: 'other'; readonly id: string; readonly user: string };

const CLICKS: ReadonlySet<string> = new Set(['template_card_event', 'template_card_menu_event']);
const LIFE: ReadonlyMap<string, 'joined' | 'left'> = new Map([
  ['subscribe', 'joined'],
  ['unsubscribe', 'left'],
]);
/** The official list has no files (2.4): they are read as other media are. */
const MEDIA: ReadonlySet<string> = new Set(['image', 'voice', 'video', 'file']);
const SORTS: ReadonlySet<string> = new Set([...MEDIA, 'text', 'location', 'link']);

type Incoming = z.output<typeof incoming>;

/** Reads what a callback held; null: it is of a shape that nobody knows. `read`: of `readXml`. */
export function readAppEvent(read: unknown): AppEvent | null {
  const parsed = incoming.safeParse(read);
  return parsed.success ? eventOf(parsed.data) : null;
}

/** The agent it is for, and the corporation; both stand in what was encrypted. */
export const addresseeOf = (
  read: Readonly<Record<string, unknown>>,
): { readonly corp: unknown; readonly agent: unknown } => ({
  corp: read['ToUserName'],
  agent: read['AgentID'],
});

function eventOf(from: Incoming): AppEvent {
  const { FromUserName: user, MsgType: type, Event: event = '' } = from;
  if (type !== 'event') {
    const id = messageId(from);
    const mediaId = MEDIA.has(type) ? (from.MediaId ?? null) : null;
    if (!SORTS.has(type) || (mediaId === null && MEDIA.has(type))) return { kind: 'unreadable', id, user };
    const sort = type as Extract<AppEvent, { kind: 'message' }>['sort'];
    return { kind: 'message', id, user, sort, text: wordsIn(from, sort), mediaId };
  }
  const id = eventId(from);
  const { EventKey: key = '', TaskId: task = '', ResponseCode: code, SelectedItems: chosen } = from;
  if (CLICKS.has(event)) return { kind: 'click', id, user, task, key, code: code ?? null, chosen: chosen ?? new Map() };
  if (event === 'click') return { kind: 'menu', id, user, key };
  return { kind: LIFE.get(event) ?? 'other', id, user };
}

/** Repeats bear the same `MsgId`; where there is none, what is in it makes it one (2.3). */
const messageId = ({ MsgId, FromUserName, CreateTime, MsgType, Content = '', MediaId = '' }: Incoming): string =>
  MsgId === undefined
    ? `d:${derivedId('wecom-message', FromUserName, CreateTime, MsgType, Content, MediaId)}`
    : `m:${MsgId}`;

/** Events bear no id (2.3). A second press of the same button within a second is the same one. */
const eventId = ({ FromUserName, CreateTime, Event = '', EventKey = '', TaskId = '' }: Incoming): string =>
  `e:${derivedId('wecom-event', FromUserName, CreateTime, Event, EventKey, TaskId)}`;

function wordsIn(from: Incoming, sort: string): string {
  if (sort === 'text') return from.Content ?? '';
  if (sort === 'location')
    return [from.Label, [from.Location_X, from.Location_Y].filter(Boolean).join(', ')].filter(Boolean).join('\n');
  if (sort === 'link') return [from.Title, from.Description, from.Url].filter(Boolean).join('\n');
  return '';
}
