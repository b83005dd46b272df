import type { Adapter, OutMessage } from '../../adapters/adapter.ts';
import { createEmail } from '../../adapters/email/email.ts';
import { readEmailSettings } from '../../adapters/email/settings.ts';
import { createGateway } from '../../adapters/gateway/gateway.ts';
import { readGatewaySettings } from '../../adapters/gateway/settings.ts';
import type { Card } from '../../cards/card.ts';
import { fallback } from '../../cards/fallback.ts';
import type { Address } from '../../src/domain/address.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { carrierTo } from '../../src/outside.ts';
import { SECRET } from '../emulators/gateway/server.ts';

/** The e-mail adapter before a server, by what the environment would say. */
export const emailAt = (url: string, clock: Clock, from = '工单助手 <desk@shop.example>'): Adapter =>
  createEmail({ settings: readEmailSettings({ SMTP_URL: url, SMTP_FROM: from }), clock, locale: 'zh-CN' });

/** Both apps of the gateway adapter. */
export function gatewayAt(
  url: string,
  clock: Clock,
  secret = SECRET,
): { readonly sms: Adapter; readonly phone: Adapter } {
  const settings = readGatewaySettings({ GATEWAY_URL: url, GATEWAY_SECRET: secret, GATEWAY_PRIVATE: 'on' });
  const [sms, phone] = createGateway({ carry: carrierTo(settings, clock), clock, locale: 'zh-CN' });
  if (sms === undefined || phone === undefined) throw new Error('the gateway has two apps');
  return { sms, phone };
}

export const mailTo = (address: string): Address => ({ platform: 'email', app: 'main', conversation: address });
export const textTo = (number: string): Address => ({ platform: 'gateway', app: 'sms', conversation: number });
export const callTo = (number: string): Address => ({ platform: 'gateway', app: 'phone', conversation: number });

export const cardMessage = (card: Card): OutMessage => ({ type: 'card', card, fallback: fallback(card), version: 1 });
export const wordsMessage = (text: string): OutMessage => ({ type: 'text', text, attachments: [] });

/** How a send failed; null: it did not. */
export async function failureOf(work: Promise<unknown>): Promise<DeliveryError | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof DeliveryError) return error;
    throw error;
  }
}
