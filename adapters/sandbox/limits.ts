import type { CardLimits } from '../../cards/fit.ts';
import type { Limit } from '../adapter.ts';

/** What the emulated platform does with a call beyond a limit, as the real ones do. */
export type Overrun =
  /** Refuses it and says when to come back (Slack). */
  | { readonly kind: 'reject' }
  /** Refuses everything for a while (DingTalk's group robots: ten minutes). */
  | { readonly kind: 'block'; readonly forMs: number }
  /** Answers "ok" and shows nothing (WeCom). */
  | { readonly kind: 'drop' };

export interface SandboxLimit extends Limit {
  readonly overrun: Overrun;
}

const source = 'docs/sandbox-api.md#limits';

/** Generous: they bound a bot gone wild, not a busy shop. */
export const sandboxLimits: readonly SandboxLimit[] = [
  {
    name: 'conversation',
    per: 'conversation',
    method: 'any',
    count: 60_000,
    windowMs: 60_000,
    source,
    overrun: { kind: 'reject' },
  },
  { name: 'app', per: 'app', method: 'any', count: 600_000, windowMs: 60_000, source, overrun: { kind: 'reject' } },
];

/** What a card in the sandbox can hold: what fits on a phone without scrolling for long. */
export const sandboxCard: CardLimits = {
  title: 200,
  summary: 300,
  line: 300,
  text: 4_000,
  fieldLabel: 40,
  fieldValue: 500,
  label: 40,
  blocks: 40,
  images: 20,
  fields: 40,
  rows: 50,
  rowActions: 50,
  buttons: 5,
  menu: 30,
  characters: 20_000,
};
