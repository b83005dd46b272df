import type { Json } from '../json.ts';
import { asText } from '../json.ts';
import { entriesOf } from './api-app.ts';
import { lend } from './api-message.ts';
import { buttonOn, chosenOn, entryOn, viewOf } from './card-view.ts';
import type { CardView, Chosen, Delivery, Over } from './emulator.ts';
import type { WeCom } from './method.ts';
import { memberOf, type State, type StoredMessage } from './state.ts';
import { xmlOf, type Element } from './xml.ts';

/** Ids of messages are larger than what JavaScript counts exactly (fact sheet, 1.5). */
const FIRST_ID = 4_561_255_354_251_345_929n;

interface Heard {
  readonly user: string;
  readonly what: string;
  readonly agentId: number;
  readonly elements: readonly Element[];
  readonly over: Over;
}

const frame = (
  state: State,
  { user, agentId, elements }: Heard,
  type: string,
  msgId: bigint | null,
): readonly Element[] => [
  ['ToUserName', state.corpId],
  ['FromUserName', user],
  ['CreateTime', Math.floor(state.now() / 1_000)],
  ['MsgType', type],
  ...elements,
  ...(msgId === null ? [] : [['MsgId', msgId] as const]),
  ['AgentID', agentId],
];

async function message({ state, wire }: WeCom, heard: Heard): Promise<Delivery> {
  memberOf(state, heard.user);
  const id = FIRST_ID + BigInt(Number(state.next('')));
  const xml = xmlOf(frame(state, heard, heard.what, id), heard.over);
  const { agentId, what, user } = heard;
  return wire.tell({ agentId, what, user, xml, msgId: String(id), responseCode: '' });
}

async function event({ state, wire }: WeCom, heard: Heard, responseCode = ''): Promise<Delivery> {
  const elements: readonly Element[] = [['Event', heard.what], ...heard.elements];
  const xml = xmlOf(frame(state, { ...heard, elements }, 'event', null), heard.over);
  return wire.tell({ agentId: heard.agentId, what: heard.what, user: heard.user, xml, msgId: '', responseCode });
}

export async function says(
  wecom: WeCom,
  agentId: number,
  user: string,
  text: string,
  over: Over = {},
): Promise<Delivery> {
  return message(wecom, { user, what: 'text', agentId, elements: [['Content', text]], over });
}

export interface Content {
  readonly type: 'image' | 'voice' | 'video' | 'file';
  readonly name: string;
  readonly bytes: Uint8Array;
}

export async function sends(
  wecom: WeCom,
  agentId: number,
  user: string,
  { type, name, bytes }: Content,
  over: Over = {},
): Promise<Delivery> {
  const { state, url } = wecom;
  const id = state.secret('in-media-');
  state.media.set(id, { name, type, bytes, at: state.now() });
  const more: Readonly<Record<Content['type'], readonly Element[]>> = {
    image: [['PicUrl', `${url}/pictures/${id}`]],
    voice: [['Format', 'amr']],
    video: [['ThumbMediaId', id]],
    file: [['FileName', name]],
  };
  return message(wecom, { user, what: type, agentId, elements: [...more[type], ['MediaId', id]], over });
}

export async function sendsLocation(
  wecom: WeCom,
  agentId: number,
  user: string,
  at: { lat: string; lon: string; label: string },
  over: Over = {},
): Promise<Delivery> {
  const elements: readonly Element[] = [
    ['Location_X', Number(at.lat)],
    ['Location_Y', Number(at.lon)],
    ['Scale', 15],
    ['Label', at.label],
    ['AppType', 'wxwork'],
  ];
  return message(wecom, { user, what: 'location', agentId, elements, over });
}

export async function sendsLink(
  wecom: WeCom,
  agentId: number,
  user: string,
  link: { title: string; description: string; url: string },
  over: Over = {},
): Promise<Delivery> {
  const elements: readonly Element[] = [
    ['Title', link.title],
    ['Description', link.description],
    ['Url', link.url],
    ['PicUrl', ''],
  ];
  return message(wecom, { user, what: 'link', agentId, elements, over });
}

