import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { SetupError } from '../../src/errors.ts';
import type { Files } from '../../src/files/file.ts';
import type { Adapter, Sink } from '../adapter.ts';
import type { Signer } from '../shared/signed.ts';
import { createClient, codeOf, failureOf } from './client.ts';
import { createFilesIn, type FilesIn } from './files-in.ts';
import { createFilesOut } from './files-out.ts';
import { lendPlace, lendUrl } from './grants.ts';
import { MAX_TEXT, slackLimits } from './limits.ts';
import { createPeople, type People } from './people.ts';
import { createPosting } from './posting.ts';
import { isUser } from './refs.ts';
import { testAnswer } from './schema.ts';
import type { SlackInstallation, SlackStore } from './store.ts';

/** Between two tries to reach Slack at the start, ms. */
const AGAIN_MS = 15_000;

/** Who the bot is in a workspace. */
export interface Identity {
  readonly token: string;
  readonly team: string | null;
  readonly enterprise: string | null;
  readonly botUser: string;
  readonly botId: string;
}

/** One workspace, or one organisation that installed the app as a whole. */
export interface Workspace extends Adapter {
  readonly client: WebClient;
  readonly people: People;
  readonly filesIn: FilesIn;
  identity(): Identity;
  /** Slack does not take its token any more. */
  isRefused(): boolean;
  /** The language somebody reads, as far as it is known without waiting. */
  localeOf(user: string): Promise<Locale>;
  /** Says something of our own to one person at once; what cannot be said is not said. */
  tell(to: { readonly user: string; readonly url: string | null }, words: string): Promise<void>;
}

/** How long a person's language is waited for, ms. */
const LOCALE_MS = 200;

export function createWorkspace(deps: {
  readonly app: string;
  readonly token: string;
  /** Null: asked at the start. */
  readonly installation: SlackInstallation | null;
  readonly apiUrl: string;
  readonly store: SlackStore;
  readonly files: Files;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly locale: Locale;
  /** What the operator reads when the token is refused, by Slack's code. */
  readonly refused: (code: string) => string;
}): Workspace {
  const { app, token, clock, signer } = deps;
  const client = createClient(token, deps.apiUrl);
  let identity: Identity = {
    token,
    team: deps.installation?.team ?? null,
    enterprise: deps.installation?.enterprise ?? null,
    botUser: deps.installation?.botUser ?? '',
    botId: deps.installation?.botId ?? '',
  };
  let state: 'stopped' | 'waiting' | 'refused' | 'ready' = 'stopped';
  let cancel: (() => void) | null = null;
  const people = createPeople(client, () => identity, clock);
  const posting = createPosting({
    client,
    clock,
    signer,
    files: createFilesOut(client, deps.files, deps.store, clock),
  });

  /** Asks Slack who the bot is; false: Slack cannot be reached now. @throws SetupError when the token is refused. */
  const introduce = async (): Promise<boolean> => {
    try {
      const answer = testAnswer.parse(await client.auth.test());
      const isOrgWide = answer.is_enterprise_install === true;
      identity = {
        token,
        team: isOrgWide ? null : (answer.team_id ?? null),
        enterprise: answer.enterprise_id ?? null,
        botUser: answer.user_id,
        botId: answer.bot_id ?? '',
      };
      state = 'ready';
      return true;
    } catch (error) {
      const code = codeOf(error);
      if (code === null || failureOf('auth.test', error).failure !== 'auth') return false;
      state = 'refused';
      throw new SetupError(deps.refused(code));
    }
  };

  const again = (): void => {
    state = 'waiting';
    cancel = clock.after(AGAIN_MS, () => {
      cancel = null;
      introduce().then(
        (reached) => {
          if (!reached && state === 'waiting') again();
        },
        // Refused: `health` says so from now on.
        () => undefined,
      );
    });
  };

  const localeOf = async (user: string): Promise<Locale> => {
    const known = people.lookUp(user).then(
      (profile) => profile?.locale ?? deps.locale,
      () => deps.locale,
    );
    const late = new Promise<Locale>((resolve) => {
      const stop = clock.after(LOCALE_MS, () => {
        resolve(deps.locale);
      });
      void known.finally(stop);
    });
    return Promise.race([known, late]);
  };

  return {
    platform: 'slack',
    app,
    client,
    people,
    filesIn: createFilesIn(client, token, deps.apiUrl, deps.files),
    identity: () => identity,
    isRefused: () => state === 'refused',
    localeOf,

    async tell({ user, url }, words) {
      const now = clock.now();
      const grant =
        url === null
          ? lendPlace(signer, { channel: await posting.directOf(user), thread: null }, user, now)
          : lendUrl(signer, url, user, now);
      await posting.reply(
        grant.secret,
        { type: 'text', text: words, attachments: [] },
        `tell:${user}:${now.getTime()}`,
      );
    },

    capabilities: () => ({
      update: true,
      idempotentSend: false,
      privateInGroup: true,
      buttons: true,
      forms: true,
      images: false,
      threads: true,
      maxText: MAX_TEXT,
    }),
    limits: slackLimits,
    subjects: ({ conversation }, visibleTo) => ({
      member: visibleTo ?? (isUser(conversation) ? conversation : null),
      robot: null,
    }),
    routes: null,
    async start(_sink: Sink) {
      if (!(await introduce())) again();
    },
    async stop() {
      cancel?.();
      cancel = null;
      state = 'stopped';
    },
    send: ({ conversation }, message, key, visibleTo) => posting.send(conversation, message, key, visibleTo),
    settle: ({ conversation }, key, message, visibleTo) => posting.settle(conversation, key, message, visibleTo),
    update: (_address, ref, message, key) => posting.update(ref, message, key),
    reply: (grant, message, key) => posting.reply(grant.secret, message, key),
    lookUp: (user) => people.lookUp(user),
    health: () =>
      state === 'ready'
        ? { ok: true, detail: 'ok' }
        : {
            ok: false,
            detail:
              state === 'refused' ? 'the token was refused' : state === 'waiting' ? 'not reached yet' : 'not started',
          },
  };
}
