import type { PlaceName } from './contact.ts';
import type { Locale } from './directory.ts';
import type { Status } from './status.ts';
import type { ClockName } from './terms.ts';

/** A word in every language it is shown in. */
export type Label = Readonly<Record<Locale, string>>;

/** Kinds of values that commands look up; each has a word in the catalogue's sentences. */
export type ValueKind =
  | 'person'
  | 'team'
  | 'person-or-team'
  | 'scope'
  | 'category'
  | 'place'
  | 'shop'
  | 'priority'
  | 'wait'
  | 'reason'
  | 'duration'
  | 'moment'
  | 'disposition'
  | 'status'
  | 'tags'
  | 'number'
  | 'link'
  | 'verdict'
  | 'backlog'
  | 'tickets'
  | 'promise'
  | 'limit'
  | 'handover'
  | 'command'
  | 'ticket'
  | 'ticket-or-new'
  | 'sure';

/** Why an intent is refused: data that the catalogues (`refusal.*`) turn into one exact sentence. */
export type Refusal =
  | { readonly code: 'already_claimed'; readonly no: number; readonly by: string; readonly at: Date }
  | {
      readonly code: 'not_allowed';
      readonly no: number | null;
      /** Who works on it, by name; null when nobody does, or when that is not what is missing. */
      readonly who: string | null;
      readonly needs: 'member' | 'assignee' | 'lead' | 'manager' | 'admin';
    }
  /** Nothing of it is late or nearly so. */
  | { readonly code: 'nothing_due'; readonly no: number }
  /** Nobody stands above who asks. */
  | { readonly code: 'nobody_above'; readonly no: number }
  /** A lead was faster. */
  | {
      readonly code: 'assigned_first';
      readonly no: number;
      readonly by: string;
      readonly to: string;
      readonly at: Date;
    }
  /** It waits for somebody to take it. */
  | { readonly code: 'offered'; readonly no: number; readonly to: string; readonly until: Date }
  | { readonly code: 'not_offered'; readonly no: number }
  /** `until`: when they are back, if they are away; `on`: who is there, at most five. */
  | { readonly code: 'off_duty'; readonly name: string; readonly until: Date | null; readonly on: readonly string[] }
  /** A question first: a colleague works on it. */
  | { readonly code: 'with_colleague'; readonly no: number; readonly by: string }
  | { readonly code: 'wrong_status'; readonly no: number; readonly verb: string; readonly status: Status }
  | { readonly code: 'not_found'; readonly no: string }
  | { readonly code: 'unknown_person'; readonly name: string }
  | { readonly code: 'unknown_team'; readonly name: string }
  | { readonly code: 'not_in_team'; readonly name: string; readonly no: number }
  | { readonly code: 'too_many_tags'; readonly no: number; readonly max: number }
  | { readonly code: 'note_required' }
  /** What is urgent is not handed over without a word. */
  | { readonly code: 'handover_note'; readonly numbers: readonly number[] }
  /** A promise of it is broken before who has it is back. */
  | {
      readonly code: 'due_before_back';
      readonly no: number;
      readonly clock: ClockName;
      readonly at: Date;
      readonly back: Date;
    }
  | { readonly code: 'nothing_hidden'; readonly no: number }
  | { readonly code: 'undo_nothing' }
  | { readonly code: 'undo_late'; readonly seconds: number }
  | { readonly code: 'undo_overtaken'; readonly no: number; readonly by: string }
  /** The customer has read what the undone verb told them: undoing sends `correction`, after a yes. */
  | { readonly code: 'undo_seen'; readonly no: number; readonly seq: number; readonly what: 'reply' | 'notice' }
  | { readonly code: 'unreachable'; readonly no: number; readonly place: PlaceName }
  | { readonly code: 'reachable'; readonly no: number }
  /** The draft is gone, too old, or somebody else's. */
  | { readonly code: 'no_draft'; readonly keptMs: number }
  /** A value that is none of the possible ones; `possible` is at most 12 of them, none where they are no list. */
  | {
      readonly code: 'unknown_value';
      readonly what: ValueKind;
      readonly given: string;
      readonly possible: readonly Label[];
    }
  /** A value that can mean several. */
  | {
      readonly code: 'ambiguous';
      readonly what: ValueKind;
      readonly given: string;
      readonly possible: readonly Label[];
    }
  /** Something a verb (named as in the registry) does not take; the whole is refused so that no word is lost silently. */
  | { readonly code: 'unexpected'; readonly verb: string; readonly given: string }
  /** Characters are code points. */
  | { readonly code: 'too_long'; readonly max: number; readonly length: number }
  /** It was merged into another: that one is meant. */
  | { readonly code: 'merged'; readonly no: number; readonly into: number }
  | { readonly code: 'merge_self'; readonly no: number }
  | { readonly code: 'merge_customers'; readonly no: number; readonly into: number }
  | { readonly code: 'merge_full'; readonly no: number; readonly max: number }
  | { readonly code: 'split_nothing'; readonly no: number }
  | { readonly code: 'split_only'; readonly no: number }
  /** What does not exist cannot take messages. */
  | { readonly code: 'split_where'; readonly no: number; readonly to: string }
  /** A problem has as many cases as it may have. */
  | { readonly code: 'problem_full'; readonly no: number; readonly max: number }
  /** It is a case of another problem itself. */
  | { readonly code: 'problem_case'; readonly no: number; readonly of: number }
  | { readonly code: 'busy'; readonly no: number };

export type RefusalCode = Refusal['code'];
