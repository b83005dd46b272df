import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CALLBACK_PATH } from '../adapters/wecom/routes.ts';
import { systemClock } from '../src/clock.ts';
import { packageRoot } from '../src/package-root.ts';
import { openStore } from '../src/storage/store.ts';
import { startWeCom } from '../test/emulators/wecom/wecom.ts';
import { startBot, type Bot } from './bot.ts';
import { inboxOf } from './clicks.ts';
import { AGENTS, crowdShop } from './crowd.ts';
import { lagBefore } from './lag.ts';
import { atPace, until } from './parallel.ts';
import { agentOf } from './shop.ts';
import { startSlowStore } from './slow-store.ts';
import { stallsOf, watchStalls, type Stalls } from './stalls.ts';

// The built bot in a process of its own, its store in another, WeCom and its people in this one.

/** WeCom's own answers take so long, ms. */
const API_MS = 100;
const WORKED_WITHIN_MS = 300_000;

/** How one message was taken: by the first answer to it. */
interface Taken {
  readonly ok: boolean;
  readonly ms: number;
}

export interface Callbacks {
  readonly taken: readonly Taken[];
  /** The same rate against a bare server. */
  readonly bare: readonly Taken[];
  /** Of what was sent, in the inbox, and done by the end. */
  readonly stored: number;
  readonly done: number;
  /** Until everything was worked after the last was sent, ms. */
  readonly workedMs: number;
  readonly bot: Stalls;
  readonly sender: Stalls;
}

const userOf = (i: number): string => `user-${agentOf(i)}`;

/** Agents write to the app, so many messages a second, while the store takes so long for an answer. */
export async function measureCallbacks(storeMs: number, perSecond: number, seconds: number): Promise<Callbacks> {
  const data = mkdtempSync(join(tmpdir(), 'gongdan-bench-'));
  const shop = join(data, 'gongdan.yaml');
  const wecom = await startWeCom({ clock: systemClock });
  // What was answered late is counted, not sent again.
  wecom.retries = 0;
  for (let i = 0; i < AGENTS; i += 1) wecom.addMember({ userId: userOf(i), name: agentOf(i) });
  writeFileSync(shop, crowdShop({ platform: 'wecom', userOf, groupOf: (team) => `duty:${team}` }, 1));
  const api = await lagBefore({ host: '127.0.0.1', port: Number(new URL(wecom.url).port) }, API_MS);
  const kept = await startSlowStore(join(data, 'store'));
  const { token, aesKey, agentId, secret } = wecom.app;
  const keys = { WECOM_TOKEN: token, WECOM_AES_KEY: aesKey };
  const says = async (i: number): Promise<{ readonly ok: boolean }> => {
    const text = i % 2 === 0 ? 'list' : `show ${4_800 + (i % 100)}`;
    const { attempts } = await wecom.says(userOf(i % AGENTS), text);
    return { ok: attempts[0]?.status === 200 };
  };
  let running: Bot | null = null;
  try {
    const bot = await startBot({
      data,
      shop,
      flags: ['--import', join(packageRoot(), 'dist', 'bench', 'stalls.js')],
      env: {
        MONGODB_URI: kept.uri,
        GONGDAN_SANDBOX_TOKEN: 'sandbox-token-of-benchmarks',
        LOG_LEVEL: 'error',
        WECOM_CORP_ID: wecom.corpId,
        WECOM_AGENT_ID: String(agentId),
        WECOM_SECRET: secret,
        ...keys,
        WECOM_API_URL: `http://127.0.0.1:${api.port}`,
        WECOM_OAUTH_URL: wecom.url,
      },
    });
    running = bot;
    wecom.connect(bot.url + CALLBACK_PATH);
    const store = await openStore(kept.direct);
    // Names are known and the code is warm, as on any working day.
    await atPace(4 * AGENTS, 40, says);
    kept.late(storeMs);
    const before = await inboxOf(store, 'wecom');
    await stallsOf(bot);
    const own = watchStalls();
    const { done: taken } = await atPace(perSecond * seconds, perSecond, says);
    const sender = own();
    const stalls = await stallsOf(bot);
    kept.late(0);
    const idle = async (): Promise<boolean> => (await store.inbox.counts()).open === 0;
    const workedMs = await until(idle, 'that everything is worked', WORKED_WITHIN_MS);
    const after = await inboxOf(store, 'wecom');
    await store.close();
    await bot.kill();

    const bare = await startBot({ data, script: 'bench/bare-wecom.js', env: keys });
    running = bare;
    wecom.connect(bare.url + CALLBACK_PATH);
    const { done: compared } = await atPace((perSecond * seconds) / 3, perSecond, says);
    return {
      taken,
      bare: compared,
      stored: after.stored - before.stored,
      done: after.done - before.done,
      workedMs,
      bot: stalls,
      sender,
    };
  } finally {
    await running?.kill();
    await kept.stop();
    await api.close();
    await wecom.close();
    rmSync(data, { recursive: true, force: true });
  }
}
