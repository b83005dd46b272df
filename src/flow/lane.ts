import type { InboundEvent } from '../../adapters/adapter.ts';
import { addressKey } from '../domain/address.ts';

/** What people write in one conversation is worked in order; in a group each person's presses are a lane of their own, so that nobody waits for others. */
export function laneOf(event: Pick<InboundEvent, 'platform' | 'app' | 'conversation' | 'sender'>): string {
  const place = addressKey({ platform: event.platform, app: event.app, conversation: event.conversation.id });
  return event.conversation.kind === 'group' ? `${place}\n${event.sender.id}` : place;
}
