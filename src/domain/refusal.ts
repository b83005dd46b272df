import type { Status } from './status.ts';

/** Why an intent is refused: data that the catalogues (`refusal.*`) turn into one exact sentence. */
export type Refusal =
  | { readonly code: 'already_claimed'; readonly no: number; readonly by: string; readonly at: Date }
  | {
      readonly code: 'not_allowed';
      readonly no: number | null;
      readonly needs: 'member' | 'assignee' | 'lead' | 'manager' | 'admin';
    }
  | { readonly code: 'wrong_status'; readonly no: number; readonly verb: string; readonly status: Status }
  | { readonly code: 'not_found'; readonly no: string }
  | { readonly code: 'unknown_person'; readonly name: string }
  | { readonly code: 'unknown_team'; readonly name: string }
  | { readonly code: 'not_in_team'; readonly name: string; readonly no: number }
  | { readonly code: 'too_many_tags'; readonly no: number; readonly max: number }
  | { readonly code: 'note_required' }
  | { readonly code: 'undo_nothing' }
  | { readonly code: 'undo_late'; readonly seconds: number }
  | { readonly code: 'undo_overtaken'; readonly no: number; readonly by: string }
  | { readonly code: 'reply_sent'; readonly no: number }
  | { readonly code: 'unreachable'; readonly no: number }
  | { readonly code: 'busy'; readonly no: number };

export type RefusalCode = Refusal['code'];
