/** Who did something to a ticket. Rights are never read from here: they come from the directory's person. */
export type Actor =
  | { readonly kind: 'person'; readonly id: string; readonly name: string }
  | { readonly kind: 'customer'; readonly account: string }
  | { readonly kind: 'system'; readonly name: string };

export const system = (name: string): Actor => ({ kind: 'system', name });
