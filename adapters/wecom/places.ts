import type { InboundEvent } from '../adapter.ts';

/**
 * What a conversation of WeCom is, by its name: `duty:NAME` the people of a team one by one, on cards of the app · `chat:ID` a group with
 * the smart bot · `group:ID` a group that the app made (appchat) · `push:NAME` a group by its message push · else one person, by user id.
 */
export type Spot =
  | { readonly kind: 'duty' }
  | { readonly kind: 'chat'; readonly chat: string }
  | { readonly kind: 'group'; readonly chat: string }
  | { readonly kind: 'push'; readonly name: string }
  | { readonly kind: 'person'; readonly user: string };

/** User ids hold letters, digits and `_-@.` only: no colon. */
const NAMED = /^(duty|chat|group|push):(.+)$/su;

export function spotOf(conversation: string): Spot {
  const [, kind, name = ''] = NAMED.exec(conversation) ?? [];
  switch (kind) {
    case 'duty':
      return { kind };
    case 'chat':
    case 'group':
      return { kind, chat: name };
    case 'push':
      return { kind, name };
    default:
      return { kind: 'person', user: conversation };
  }
}

/** A group with the smart bot, as the rest of the product addresses it; the id as WeCom writes it, capitals and all. */
export const chatAddress = (chat: string): string => `chat:${chat}`;
/** A conversation as events name it. */
export const placeOf = (conversation: string): InboundEvent['conversation'] => ({
  id: conversation,
  kind: spotOf(conversation).kind === 'person' ? 'direct' : 'group',
});