/** What somebody sees of a message's card; null: they do not have it. */
export function cardOf(message: StoredMessage, user: string): CardView | null {
  const own = message.cards.get(user);
  return own === undefined || message.recalled || message.dropped.has(user) ? null : viewOf(own, message.taskId);
}

/** The newest card of theirs that this is, and that `fits`. @throws Error */
function seen(
  { state }: WeCom,
  user: string,
  card: string | null,
  fits: (view: CardView) => boolean,
): { readonly message: StoredMessage; readonly view: CardView } {
  memberOf(state, user);
  const theirs = state.messages
    .filter((m) => card === null || m.id === card || m.taskId === card)
    .flatMap((message) => {
      const view = cardOf(message, user);
      return view === null ? [] : [{ message, view }];
    });
  const found = theirs.findLast(({ view }) => fits(view)) ?? theirs.at(-1);
  if (found === undefined) throw new Error(`${user} has no card ${card ?? 'at all'}`);
  return found;
}

async function press(
  wecom: WeCom,
  user: string,
  message: StoredMessage,
  { what, key, view, more }: { what: string; key: string; view: CardView; more: readonly Element[] },
): Promise<Delivery> {
  const code = lend(wecom.state, message);
  const elements: readonly Element[] = [
    ['EventKey', key],
    ['TaskId', message.taskId],
    ['CardType', view.type],
    ['ResponseCode', code],
    ...more,
  ];
  return event(wecom, { user, what, agentId: message.agentId, elements, over: {} }, code);
}

export async function presses(
  wecom: WeCom,
  user: string,
  card: string | null,
  wanted: string,
  chosen: Chosen = {},
): Promise<Delivery> {
  const isOn = (view: CardView): boolean => view.buttons.some((b) => b.text === wanted || b.key === wanted);
  const { message, view } = seen(wecom, user, card, isOn);
  const { key } = buttonOn(view, wanted);
  const items = chosenOn(view, chosen).map(({ key: question, ids }): Element => [
    'SelectedItem',
    [
      ['QuestionKey', question],
      ['OptionIds', ids.map((id): Element => ['OptionId', id])],
    ],
  ]);
  const more: readonly Element[] = items.length === 0 ? [] : [['SelectedItems', items]];
  return press(wecom, user, message, { what: 'template_card_event', key, view, more });
}

export async function menuPress(wecom: WeCom, user: string, card: string | null, wanted: string): Promise<Delivery> {
  const isOn = (view: CardView): boolean => view.menu.some((e) => e.text === wanted || e.key === wanted);
  const { message, view } = seen(wecom, user, card, isOn);
  const key = entryOn(view, wanted);
  return press(wecom, user, message, { what: 'template_card_menu_event', key, view, more: [] });
}

export async function clicksMenu(wecom: WeCom, agentId: number, user: string, wanted: string): Promise<Delivery> {
  const { state } = wecom;
  memberOf(state, user);
  const fits = (entry: Json): boolean => entry['key'] === wanted || entry['name'] === wanted;
  const entry = entriesOf(state.menus.get(agentId)).find(fits);
  if (entry === undefined) throw new Error(`the menu of ${agentId} has no ${wanted}`);
  const type = asText(entry['type']);
  const key = asText(type === 'view' ? entry['url'] : entry['key']);
  return event(wecom, { user, what: type, agentId, elements: [['EventKey', key]], over: {} });
}

export async function happens(
  wecom: WeCom,
  agentId: number,
  user: string,
  what: string,
  fields: Over = {},
): Promise<Delivery> {
  const place: readonly Element[] = [
    ['Latitude', 23.104],
    ['Longitude', 113.32],
    ['Precision', 65],
    ['AppType', 'wxwork'],
  ];
  const elements = what === 'LOCATION' ? place : ([['EventKey', '']] as const);
  return event(wecom, { user, what, agentId, elements, over: fields });
}
