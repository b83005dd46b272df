import type { DingField, DingView } from './emulator.ts';
import { asList, asObject, asText, isObject, parsed, type Json, type Values } from '../json.ts';
import { plain } from './markdown.ts';
import type { State, StoredCard } from './state.ts';
import { BODIES, ORDERED } from './templates.ts';

/** A button on a card, those that open an address too. */
export interface Button {
  readonly label: string;
  /** '' of links. */
  readonly actionId: string;
  readonly params: Json;
  readonly group: string;
  /** Null: a press is sent to the bot. */
  readonly url: string | null;
}

/** What somebody's card is made of: own values over what was answered to them over what everybody sees; own ones that are empty do not count. */
function valuesFor(state: State, card: StoredCard, user: string): Values {
  const declared = state.templates.get(card.template)?.variables ?? [];
  const isPrivate = new Set(declared.filter((v) => v.private).map((v) => v.name));
  const own = Object.entries(card.own.get(user) ?? {}).filter(([name, value]) => value !== '' && isPrivate.has(name));
  return { ...(card.seen.get(user) ?? card.shared), ...Object.fromEntries(own) };
}

/** Of a variable of type `buttonGroup`; null: it is none. */
export function buttonGroup(value: string, group: string): Button[] | null {
  if (value === '') return [];
  const buttons: Button[] = [];
  const list = parsed(value);
  if (!Array.isArray(list)) return null;
  for (const item of asList(list)) {
    const event = isObject(item) ? item['event'] : null;
    if (!isObject(item) || !isObject(event) || asText(item['text']) === '') return null;
    const params = asObject(event['params']);
    const isLink = event['type'] === 'openLink';
    const actionId = asText(params['actionId']);
    const url = asText(params['url']);
    if (!isLink && (event['type'] !== 'sendCardRequest' || actionId === '')) return null;
    if (isLink && url === '') return null;
    if (item['status'] === 'disabled') continue;
    buttons.push({
      label: asText(item['text']),
      actionId: isLink ? '' : actionId,
      params: isLink ? {} : asObject(params['params']),
      group,
      url: isLink ? url : null,
    });
  }
  return buttons;
}

/** Of `sys_full_json_obj` (fact sheet, 4.5). */
function messageButtons(json: Json): Button[] {
  return asList(json['msgButtons'])
    .filter(isObject)
    .map((item) => ({
      label: asText(item['text']),
      actionId: item['request'] === true ? asText(item['id']) : '',
      params: {},
      group: 'msgButtons',
      url: item['request'] === true ? null : asText(item['url']),
    }));
}

const fieldOf = (item: Json): DingField => {
  const initial = item['defaultValue'];
  const chosen = isObject(initial) ? initial['value'] : initial;
  return {
    name: asText(item['name']),
    label: asText(item['label']),
    type: asText(item['type']),
    required: item['required'] === true,
    hidden: item['hidden'] === true,
    value: Array.isArray(chosen)
      ? chosen.map(String).join(',')
      : typeof chosen === 'boolean'
        ? String(chosen)
        : asText(chosen),
    options: asList(item['options'])
      .filter(isObject)
      .map((option) => ({ value: asText(option['value']), text: asText(option['text']) })),
  };
};

/** Of a variable of type `form`; null: it is none. */
export function formFields(value: string): { readonly field: DingField; readonly raw: Json }[] | null {
  const json = parsed(value);
  if (!isObject(json) || !Array.isArray(json['fields'])) return null;
  return asList(json['fields'])
    .filter(isObject)
    .map((raw) => ({ field: fieldOf(raw), raw }));
}

const ordered = (values: Values): readonly string[] => {
  const order = asList(asObject(parsed(values['sys_full_json_obj'] ?? ''))['order']).map(asText);
  return order.length > 0 ? order : ['msgTitle', 'msgContent', 'staticMsgContent', 'msgButtons'];
};

/** What somebody can press, in order; links among it. */
export function buttonsOf(template: string, values: Values): Button[] {
  const json = values['sys_full_json_obj'];
  if (json !== undefined) {
    const isShown = !ORDERED.has(template) || (values['flowStatus'] === '3' && ordered(values).includes('msgButtons'));
    return isShown ? messageButtons(asObject(parsed(json))) : [];
  }
  const groups = ['rows', 'buttons', ...(values['menu_open'] === 'true' ? ['menu'] : []), 'notice_buttons'];
  return groups.flatMap((group) => buttonGroup(values[group] ?? '', group) ?? []);
}

function formOf(values: Values): DingView['form'] {
  if (values['form_open'] !== 'true') return null;
  const fields = formFields(values['form'] ?? '');
  if (fields === null) return null;
  return {
    submit: values['form_button'] ?? '',
    enabled: values['form_status'] !== 'disabled',
    fields: fields.map(({ field }) => field),
  };
}

/** The card for one person; '' is somebody of whom nothing is known. */
export function viewOf(state: State, card: StoredCard, user: string): DingView {
  const values = valuesFor(state, card, user);
  return {
    outTrackId: card.outTrackId,
    template: card.template,
    values,
    buttons: buttonsOf(card.template, values).map(({ label, actionId, params, group }) => ({
      label,
      actionId,
      params,
      group,
    })),
    form: formOf(values),
  };
}

/** Everything it shows but buttons and forms. */
export function textOf(state: State, view: DingView): string {
  const { values, template } = view;
  const types = new Map(state.templates.get(template)?.variables.map((v) => [v.name, v.type]));
  const shown = ORDERED.has(template)
    ? values['flowStatus'] === '1'
      ? []
      : ordered(values).filter((name) => types.has(name))
    : ['title', 'tips', 'markdown', 'status', 'notice', ...BODIES, 'pictures', 'footer'];
  return shown
    .map((name) => (types.get(name) === 'markdown' ? plain(values[name] ?? '') : (values[name] ?? '')))
    .filter((text) => text !== '')
    .join('\n');
}
