import type { Connection } from 'mongoose';
import type { SlackInstallation, SlackSeen, SlackStore } from '../../adapters/slack/store.ts';
import { collection, reaching } from './connection.ts';

/** An installation with its token sealed. */
type Installed = Omit<SlackInstallation, 'id' | 'botToken'> & { readonly _id: string; readonly sealed: string };

interface Shared {
  readonly _id: string;
  readonly file: string;
  readonly at: Date;
}

/** The one document of its kind. */
interface State extends SlackSeen {
  readonly _id: 'slack';
  /** Changes of installations. */
  readonly version: number;
}

/** Files that were shared are remembered for as long as delivery could try again, seconds. */
const SHARED_S = 30 * 86_400;

interface Seals {
  seal(plain: string): string;
  open(sealed: string): string;
}

/** What the Slack adapter keeps: installations with their tokens sealed, which files were shared, what `doctor` asks for. */
export function slackStore(connection: Connection, vault: Seals) {
  const text = { type: String, required: true };
  const installed = collection<Installed>(connection, 'slack_installations', {
    _id: text,
    name: text,
    team: { type: String, default: null },
    enterprise: { type: String, default: null },
    sealed: text,
    botUser: text,
    botId: text,
    scopes: [String],
    at: { type: Date, required: true },
  });
  const shares = collection<Shared>(
    connection,
    'slack_shares',
    { _id: text, file: text, at: { type: Date, required: true } },
    [{ fields: { at: 1 }, options: { expireAfterSeconds: SHARED_S } }],
  );
  const states = collection<State>(connection, 'slack_state', {
    _id: text,
    version: { type: Number, required: true },
    verifiedAt: { type: Date, default: null },
    refusedAt: { type: Date, default: null },
  });
  const state = (): Promise<State | null> => reaching(() => states.findById('slack').lean<State>());
  const changed = async (): Promise<void> => {
    await states.updateOne({ _id: 'slack' }, { $inc: { version: 1 } }, { upsert: true });
  };

  const store: SlackStore = {
    installations: () =>
      reaching(async () =>
        (await installed.find({ _id: { $gte: '' } }).lean<Installed[]>()).map(
          ({ _id: id, sealed, ...rest }): SlackInstallation => ({ id, ...rest, botToken: vault.open(sealed) }),
        ),
      ),
    version: async () => (await state())?.version ?? 0,
    install: ({ id, botToken, ...rest }) =>
      reaching(async () => {
        const kept = { ...rest, sealed: vault.seal(botToken) };
        await installed.updateOne({ _id: id }, { $set: kept }, { upsert: true });
        await changed();
      }),
    uninstall: (id) =>
      reaching(async () => {
        const { deletedCount } = await installed.deleteOne({ _id: id });
        if (deletedCount === 0) return false;
        await changed();
        return true;
      }),
    shared: (key) => reaching(async () => (await shares.findById(key).lean<Shared>())?.file ?? null),
    share: (key, file, at) =>
      reaching(async () => {
        await shares.updateOne({ _id: key }, { $setOnInsert: { file, at } }, { upsert: true });
      }),
    seen: async () => {
      const { verifiedAt = null, refusedAt = null } = (await state()) ?? {};
      return { verifiedAt, refusedAt };
    },
    see: (what, at) =>
      reaching(async () => {
        await states.updateOne({ _id: 'slack' }, { $set: { [what]: at } }, { upsert: true });
      }),
  };
  return { models: [installed, shares, states], ...store };
}
