import type { Locale, Role } from '../domain/directory.ts';

/** Somebody who can be acted for in the sandbox; `id` is the account on platform `sandbox`. */
export interface SandboxPerson {
  readonly id: string;
  readonly name: string;
  /** The highest role of a colleague. */
  readonly role: 'customer' | Role;
  /** Team ids. */
  readonly teams: readonly string[];
  readonly locale: Locale;
  readonly timeZone: string;
}

export interface SandboxConversation {
  readonly id: string;
  readonly kind: 'customer' | 'group' | 'direct';
  readonly title: string;
  /** Ids of `SandboxPerson`s. */
  readonly members: readonly string[];
  readonly team?: string;
}

/** A limit that the emulated platform enforces. */
export interface SandboxLimitSeed {
  readonly name: string;
  readonly per: 'app' | 'conversation' | 'robot' | 'member' | 'ip';
  readonly method: 'send' | 'update' | 'any';
  readonly count: number;
  readonly windowMs: number;
  readonly conversations?: readonly string[];
  readonly source: string;
  readonly reserve: { readonly urgent: number; readonly redraw: number };
  readonly aside: number;
  readonly overrun:
    | { readonly kind: 'reject' }
    | { readonly kind: 'drop' }
    | { readonly kind: 'block'; readonly forMs: number };
}

/** Who and what the sandbox holds, as `gongdan.yaml` says. */
export interface SandboxSeed {
  readonly people: readonly SandboxPerson[];
  readonly conversations: readonly SandboxConversation[];
  /** Null: the sandbox's own limits. */
  readonly limits: readonly SandboxLimitSeed[] | null;
  /** Conversations in which a posted message cannot be changed. */
  readonly fixed: readonly string[];
  /** How long after their last message a customer can be written to; null: for ever. */
  readonly windowMs: number | null;
}
