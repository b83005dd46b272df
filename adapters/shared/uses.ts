/** Counts what grants were used for: each key once. Grants of which somebody made use long ago are forgotten. */
export interface Uses {
  /** `spent`: none is left · `done`: this key was answered already · `free`: go ahead, and say `note` once it went out. */
  look(grant: string, key: string): 'spent' | 'done' | 'free';
  note(grant: string, key: string): void;
}

/** Grants whose uses are counted here. */
const MOST = 10_000;

/** `each`: answers that one grant is good for. */
export function countUses(each: number): Uses {
  const used = new Map<string, Set<string>>();
  return {
    look(grant, key) {
      const keys = used.get(grant);
      if (keys?.has(key) === true) return 'done';
      return (keys?.size ?? 0) >= each ? 'spent' : 'free';
    },
    note(grant, key) {
      const keys = used.get(grant) ?? new Set();
      used.delete(grant);
      used.set(grant, keys.add(key));
      const [oldest] = used.keys();
      if (used.size > MOST && oldest !== undefined) used.delete(oldest);
    },
  };
}
