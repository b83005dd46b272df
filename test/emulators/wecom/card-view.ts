import { asList, asObject, asText, isObject, type Json } from '../json.ts';
import type { CardView } from './emulator.ts';
import type { CardState } from './state.ts';

const listed = (value: unknown): readonly Json[] => asList(value).map(asObject);
const urlOf = (from: Json): string | null => (from['type'] === 1 ? asText(from['url']) : null);

function questionOf(from: Json, several: boolean): CardView['questions'][number] {
  const options = listed(from['option_list']);
  const checked = options.filter((o) => o['is_checked'] === true).map((o) => asText(o['id']));
  const selected = asText(from['selected_id']);
  // A list that selects nothing by itself shows its first entry as chosen.
  const first = options.slice(0, 1).map((o) => asText(o['id']));
  const isBox = 'mode' in from || checked.length > 0;
  return {
    key: asText(from['question_key']),
    title: asText(from['title']),
    several,
    disabled: from['disable'] === true,
    selected: isBox ? checked : selected === '' ? first : [selected],
    options: options.map((o) => ({ id: asText(o['id']), text: asText(o['text']) })),
  };
}

function questionsOf(raw: Json): CardView['questions'] {
  const type = raw['card_type'];
  if (type === 'vote_interaction') {
    const box = asObject(raw['checkbox']);
    return [questionOf({ mode: 0, ...box }, box['mode'] === 1)];
  }
  if (type === 'multiple_interaction') return listed(raw['select_list']).map((one) => questionOf(one, false));
  const selection = raw['button_selection'];
  return type === 'button_interaction' && isObject(selection) ? [questionOf(selection, false)] : [];
}

function buttonsOf(raw: Json): CardView['buttons'] {
  if (raw['card_type'] === 'button_interaction')
    return listed(raw['button_list']).map((b) => ({
      text: asText(b['text']),
      key: asText(b['key']),
      style: Number(b['style'] ?? 1),
      url: urlOf(b),
    }));
  const submit = raw['submit_button'];
  return isObject(submit) ? [{ text: asText(submit['text']), key: asText(submit['key']), style: 1, url: null }] : [];
}

/** What somebody sees of a card. */
export function viewOf(state: CardState, taskId: string): CardView {
  const { raw } = state;
  const main = asObject(raw['main_title']);
  const replaced = asText(raw['replace_text']);
  const greyed = state.greyed ?? (replaced === '' ? null : replaced);
  const isMenu = !['vote_interaction', 'multiple_interaction'].includes(asText(raw['card_type']));
  const isNotice = ['text_notice', 'news_notice'].includes(asText(raw['card_type']));
  return {
    type: asText(raw['card_type']),
    taskId,
    source: asText(asObject(raw['source'])['desc']),
    title: asText(main['title']),
    desc: asText(main['desc']),
    subTitle: asText(raw['sub_title_text']),
    quote: asText(asObject(raw['quote_area'])['quote_text']),
    rows: listed(raw['horizontal_content_list']).map((row) => ({
      key: asText(row['keyname']),
      value: asText(row['value']),
      url: urlOf(row),
    })),
    buttons: greyed === null ? buttonsOf(raw) : [],
    questions: questionsOf(raw),
    menu: isMenu
      ? listed(asObject(raw['action_menu'])['action_list']).map((e) => ({
          text: asText(e['text']),
          key: asText(e['key']),
        }))
      : [],
    jumps: isNotice
      ? listed(raw['jump_list']).map((jump) => ({ text: asText(jump['title']), url: asText(jump['url']) }))
      : [],
    opens: urlOf(asObject(raw['card_action'])),
    greyed,
    changes: state.changes,
    raw,
  };
}

/** Everything that it says, in lines. */
export function textOf(view: CardView): string {
  return [
    view.source,
    view.title,
    view.desc,
    view.quote,
    view.subTitle,
    ...view.rows.map((row) => `${row.key} ${row.value}`),
    ...view.questions.map((q) => `${q.title}: ${q.options.map((o) => o.text).join(' / ')}`),
    ...view.buttons.map((b) => `[${b.text}]`),
    ...view.jumps.map((j) => `[${j.text}]`),
    view.greyed === null ? '' : `(${view.greyed})`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** What somebody chose, as a press tells it: what they left alone stands as it was. @throws Error on what is not offered. */
export function chosenOn(
  view: CardView,
  chosen: Readonly<Record<string, string | readonly string[]>>,
): readonly { readonly key: string; readonly ids: readonly string[] }[] {
  for (const key of Object.keys(chosen))
    if (!view.questions.some((q) => q.key === key)) throw new Error(`the card asks nothing under ${key}`);
  return view.questions.map((q) => {
    const wanted = chosen[q.key];
    if (wanted === undefined) return { key: q.key, ids: q.selected };
    const ids = typeof wanted === 'string' ? [wanted] : wanted;
    if (q.disabled) throw new Error(`${q.key} cannot be changed`);
    if (ids.length > 1 && !q.several) throw new Error(`${q.key} takes one answer`);
    for (const id of ids) if (!q.options.some((o) => o.id === id)) throw new Error(`${q.key} offers no ${id}`);
    return { key: q.key, ids };
  });
}

/** The button with this label or key, if it can be pressed. @throws Error */
export function buttonOn(view: CardView, wanted: string): CardView['buttons'][number] {
  const button = view.buttons.find((b) => b.text === wanted) ?? view.buttons.find((b) => b.key === wanted);
  if (button === undefined) {
    const why = view.greyed === null ? view.buttons.map((b) => b.text).join(', ') : `greyed: ${view.greyed}`;
    throw new Error(`no button ${wanted} on ${view.taskId} (${why})`);
  }
  if (button.url !== null) throw new Error(`${wanted} opens ${button.url} and tells nobody`);
  return button;
}

/** @throws Error */
export function entryOn(view: CardView, wanted: string): string {
  const entry = view.menu.find((e) => e.text === wanted || e.key === wanted);
  if (entry === undefined) throw new Error(`no entry ${wanted} in the menu of ${view.taskId}`);
  return entry.key;
}
