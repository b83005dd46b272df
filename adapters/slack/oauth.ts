import { InstallProvider, type Installation, type InstallURLOptions } from '@slack/oauth';
import express, { type Router } from 'express';
import * as z from 'zod';
import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import type { Ids } from '../../src/ids.ts';
import type { Log } from '../../src/log.ts';
import { text } from '../../src/text/text.ts';
import { packed, unpacked, type Signer } from '../shared/signed.ts';
import { clientOptions } from './client.ts';
import { SCOPES } from './manifest.ts';
import { quietLogger } from './quiet.ts';
import type { SlackInstallation } from './store.ts';

export const INSTALL_PATH = '/slack/install';
export const REDIRECT_PATH = '/slack/oauth_redirect';
/** How long somebody may take to agree, ms. */
const STATE_MS = 10 * 60_000;

const state = z.object({ until: z.number(), nonce: z.string() });

/** The state that comes back has to be ours and young, and no two are the same: the cookie beside it has to be of the same browser. */
function stateStore({ signer, clock, ids }: { signer: Signer; clock: Clock; ids: Ids }, options: InstallURLOptions) {
  return {
    generateStateParam: () =>
      Promise.resolve(packed(signer, { until: clock.now().getTime() + STATE_MS, nonce: ids.next() })),
    verifyStateParam(_now: Date, given: string): Promise<InstallURLOptions> {
      const read = state.safeParse(unpacked(signer, given));
      if (!read.success || read.data.until < clock.now().getTime())
        return Promise.reject(new Error('the state is not ours, or too old'));
      return Promise.resolve(options);
    },
  };
}

/** What is kept of an installation; null: it came without a bot. */
export function installationOf(installation: Installation, at: Date): SlackInstallation | null {
  const { bot, team, enterprise, isEnterpriseInstall } = installation;
  const whole = isEnterpriseInstall === true;
  const of = whole ? enterprise : team;
  if (bot === undefined || of === undefined) return null;
  return {
    id: of.id,
    name: of.name ?? of.id,
    team: whole ? null : of.id,
    enterprise: enterprise?.id ?? null,
    botToken: bot.token,
    botUser: bot.userId,
    botId: bot.id,
    scopes: bot.scopes,
    at,
  };
}

/** A page that says one thing. */
const page = (title: string, words: string): string =>
  `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><body style="font:16px/1.6 -apple-system,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem"><h1 style="font-size:1.25rem">${title}</h1><p>${words}</p>`;

/** Installing the app in a workspace: `GET /slack/install` leads to Slack, which leads back. */
export function createOAuth(deps: {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly locale: Locale;
  readonly signer: Signer;
  readonly publicUrl: () => string;
  readonly installed: (installation: SlackInstallation) => Promise<void>;
}): Router {
  const { clock, log } = deps;
  const say = (key: 'installed' | 'install_failed' | 'install_title'): string =>
    text({ locale: deps.locale, timeZone: 'UTC', now: clock.now() }, `slack.${key}`, null);
  const router = express.Router();

  const provider = (): { installer: InstallProvider; options: InstallURLOptions } => {
    const options: InstallURLOptions = { scopes: [...SCOPES], redirectUri: `${deps.publicUrl()}${REDIRECT_PATH}` };
    const installer = new InstallProvider({
      clientId: deps.clientId,
      clientSecret: deps.clientSecret,
      directInstall: true,
      stateStore: stateStore(deps, options),
      authorizationUrl: new URL('/oauth/v2/authorize', deps.apiUrl).href,
      clientOptions: clientOptions(deps.apiUrl),
      logger: quietLogger,
      installationStore: {
        async storeInstallation(installation) {
          const kept = installationOf(installation, clock.now());
          if (kept === null) throw new Error('an installation without a bot');
          await deps.installed(kept);
        },
        // Nothing asks the provider who is installed where: the workspaces know.
        fetchInstallation: () => Promise.reject(new Error('is not asked here')),
      },
    });
    return { installer, options };
  };

  router.get(INSTALL_PATH, async (request, response) => {
    const { installer, options } = provider();
    await installer.handleInstallPath(request, response, undefined, options);
  });
  router.get(REDIRECT_PATH, async (request, response) => {
    const { installer } = provider();
    const answer = (status: number, words: string): void => {
      response
        .status(status)
        .type('html')
        .send(page(say('install_title'), words));
    };
    await installer.handleCallback(request, response, {
      success: () => {
        answer(200, say('installed'));
      },
      failure: (error) => {
        log.warn('an installation in Slack failed', { err: error });
        answer(400, say('install_failed'));
      },
    });
  });
  return router;
}
