import type { Connection } from 'mongoose';
import type { SandboxConversation, SandboxPerson } from '../../adapters/sandbox/world.ts';
import type { SandboxMessage, SandboxOutcome, SandboxStore } from '../../adapters/sandbox/store.ts';
import { batched } from './batch.ts';
import { collection, isDuplicate, Mixed, reaching } from './connection.ts';
import { rowsOf } from './rows.ts';

/** A person or a chat; their ids may be the same. */
interface Piece {
  readonly _id: string;
  readonly person?: SandboxPerson;
  readonly conversation?: SandboxConversation;
}

interface Setting {
  readonly _id: 'grants';
  readonly secret: string;
}

/** False: its id, or another key that has to be unique, exists already. */
const added = async (work: () => Promise<unknown>): Promise<boolean> =>
  reaching(async () => {
    try {
      await work();
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  });

/** The sandbox's own data: what its messenger shows, what actions were answered with. */
export function sandboxStore(connection: Connection) {
  const messages = collection<SandboxMessage>(
    connection,
    'sandbox_messages',
    {
      _id: String,
      conversation: String,
      place: Number,
      created: Number,
      change: Number,
      from: String,
      surface: String,
      sent: Boolean,
      text: String,
      attachments: [Mixed],
      quote: String,
      card: Mixed,
      version: Number,
      at: Date,
      visibleTo: String,
      grant: String,
      use: Number,
    },
    [
      { fields: { conversation: 1, place: 1 } },
      { fields: { change: 1 } },
      {
        fields: { grant: 1, use: 1 },
        options: { unique: true, partialFilterExpression: { grant: { $exists: true } } },
      },
    ],
  );
  const outcomes = collection<SandboxOutcome>(
    connection,
    'sandbox_outcomes',
    { _id: String, answer: String, form: Mixed, expiresAt: Date },
    [{ fields: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } }],
  );
  const settings = collection<Setting>(connection, 'sandbox_settings', { _id: String, secret: String });

  const pieces = collection<Piece>(connection, 'sandbox_world', { _id: String, person: Mixed, conversation: Mixed });

  const rows = rowsOf<SandboxMessage>(connection, 'sandbox_messages');
  const insert = batched(rows.add);
  const outcomeRows = rowsOf<SandboxOutcome>(connection, 'sandbox_outcomes');
  const keepOutcome = batched(outcomeRows.add);

  return {
    models: [messages, outcomes, settings, pieces],
    lastChange: async (): Promise<number> =>
      reaching(async () => {
        const [newest] = await messages.find({}, { change: 1 }).sort({ change: -1 }).limit(1).lean<SandboxMessage[]>();
        return newest?.change ?? 0;
      }),

    async secret(fresh) {
      await added(async () => settings.insertMany([{ _id: 'grants', secret: fresh }], { lean: true }));
      const kept = await reaching(async () => settings.findById('grants').lean<Setting>());
      return kept?.secret ?? fresh;
    },

    async insert(message) {
      if (await insert(message)) return 'stored';
      return (await reaching(async () => messages.exists({ _id: message._id }))) === null ? 'taken' : 'known';
    },

    find: rows.load,

    redraw: async (id, content, change) =>
      reaching(async () =>
        messages
          .findOneAndUpdate(
            {
              _id: id,
              change: { $lt: change },
              // Words replace any card, but the newest card version is remembered: an older card never comes back over them.
              ...(content.version !== null && { $or: [{ version: null }, { version: { $lte: content.version } }] }),
            },
            {
              $set: {
                text: content.text,
                attachments: content.attachments,
                card: content.card,
                change,
                ...(content.version !== null && { version: content.version }),
              },
            },
            { returnDocument: 'after' },
          )
          .lean<SandboxMessage>(),
      ),

    page: async ({ conversation, user, before, limit }) =>
      reaching(async () => {
        const filter = {
          conversation,
          visibleTo: { $in: [null, user] },
          ...(before !== null && { place: { $lt: before } }),
        };
        return (await rows.find(filter, { sort: { place: -1 }, limit })).toReversed();
      }),

    changed: async ({ conversations, users, after, upTo, limit }) =>
      reaching(async () =>
        messages
          .find({
            change: { $gt: after, $lte: upTo },
            conversation: { $in: [...conversations] },
            visibleTo: { $in: [null, ...users] },
          })
          .sort({ change: 1 })
          // Otherwise a planner may read all that was ever said in these conversations to find the few changes.
          .hint({ change: 1 })
          .limit(limit)
          .lean<SandboxMessage[]>(),
      ),

    atChange: async (change) => reaching(async () => messages.findOne({ change }).lean<SandboxMessage>()),

    grantUses: async (grant) => reaching(async () => messages.countDocuments({ grant })),

    outcome: outcomeRows.load,

    async keepOutcome(outcome) {
      await keepOutcome(outcome);
    },

    world: async () =>
      reaching(async () => {
        const all = await pieces.find({ _id: { $gte: '' } }).lean<Piece[]>();
        return {
          people: all.flatMap(({ person }) => (person === undefined ? [] : [person])),
          conversations: all.flatMap(({ conversation }) => (conversation === undefined ? [] : [conversation])),
        };
      }),

    keepPerson: async (person) =>
      reaching(async () => {
        await pieces.updateOne({ _id: `person:${person.id}` }, { $set: { person } }, { upsert: true });
      }),

    keepConversation: async (conversation) =>
      reaching(async () => {
        const _id = `conversation:${conversation.id}`;
        await pieces.updateOne({ _id }, { $set: { conversation } }, { upsert: true });
      }),

    forget: async () =>
      reaching(async () => {
        await Promise.all([messages, outcomes, settings, pieces].map((model) => model.collection.deleteMany({})));
      }),
  } satisfies SandboxStore & { models: unknown };
}
