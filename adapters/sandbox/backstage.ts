import type { Locale } from '../../src/domain/directory.ts';
import type { Machine, TicketView, Verb } from '../../src/view.ts';

/** What the page needs of the rest of the product. The composition root hands it in: adapters see neither commands nor tickets. */
export interface Backstage {
  /** The verbs as the composer completes them. */
  vocabulary(locale: Locale): readonly Verb[];
  /** A ticket as this account may read it at this moment; null: there is none for them. `before`: only entries older than this one. */
  ticket(user: string, number: number, page: { before: number | null; limit: number }): Promise<TicketView | null>;
  /** The machine at work. */
  machine(): Promise<Machine>;
  /**
   * Forgets all that happened and lets the demo's past happen again; null where the shop is not the demo. `forget`: lets the messenger
   * forget its part, for the moment at which nobody posts there any more.
   */
  readonly restart: ((forget: () => Promise<void>) => Promise<void>) | null;
}
