import type { Format } from './format.ts';

/** One sentence in both languages, with where it appears and sample values (the sandbox shows them all). */
export interface Entry<P> {
  /** Where it appears and to whom, for whoever edits the words. */
  readonly note: string;
  readonly sample: P;
  readonly zh: (p: P, f: Format) => string;
  readonly en: (p: P, f: Format) => string;
}

/** Declares one catalogue entry; exists for the inference of `P` from the sample. */
export const entry = <P>(e: Entry<P>): Entry<P> => e;
