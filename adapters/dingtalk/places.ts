import type { InboundEvent } from '../adapter.ts';

/** Names of custom group robots begin with it where conversations are named. */
const ROBOT = 'robot:';

/** Whether a conversation is a group: an `openConversationId` begins so (fact sheet, 0), what else there is are user ids. */
export const isGroup = (conversation: string): boolean => conversation.startsWith('cid');

/** Somebody of another organisation: DingTalk gives their id in a form that no API takes (fact sheet, 2). */
export const isExternal = (user: string): boolean => user.startsWith('$:');

/** The custom robot that speaks in a conversation; null: the app's own. */
export const robotOf = (conversation: string): string | null =>
  conversation.startsWith(ROBOT) ? conversation.slice(ROBOT.length) : null;

/** What `gongdan.yaml` calls the group of a custom robot. */
export const robotAddress = (name: string): string => `${ROBOT}${name}`;

/** A conversation as events name it. */
export const placeOf = (conversation: string): InboundEvent['conversation'] => ({
  id: conversation,
  kind: isGroup(conversation) ? 'group' : 'direct',
});
