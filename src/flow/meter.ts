/** What the flow tells whoever watches it: numbers for the metrics, lines for the log. Never customer text. */
export interface Meter {
  inbound(platform: string, kind: string, outcome: 'stored' | 'repeated' | 'unavailable'): void;
  intent(type: string, outcome: string): void;
  /** From the moment a row was made to the moment the platform took it, ms. */
  delivered(app: string, kind: string, ms: number): void;
  /** A board shows again what is so, this long after it first did not, ms. */
  seen(app: string, ms: number): void;
  /** Whether a platform answers. */
  platform(app: string, up: boolean): void;
  /** A call to a platform failed. */
  failed(app: string, failure: string): void;
  /** A subscription was told of something, or was not: `dead`, it never will be. */
  notified(subscription: string, outcome: 'done' | 'failed' | 'dead'): void;
  /** A row was parked, a letter died, a ticket stood in no place or in a wrong one, was to be looked at never or too late, or was counted wrongly: somebody has to look. `what` names ids only. */
  alarm(
    what: 'parked' | 'dead-letter' | 'ledger' | 'deadline' | 'loop' | 'clock' | 'outage' | 'hook-paused' | 'tally',
    detail: Readonly<Record<string, string | number>>,
  ): void;
}
