/** Who did something to a ticket. Rights are never read from here: they come from the directory's person. */
export type Actor =
  /** `via`: the program through which they did it: `api:erp`. */
  | { readonly kind: 'person'; readonly id: string; readonly name: string; readonly via?: string }
  | { readonly kind: 'customer'; readonly account: string }
  /** A part of ours, or another system: `wake`, `api:erp`, `hook:shop`. */
  | { readonly kind: 'system'; readonly name: string };

export const system = (name: string): Actor => ({ kind: 'system', name });

/** What people call a program: `erp` for `api:erp`, `shop` for `hook:shop`; null: a part of ours. */
export const programName = (name: string): string | null => /^(?:api|hook):(.+)$/u.exec(name)?.[1] ?? null;
