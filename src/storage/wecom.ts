import type { Connection } from 'mongoose';
import type { SentCard, WeComSeen, WeComStore } from '../../adapters/wecom/store.ts';
import { collection, reaching } from './connection.ts';

interface Card extends Omit<SentCard, 'task'> {
  readonly _id: string;
  readonly at: Date;
}

interface Media {
  readonly _id: string;
  readonly media: string;
  readonly at: Date;
}

/** The one document of its kind. */
interface State extends WeComSeen {
  readonly _id: 'wecom';
}

/** Nobody presses on a card that is so old, seconds. */
const CARD_S = 180 * 86_400;
/** WeCom keeps uploads for three days; they are made anew well before, seconds. */
const MEDIA_S = 60 * 3_600;

/** What the WeCom adapter keeps: which card is which surface, in which chats the smart bot may speak, uploads, what `doctor` asks for. */
export function wecomStore(connection: Connection) {
  const text = { type: String, required: true };
  const when = { type: Date, required: true };
  const cards = collection<Card>(
    connection,
    'wecom_cards',
    { _id: text, surface: text, conversation: text, at: when },
    [{ fields: { at: 1 }, options: { expireAfterSeconds: CARD_S } }],
  );
  const chats = collection<{ readonly _id: string; readonly at: Date }>(connection, 'wecom_chats', {
    _id: text,
    at: when,
  });
  const media = collection<Media>(connection, 'wecom_media', { _id: text, media: text, at: when }, [
    { fields: { at: 1 }, options: { expireAfterSeconds: MEDIA_S } },
  ]);
  const states = collection<State>(connection, 'wecom_state', {
    _id: text,
    heardAt: { type: Date, default: null },
    refusedAt: { type: Date, default: null },
    verifiedAt: { type: Date, default: null },
    botHeardAt: { type: Date, default: null },
  });

  const store: WeComStore = {
    sent: ({ task, surface, conversation }, at) =>
      reaching(async () => {
        await cards.updateOne({ _id: task }, { $setOnInsert: { surface, conversation, at } }, { upsert: true });
      }),
    card: (task) =>
      reaching(async () => {
        const found = await cards.findById(task).lean<Card>();
        return found === null ? null : { task, surface: found.surface, conversation: found.conversation };
      }),
    knows: (chat) => reaching(async () => (await chats.findById(chat).lean()) !== null),
    meet: (chat, at) =>
      reaching(async () => {
        await chats.updateOne({ _id: chat }, { $setOnInsert: { at } }, { upsert: true });
      }),
    mediaOf: (file) => reaching(async () => (await media.findById(file).lean<Media>())?.media ?? null),
    keepMedia: (file, id, at) =>
      reaching(async () => {
        await media.updateOne({ _id: file }, { $set: { media: id, at } }, { upsert: true });
      }),
    seen: () =>
      reaching(async () => {
        const found = await states.findById('wecom').lean<State>();
        const { heardAt = null, refusedAt = null, verifiedAt = null, botHeardAt = null } = found ?? {};
        return { heardAt, refusedAt, verifiedAt, botHeardAt };
      }),
    see: (what, at) =>
      reaching(async () => {
        await states.updateOne({ _id: 'wecom' }, { $set: { [what]: at } }, { upsert: true });
      }),
  };
  return { models: [cards, chats, media, states], ...store };
}
