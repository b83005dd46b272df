import type { Adapter } from '../adapters/adapter.ts';
import { readEmailSettings } from '../adapters/email/settings.ts';
import type { Carry } from '../adapters/gateway/link.ts';
import { readGatewaySettings, type GatewaySettings } from '../adapters/gateway/settings.ts';
import { adapters as platforms } from '../adapters/registry.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { appKey, appName } from './domain/address.ts';
import type { Directory } from './domain/directory.ts';
import type { Log } from './log.ts';
import { createPost } from './webhooks/post.ts';
import { SIGNATURE_HEADER, signatureOf } from './webhooks/signature.ts';

/** Delivery waits ten seconds for an adapter. */
const GATEWAY_MS = 8_000;

/** Takes what the gateway is to be told there: signed, guarded and bounded in time as webhooks are. */
export function carrierTo({ url, secret, private: inside }: GatewaySettings, clock: Clock): Carry {
  const post = createPost({ clock, deadlineMs: GATEWAY_MS });
  return (body, at) =>
    post({
      url,
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Gongdan',
        [SIGNATURE_HEADER]: signatureOf([secret], at, body),
      },
      private: inside,
    });
}

/** Ways to reach people outside of their chats, as the environment configures them. */
export async function buildOutside(config: Config, clock: Clock): Promise<readonly Adapter[]> {
  const { platforms: configured, locale } = config;
  const [email, gateway] = [configured.get('email'), configured.get('gateway')];
  return [
    ...(email === undefined ? [] : [await platforms.email({ settings: readEmailSettings(email), clock, locale })]),
    ...(gateway === undefined
      ? []
      : platforms.gateway({ carry: carrierTo(readGatewaySettings(gateway), clock), clock, locale })),
  ];
}

/** How many people are to be reached by ways that do not exist: `email/main` and the number of them, by name. */
export function unreached(
  { people }: Pick<Directory, 'people'>,
  apps: { readonly has: (app: string) => boolean },
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const address of [...people.values()].flatMap(({ outside }) => outside)) {
    if (apps.has(appKey(address))) continue;
    const name = appName(appKey(address));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Says in the log whom nobody would reach. Never to whom it belongs. */
export function warnOfUnreached(directory: Directory, apps: ReadonlyMap<string, unknown>, log: Log): void {
  for (const [app, count] of unreached(directory, apps))
    log.warn('people have `notify` in gongdan.yaml for a way that is not configured', { app, count });
}
