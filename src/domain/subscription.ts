import { publicEventOf, type PublicEvent } from './public-event.ts';
import type { ChangeType } from './event.ts';

/** Who is told of what happens to tickets, and where. */
export interface Subscription {
  readonly id: string;
  /** `https:`, or `http:` where private addresses are allowed. */
  readonly url: string;
  readonly events: ReadonlySet<PublicEvent>;
  /** Empty: all shops. */
  readonly shops: readonly string[];
  /** Whether it may be told at an address that is not on the public internet. */
  readonly private: boolean;
}

/** The ids of those that want to be told of a change to a ticket of a shop, in the order of the file. */
export function wantedBy(
  subscriptions: ReadonlyMap<string, Subscription>,
  type: ChangeType,
  shop: string,
): readonly string[] {
  const event = publicEventOf(type);
  if (event === null) return [];
  const wants = ({ events, shops }: Subscription): boolean =>
    events.has(event) && (shops.length === 0 || shops.includes(shop));
  return [...subscriptions.values()].filter(wants).map(({ id }) => id);
}
