/** Shown instead of a post's words, as it is when it goes: the card of somebody whose shift ends at `ends`. `state`: which state of it. */
export interface PostView {
  readonly kind: 'handover';
  readonly ends: Date;
  readonly state: string;
}
