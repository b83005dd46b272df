import { buttonGroup, formFields } from './card-view.ts';
import type { DingTemplate } from './emulator.ts';
import { asObject, bytesOf, isObject, parsed, type Json, type Values } from '../json.ts';
import { picturesIn } from './markdown.ts';
import type { State, StoredCard } from './state.ts';
import { STRUCTURES } from './templates.ts';

/** Bytes of a plain value, of a name, and of everything (fact sheet, 4.1). */
const MOST_VALUE = 1_024;
const MOST_NAME = 100;
const MOST_IN_ALL = 100 * 1_024;

/** Says of pictures whose media id nobody uploaded: they show as a broken image. */
export function checkPictures(state: State, markdown: string, where: string): void {
  for (const target of picturesIn(markdown))
    if (!/^https?:\/\//u.test(target) && !state.media.has(target))
      state.find(`${where}: there is no picture ${target}`);
}

/** Whether a value is of the shape that its type is read by. */
const READS: Readonly<Record<string, (value: string) => boolean>> = {
  buttonGroup: (value) => buttonGroup(value, '') !== null,
  form: (value) => formFields(value) !== null,
  json: (value) => isObject(parsed(value)),
  boolean: (value) => value === 'true' || value === 'false',
};

function checkValue(state: State, type: string, name: string, value: string, where: string): void {
  if (bytesOf(name) > MOST_NAME) state.find(`${where}: the name ${name} has ${bytesOf(name)} bytes`);
  if (!STRUCTURES.has(type) && bytesOf(value) > MOST_VALUE) state.find(`${where}: ${name} has ${bytesOf(value)} bytes`);
  if (value !== '' && READS[type]?.(value) === false) state.find(`${where}: ${name} is no ${type}`);
  if (type === 'markdown') checkPictures(state, value, `${where}: ${name}`);
}

/** A `cardParamMap`, checked; null: DingTalk would not take it. */
export function valuesIn(
  state: State,
  template: DingTemplate | undefined,
  data: unknown,
  layer: 'cardData' | 'privateData' | 'userPrivateData',
  where: string,
): Values | null {
  const at = `${where}: ${layer}`;
  const map = isObject(data) ? data['cardParamMap'] : null;
  if (!isObject(map)) {
    state.find(`${at} has no cardParamMap`);
    return null;
  }
  const taken: Record<string, string> = {};
  let isGood = true;
  for (const [name, value] of Object.entries(map)) {
    const declared = template?.variables.find((variable) => variable.name === name);
    if (declared === undefined) state.find(`${at}: the template has no variable ${name}`);
    else if (layer !== 'cardData' && !declared.private)
      state.find(`${at}: ${name} cannot differ from person to person`);
    if (typeof value !== 'string') {
      state.find(`${at}: ${name} is no string`);
      isGood = false;
      continue;
    }
    checkValue(state, declared?.type ?? 'string', name, value, at);
    taken[name] = value;
  }
  const all = Object.entries(taken).reduce((sum, [name, value]) => sum + bytesOf(name) + bytesOf(value), 0);
  if (all > MOST_IN_ALL) state.find(`${at} has ${all} bytes`);
  return isGood ? taken : null;
}

/** Private values by person; null: DingTalk would not take them. */
export function ownValuesIn(
  state: State,
  template: DingTemplate | undefined,
  data: unknown,
  where: string,
): ReadonlyMap<string, Values> | null {
  const own = new Map<string, Values>();
  let isGood = true;
  for (const [user, given] of Object.entries(asObject(data))) {
    const values = valuesIn(state, template, given, 'privateData', where);
    if (values === null) isGood = false;
    else own.set(user, values);
  }
  return isGood ? own : null;
}

export interface Change {
  readonly shared: Values | null;
  readonly own: ReadonlyMap<string, Values>;
  readonly options: Json;
}

/** Says of changes that throw away whatever they do not name (fact sheet, 4.2). */
export function checkOptions(state: State, { shared, own, options }: Change, where: string): void {
  if (shared !== null && options['updateCardDataByKey'] !== true)
    state.find(`${where}: without updateCardDataByKey everything else is lost`);
  if (own.size > 0 && options['updatePrivateDataByKey'] !== true)
    state.find(`${where}: without updatePrivateDataByKey everything else of this person is lost`);
}

function changeOwn(card: StoredCard, { own, options }: Change): void {
  const byKey = options['updatePrivateDataByKey'] === true;
  for (const [user, values] of own) card.own.set(user, byKey ? { ...card.own.get(user), ...values } : values);
}

/** What the update API does: everybody sees it. */
export function change(card: StoredCard, to: Change): void {
  const { shared, options } = to;
  if (shared !== null && options['updateCardDataByKey'] === true) {
    card.shared = { ...card.shared, ...shared };
    for (const [user, seen] of card.seen) card.seen.set(user, { ...seen, ...shared });
  } else if (shared !== null) {
    card.shared = shared;
    card.seen.clear();
  }
  changeOwn(card, to);
}

/** What the answer to a press does: whoever pressed sees it, and nobody else (fact sheet, 4.3). */
export function answerPress(state: State, card: StoredCard, user: string, response: Json): void {
  const where = 'the answer to a press';
  const template = state.templates.get(card.template);
  for (const key of Object.keys(response))
    if (!['cardUpdateOptions', 'cardData', 'userPrivateData'].includes(key)) state.find(`${where} has ${key}`);
  const read = (layer: 'cardData' | 'userPrivateData'): Values | null =>
    response[layer] == null ? null : valuesIn(state, template, response[layer], layer, where);
  const shared = read('cardData');
  const mine = read('userPrivateData');
  const to: Change = {
    shared,
    own: new Map(mine === null ? [] : [[user, mine]]),
    options: asObject(response['cardUpdateOptions']),
  };
  checkOptions(state, to, where);
  if (shared !== null)
    card.seen.set(
      user,
      to.options['updateCardDataByKey'] === true ? { ...(card.seen.get(user) ?? card.shared), ...shared } : shared,
    );
  changeOwn(card, to);
}
