/** Where a posted message stands: what `Ref.id` holds, and what a quote of it names. */
export interface Where {
  readonly channel: string;
  /** Unique in its channel; a text, never a number (fact sheet, 2.4). */
  readonly ts: string;
}

export const refId = ({ channel, ts }: Where): string => `${channel}/${ts}`;

/** The reverse; null: not one of ours. */
export function readRef(id: string): Where | null {
  const [, channel, ts] = /^([CDG][A-Z0-9]{1,30})\/(\d{1,20}\.\d{1,10})$/.exec(id) ?? [];
  return channel === undefined || ts === undefined ? null : { channel, ts };
}

/** Whether a conversation's id is a person's: what is posted there goes into their direct conversation with the bot. */
export const isUser = (conversation: string): boolean => /^[UW]/.test(conversation);

/** Whether one person alone reads what is posted there. */
export const isAlone = (conversation: string): boolean => /^[UWD]/.test(conversation);
