import type { Actor } from './actor.ts';
import type { Directory } from './directory.ts';
import type { Standing } from './duty.ts';
import type { NewEffect } from './effect.ts';
import type { Change } from './event.ts';
import type { Refusal } from './refusal.ts';

/** Everything `decide` may know besides the ticket and the intent; handed in, so that it can run twice. */
export interface Facts {
  readonly now: Date;
  readonly actor: Actor;
  readonly cause: string;
  readonly directory: Directory;
  readonly onDuty: (person: string) => boolean;
  /** Where somebody stands, with until when. */
  readonly standing: (person: string) => Standing;
}

export type Decision =
  /** `already`: nothing to change because it is so already ("already yours"). */
  | {
      readonly accepted: true;
      readonly already: boolean;
      readonly changes: readonly Change[];
      readonly effects: readonly NewEffect[];
    }
  | { readonly accepted: false; readonly refusal: Refusal };
