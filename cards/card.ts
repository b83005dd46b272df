import type { Locale } from '../src/domain/directory.ts';
import type { Invocation } from './invocation.ts';

/**
 * What a card looks like, as data: every platform renders it as well as it can, `fallback.ts` renders it as plain text.
 * All texts are already in the reader's language, unescaped: escaping is the renderer's duty.
 */
export interface Card {
  readonly kind: CardKind;
  /** The language its texts are in, for the few words a renderer adds (the name of the menu, the line of typed hints). */
  readonly locale: Locale;
  /** grey new · blue in progress · amber waiting or short of time · red overdue or urgent · green resolved. */
  readonly tone: 'grey' | 'blue' | 'amber' | 'red' | 'green';
  /** Number and matter: `T-4821 · 快递三天没更新`. */
  readonly title: string;
  /** One line for notifications and lists of chats; mandatory. */
  readonly summary: string;
  /** Status in words with the nearest clock: `待认领 · 14:32 前首响`. */
  readonly status?: string;
  readonly blocks: readonly Block[];
  /** Primary first; those of placement `menu` stand behind one menu. */
  readonly actions: readonly Action[];
  /** The last thing that happened and who did it. */
  readonly footer?: string;
}

export type CardKind =
  | 'ticket'
  | 'work'
  | 'news'
  | 'list'
  | 'home'
  | 'help'
  | 'notice'
  | 'show'
  | 'preview'
  | 'offer'
  | 'alert'
  | 'ping'
  | 'board'
  | 'digest'
  | 'anomaly'
  | 'handover';

/** `copy`: to be taken over as it stands into another program; shown in one width, with a way to copy it. */
export type TextStyle = 'plain' | 'quote' | 'copy';

export type Block =
  | { readonly type: 'text'; readonly text: string; readonly style: TextStyle }
  | { readonly type: 'fields'; readonly fields: readonly { readonly label: string; readonly value: string }[] }
  | { readonly type: 'list'; readonly items: readonly ListItem[] }
  | { readonly type: 'note'; readonly text: string }
  /** A picture in small; `url`: where its reader, and nobody else, may open it whole. */
  | {
      readonly type: 'image';
      readonly file: string;
      readonly alt: string;
      readonly url?: string;
      /** It has to be read, not only recognised: shown as wide as the card. */
      readonly wide?: true;
    }
  /** A recording or file as one line; without `url` it is read by many and opened from the full view. */
  | { readonly type: 'file'; readonly file: string; readonly text: string; readonly url?: string }
  | { readonly type: 'divider' };

export interface ListItem {
  readonly text: string;
  /** A second, quieter line. */
  readonly detail?: string;
  readonly action?: Action;
  /** The other thing that can be done about it. */
  readonly also?: Action;
}

export interface Action {
  readonly label: string;
  readonly style: 'primary' | 'default' | 'danger';
  readonly placement: 'button' | 'menu';
  readonly invoke: Invocation;
  /** What a person types for the same, for surfaces without buttons: `认领 4821`. Never empty: no action is ever lost. */
  readonly typed: string;
  /** Pressing asks for these values first. */
  readonly form?: Form;
}

/** Values asked for before a command runs; field names are the command's parameter names. */
export interface Form {
  readonly title: string;
  readonly submit: string;
  readonly invoke: Invocation;
  readonly fields: readonly FormField[];
  /**
   * Given to it when it is opened or answered, and handed in again with its values: submitting it twice is doing it once. A form that an
   * adapter fills anew, with what was wrong, carries the nonce of the newer one. Absent on a form that stands in a card unopened.
   */
  readonly nonce?: string;
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly type: 'line' | 'text' | 'select';
  readonly required: boolean;
  /** Most characters (code points) the value may have. */
  readonly max: number;
  readonly value?: string;
  readonly placeholder?: string;
  /** For `select`. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** What is wrong with the value that was submitted. */
  readonly error?: string;
  /** Another value changes what else is asked for: the form is opened anew with it. */
  readonly guides?: true;
}
