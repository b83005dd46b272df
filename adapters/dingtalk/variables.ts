/** A variable of our own card template: DingTalk carries each as a string, structures as JSON. */
export interface Variable {
  readonly name: string;
  readonly type: 'string' | 'markdown' | 'buttonGroup' | 'form';
  /** May differ from person to person; what is empty for one of them is as it is for everybody. */
  readonly private: boolean;
}

/** Parts of a card's words, one below the other: each holds so little (`MAX_VALUE_BYTES`) that it takes several. */
export const BODY = ['body1', 'body2', 'body3', 'body4', 'body5', 'body6', 'body7', 'body8'] as const;

const shared = <const N extends string>(name: N, type: Variable['type']) => ({ name, type, private: false }) as const;
const own = <const N extends string>(name: N, type: Variable['type']) => ({ name, type, private: true }) as const;

/** What a card shows to everybody. */
export const CARD = [
  // What the list of chats says of it.
  shared('lastMessage', 'string'),
  shared('title', 'string'),
  shared('status', 'string'),
  // The colour of `status`, by one of DingTalk's names for it.
  shared('tone', 'string'),
  ...BODY.map((name) => shared(name, 'string')),
  shared('pictures', 'markdown'),
  shared('footer', 'string'),
  shared('rows', 'buttonGroup'),
  shared('buttons', 'buttonGroup'),
  shared('menu', 'buttonGroup'),
] as const;

/** What somebody who pressed has of their own. */
export const OWN = [
  own('menu_open', 'string'),
  own('notice', 'string'),
  own('notice_buttons', 'buttonGroup'),
  own('form', 'form'),
  own('form_open', 'string'),
  own('form_button', 'string'),
  own('form_status', 'string'),
] as const;

/** Every variable of the template, in the order in which the builder lists them. */
export const VARIABLES: readonly Variable[] = [...CARD, ...OWN];

export type CardVariable = (typeof CARD)[number]['name'];
export type OwnVariable = (typeof OWN)[number]['name'];

/** Values that are sent: of all variables of the card, so that a change by key takes away what is gone. */
export type CardValues = Readonly<Record<CardVariable, string>>;
export type OwnValues = Readonly<Partial<Record<OwnVariable, string>>>;

/** The value of a button group without buttons, and of anything else without content. */
export const NO_BUTTONS = '[]';
/** The value of a switch that is on; anything else is off. */
export const ON = 'true';
export const OFF = 'false';
