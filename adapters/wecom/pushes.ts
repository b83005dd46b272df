import { DeliveryError } from '../../src/errors.ts';
import { exchange } from './exchange.ts';
import type { PushSettings } from './settings.ts';

const PATH = '/cgi-bin/webhook/send';

/** Message pushes, each of one group: they only speak (fact sheet, 4.3). */
export interface Pushes {
  /** `body`: `{msgtype, ...}`. @throws DeliveryError, `gone` where no push bears the name. */
  send(name: string, body: Readonly<Record<string, unknown>>): Promise<void>;
}

export function createPushes(pushes: readonly PushSettings[], apiUrl: string): Pushes {
  const keys = new Map(pushes.map(({ name, key }) => [name, key]));
  return {
    async send(name, body) {
      const key = keys.get(name);
      if (key === undefined) throw new DeliveryError('gone', `${PATH}: no message push of this name is set up`);
      const url = new URL(apiUrl + PATH);
      url.searchParams.set('key', key);
      await exchange({ path: PATH, url, body });
    },
  };
}
