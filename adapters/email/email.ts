import type { Clock } from '../../src/clock.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { DeliveryError } from '../../src/errors.ts';
import { text } from '../../src/text/text.ts';
import type { Adapter } from '../adapter.ts';
import { createIntroduction } from '../shared/introduction.ts';
import { HEARS_NOTHING, sendsOnly } from '../shared/sends-only.ts';
import { letterOf } from './letter.ts';
import { emailLimits, MAX_TEXT } from './limits.ts';
import { createMailer } from './mailer.ts';
import { isMailAddress, type EmailSettings } from './settings.ts';

export interface EmailOptions {
  readonly settings: EmailSettings;
  readonly clock: Clock;
  /** Of what is no card, and of what the operator reads. */
  readonly locale: Locale;
}

/** E-mail: it is sent, and what is answered to it is not read. A conversation is an address. */
export function createEmail({ settings, clock, locale }: EmailOptions): Adapter {
  let mailer = createMailer(settings, clock);
  let isClosed = false;
  const introduction = createIntroduction(
    clock,
    () => mailer.verify(),
    (code) => text({ locale, timeZone: 'UTC', now: clock.now() }, 'email.credentials_refused', { code }),
  );
  // The words of a letter that was repeated are in the mailbox twice, under one Message-ID: most programs show one of them.
  const can = sendsOnly({ idempotentSend: false, maxText: MAX_TEXT });
  return {
    ...HEARS_NOTHING,
    platform: 'email',
    app: 'main',
    capabilities: () => can,
    limits: emailLimits,
    async start() {
      if (isClosed) mailer = createMailer(settings, clock);
      isClosed = false;
      await introduction.start();
    },
    async stop() {
      introduction.stop();
      mailer.close();
      isClosed = true;
    },
    async send({ conversation: to }, message, key) {
      if (!isMailAddress(to)) throw new DeliveryError('gone', 'mail: no address');
      const letter = letterOf(message, { key, to, from: settings.from.address, locale });
      try {
        await mailer.send(letter);
      } catch (error) {
        introduction.heard(error);
        throw error;
      }
      introduction.heard(null);
      return { id: letter.id };
    },
    health: () => introduction.health(),
  };
}
