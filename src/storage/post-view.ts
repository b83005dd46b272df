/** Shown instead of a post's words, as it is when it goes; `state`: which state of it. */
export type PostView =
  /** The card of somebody whose shift ends at `ends`. */
  | { readonly kind: 'handover'; readonly ends: Date; readonly state: string }
  /** A warning. */
  | { readonly kind: 'anomaly'; readonly id: string; readonly state: string };
