import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { DeliveryError } from '../../src/errors.ts';
import { text } from '../../src/text/text.ts';
import type { Adapter } from '../adapter.ts';
import { createIntroduction } from '../shared/introduction.ts';
import { HEARS_NOTHING, sendsOnly } from '../shared/sends-only.ts';
import { KINDS, type Kind } from './kind.ts';
import { gatewayLimits, MAX_TEXT } from './limits.ts';
import { createGatewayLink, type Carry } from './link.ts';
import { saidOf } from './words.ts';

export interface GatewayOptions {
  readonly carry: Carry;
  readonly clock: Clock;
  /** Of what the operator reads. */
  readonly locale: Locale;
}

/** E.164, with the plus sign. */
const NUMBER = /^\+[1-9]\d{6,14}$/u;

/** SMS and calls by a gateway of the shop's. A conversation is a telephone number; the apps are what happens there. */
export function createGateway({ carry, clock, locale }: GatewayOptions): readonly Adapter[] {
  const link = createGatewayLink(carry, clock);
  const introduction = createIntroduction(
    clock,
    () => link.ping(),
    (code) => text({ locale, timeZone: 'UTC', now: clock.now() }, 'gateway.credentials_refused', { code }),
  );
  const can = sendsOnly({ idempotentSend: true, maxText: MAX_TEXT });
  const adapter = (kind: Kind): Adapter => ({
    ...HEARS_NOTHING,
    platform: 'gateway',
    app: kind,
    capabilities: () => can,
    limits: gatewayLimits[kind],
    // There is one gateway behind both: it is asked, and spoken of, once.
    start: () => (kind === 'sms' ? introduction.start() : Promise.resolve()),
    async stop() {
      introduction.stop();
    },
    async send({ conversation: to }, message, key) {
      if (!NUMBER.test(to)) throw new DeliveryError('gone', 'gateway: no number');
      try {
        const id = await link.send(kind, to, saidOf(message, kind), key);
        introduction.heard(null);
        return { id };
      } catch (error) {
        introduction.heard(error);
        throw error;
      }
    },
    health: () => (kind === 'sms' ? introduction.health() : { ok: true, detail: 'ok' }),
  });
  return KINDS.map(adapter);
}
