import type { Connection } from 'mongoose';
import type { DingTalkSeen, DingTalkStore, SentCard } from '../../adapters/dingtalk/store.ts';
import { collection, reaching } from './connection.ts';

interface Card extends Omit<SentCard, 'id'> {
  readonly _id: string;
  readonly at: Date;
}

/** Somebody has a view of their own of a card. */
interface OwnView {
  readonly _id: string;
  readonly card: string;
  readonly user: string;
  readonly at: Date;
}

interface Media {
  readonly _id: string;
  readonly media: string;
  readonly at: Date;
}

/** The one document of its kind. */
interface State extends DingTalkSeen {
  readonly _id: 'dingtalk';
}

/** Nobody presses on or quotes a card that was not touched for so long, seconds. */
const CARD_S = 180 * 86_400;
/** Uploads are made anew after this, well before anybody would miss them. */
const MEDIA_S = 30 * 86_400;

/** What the DingTalk adapter keeps: which card is which surface, who has a view of their own of it, uploads, what `doctor` asks for. */
export function dingtalkStore(connection: Connection) {
  const text = { type: String, required: true };
  const when = { type: Date, required: true };
  const cards = collection<Card>(
    connection,
    'dingtalk_cards',
    {
      _id: text,
      surface: text,
      conversation: text,
      carrier: { type: String, default: null },
      at: when,
    },
    [{ fields: { carrier: 1 } }, { fields: { at: 1 }, options: { expireAfterSeconds: CARD_S } }],
  );
  const views = collection<OwnView>(connection, 'dingtalk_views', { _id: text, card: text, user: text, at: when }, [
    { fields: { card: 1 } },
    { fields: { at: 1 }, options: { expireAfterSeconds: CARD_S } },
  ]);
  const groups = collection<{ readonly _id: string; readonly at: Date }>(connection, 'dingtalk_groups', {
    _id: text,
    at: when,
  });
  const media = collection<Media>(connection, 'dingtalk_media', { _id: text, media: text, at: when }, [
    { fields: { at: 1 }, options: { expireAfterSeconds: MEDIA_S } },
  ]);
  const states = collection<State>(connection, 'dingtalk_state', {
    _id: text,
    heardAt: { type: Date, default: null },
    refusedAt: { type: Date, default: null },
    mutedAt: { type: Date, default: null },
  });

  const store: DingTalkStore = {
    sent: ({ id, surface, conversation, carrier }, at) =>
      reaching(async () => {
        const $set = { surface, conversation, at, ...(carrier !== null && { carrier }) };
        await cards.updateOne({ _id: id }, { $set }, { upsert: true });
      }),
    card: (id) =>
      reaching(async () => {
        const found = await cards.findById(id).lean<Card>();
        return found === null
          ? null
          : { id, surface: found.surface, conversation: found.conversation, carrier: found.carrier };
      }),
    cardOf: (carrier) => reaching(async () => (await cards.findOne({ carrier }).lean<Card>())?._id ?? null),
    viewed: (card, user, at) =>
      reaching(async () => {
        await views.updateOne({ _id: `${card}\n${user}` }, { $set: { card, user, at } }, { upsert: true });
      }),
    viewsBefore: (card, before) =>
      reaching(async () => {
        const found = await views.find({ card }).lean<OwnView[]>();
        return found.filter(({ at }) => at < before).map(({ user }) => user);
      }),
    forgetViews: (card, before) =>
      reaching(async () => {
        await views.deleteMany({ card, at: { $lt: before } });
      }),
    knows: (group) => reaching(async () => (await groups.findById(group).lean()) !== null),
    meet: (group, at) =>
      reaching(async () => {
        await groups.updateOne({ _id: group }, { $setOnInsert: { at } }, { upsert: true });
      }),
    mediaOf: (file) => reaching(async () => (await media.findById(file).lean<Media>())?.media ?? null),
    keepMedia: (file, id, at) =>
      reaching(async () => {
        await media.updateOne({ _id: file }, { $set: { media: id, at } }, { upsert: true });
      }),
    seen: () =>
      reaching(async () => {
        const {
          heardAt = null,
          refusedAt = null,
          mutedAt = null,
        } = (await states.findById('dingtalk').lean<State>()) ?? {};
        return { heardAt, refusedAt, mutedAt };
      }),
    see: (what, at) =>
      reaching(async () => {
        await states.updateOne({ _id: 'dingtalk' }, { $set: { [what]: at } }, { upsert: true });
      }),
  };
  return { models: [cards, views, groups, media, states], ...store };
}
