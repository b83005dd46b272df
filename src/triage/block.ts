import type { ContactPlace, Shop } from '../domain/directory.ts';
import type { OrderFacts } from '../domain/ticket.ts';
import { finder, fold } from './keyword.ts';
import { ordersIn, recognise } from './recognise.ts';

/** What a pasted block says: a chat's export, a copied order, a note from the telephone. */
export interface Block {
  /** Of several order numbers the first. */
  readonly facts: OrderFacts;
  /** Every order number, in the order in which they stand. */
  readonly orders: readonly string[];
  /** The customer's name, where one is given apart from the nick. */
  readonly name: string;
  /** Id of the place where the customer is. */
  readonly place: string;
  /** The nick there, the number on the telephone; empty when it is not known. */
  readonly handle: string;
  /** Id of the shop it names; null when it names none of ours. */
  readonly shop: string | null;
  /** The customer's words alone: without headers, labels, bare numbers and what our side said; may be empty. */
  readonly matter: string;
}

/** What a block is read against. */
export interface Known {
  readonly places: ReadonlyMap<string, ContactPlace>;
  readonly shops: ReadonlyMap<string, Shop>;
}

const MOST_CHARACTERS = 20_000;
const MOST_NICK = 60;

/** Controls, direction marks and what is invisible, but for what emoji are joined with. */
const INVISIBLE = /(?!\n|\t|\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;

const DATE = String.raw`(?:\d{4}\s?[-/.年]\s?)?\d{1,2}\s?[-/.月]\s?\d{1,2}日?`;
const TIME = String.raw`\d{1,2}[:：]\d{2}(?:[:：]\d{2})?`;
/** Who said the lines that follow: `tb123456(2026-11-11 10:21:33):`, words may follow. */
const BRACED_HEADER = new RegExp(
  String.raw`^(.{1,${MOST_NICK}}?)\s{0,3}[(（]\s?(?:${DATE}\s{1,3})?${TIME}\s?[)）]\s{0,3}[:：]?\s{0,3}(.*)$`,
  'u',
);
/** The same bare: `jd_4a5b6c 2026-11-11 10:21:33` alone on its line. */
const BARE_HEADER = new RegExp(String.raw`^(.{1,${MOST_NICK}}?)\s{1,4}${DATE}\s{1,3}${TIME}\s{0,3}[:：]?()$`, 'u');

/** A word for the customer instead of a nick. */
const SOMEBODY = /^(?:买家|客户|顾客|用户|消费者|buyer|customer|client)$/iu;
const STAFF =
  /客服|商家|店小二|旗舰店|专营店|专卖店|官方|人工|机器人|^我$|\b(?:agent|support|service|seller|shop|store)\b/iu;

/** A label that is always followed by a nick, and one that may also be followed by what was said. */
const NICK_LABEL =
  /(?:(?:淘宝|天猫|京东|抖音|拼多多)?(?:买家|客户|顾客|用户)?(?:旺旺(?:号|名|ID)?|昵称|会员名|用户名|账号|帐号|ID)|\b(?:nick(?:name)?|user ?name|user id|wangwang|buyer (?:nick|name|id)|member (?:name|id)))\s{0,3}[:：]\s{0,3}/iu;
const SAYER_LABEL = /^(?:买家|客户|顾客|会员|buyer|customer)\s{0,3}[:：]\s{0,3}/iu;
/** `旺旺 xiaohong88` without a colon. */
const BARE_NICK = /旺旺(?:号|名)?(?:是|叫)?\s{0,3}([A-Za-z0-9_][\w-]{2,30})/u;
/** Nicks that marketplaces give by themselves. */
const SHAPES: readonly { readonly place: string; readonly shape: RegExp }[] = [
  { place: 'qianniu', shape: /(?<![\w-])(?:tb\d{4,14}|tb[a-z0-9]{2,4}_?\d{6,}|t_\d{6,16}_\d{1,6})(?![\w-])/u },
  { place: 'jd', shape: /(?<![\w-])jd_[0-9a-z]{5,24}(?![\w-])/iu },
  { place: 'douyin', shape: /(?<![\w\p{Script=Han}])用户\d{6,16}(?!\d)/u },
];
const NAME_LABEL = /(?:收货人|收件人|姓名|联系人|\b(?:recipient|receiver|name))\s{0,3}[:：]\s{0,3}([\p{L}·. ]{1,30})/iu;
const SHOP_LABEL = /(?:店铺(?:名称|名)?|店名|网店|\b(?:shop|store))\s{0,3}[:：]\s{0,3}([^\n,，;；|]{1,60})/iu;
const PLACE_LABEL = /(?:渠道|平台|来源|\b(?:channel|source|platform))\s{0,3}[:：]\s{0,3}([^\n,，;；|]{1,40})/iu;
const MATTER_LABEL = /^(?:问题(?:描述)?|诉求|内容|备注|留言|描述|反馈|issue|problem|message|note)\s{0,3}[:：]\s{0,3}/iu;
/** Lines that hold a fact and none of the customer's words. */
const FACT_LINE =
  /^(?:订单(?:编号|号码|号|信息|状态|时间)?|单号|商家编码|快递(?:单号|公司)?|物流(?:单号|公司|信息)?|运单号?|包裹号?|手机号?码?|联系?电话|电话|联系方式|收货(?:信息|地址|人)?|收件(?:人|地址)?|地址|姓名|联系人|实付(?:款|金额)?|金额|总价|合计|付款时间|下单时间|创建时间|成交时间|发货时间|数量|店铺(?:名称|名)?|店名|网店|渠道|平台|来源|order(?: (?:number|no\.?|id|date|status))?|tracking(?: (?:number|no\.?))?|carrier|phone|mobile|tel|address|ship to|name|recipient|receiver|amount|total|paid|quantity|qty|shop|store|channel|source|platform|date)\s{0,3}[:：]/iu;

/** Words right before a value that only say what it is. */
const VALUE_LABEL = String.raw`(?:(?:京东|顺丰|圆通|中通|申通|韵达|极兔|德邦|EMS|邮政)(?:快递|物流|速运|速递)?\s{0,2})?(?:(?:淘宝|天猫|京东|拼多多|抖音)?订单(?:编号|号码|号)?|单号|快递单?号?|运单号?|物流单?号?|手机号?码?|联?系?电话|来电|旺旺(?:号|名)?|昵称|\border(?: (?:number|no\.?|id))?|\btracking(?: (?:number|no\.?))?|\bphone|\bmobile|\btel)?(?:是|为)?\s{0,3}[:：#]?\s{0,3}`;

/** Reads a pasted block. Pure; what it does not find stays empty. */
export function readBlock(source: string, { places, shops }: Known): Block {
  const text = source.slice(0, MOST_CHARACTERS).replace(INVISIBLE, '');
  const lines = text.split(/\r?\n/u).map((line) => line.trim());
  const chat = readChat(lines, shops);
  const written = chat.lines.join('\n');

  const labelled = labelledNick(chat.lines);
  const shaped = SHAPES.map(({ place, shape }) => ({ place, nick: shape.exec(text)?.[0] })).find(
    (s) => s.nick !== undefined,
  );
  const nick = tidyNick(labelled?.nick ?? chat.nick ?? BARE_NICK.exec(written)?.[1] ?? shaped?.nick ?? '');

  // A nick may look like a number of an order or a telephone: it is none.
  const rest = nick === '' ? written : written.replaceAll(nick, ' ');
  const own = ordersIn(rest);
  // Our side may have been the one to name it.
  const orders = own.length > 0 ? own : ordersIn(nick === '' ? text : text.replaceAll(nick, ' '));
  const recognised = recognise(rest);
  const facts: OrderFacts = { ...recognised, ...(orders[0] === undefined ? {} : { order: orders[0] }) };

  const named = NAME_LABEL.exec(written)?.[1]?.trim() ?? labelled?.name ?? '';
  const label = PLACE_LABEL.exec(written)?.[1];
  const place = placeOf(places, {
    label,
    nickLabel: labelled?.label,
    shape: shaped?.nick === nick ? shaped?.place : undefined,
    text: written,
    order: facts.order,
    isChat: chat.nick !== null,
    isPhone: facts.phone !== undefined && nick === '',
  });
  const byNumber = places.get(place)?.handle === 'number';
  const shopName = SHOP_LABEL.exec(written)?.[1] ?? chat.shop ?? '';
  return {
    facts,
    orders,
    name: byNumber && named === '' ? nick : named,
    place,
    handle: byNumber ? (facts.phone ?? '') : nick,
    shop: shopOf(shops, shopName, written),
    matter: matterOf(chat.lines, [nick, ...orders, facts.tracking, facts.phone], [named, ...namesOf(places)]),
  };
}

interface Chat {
  /** The lines without headers and without what our side said. */
  readonly lines: readonly string[];
  readonly nick: string | null;
  readonly shop: string | null;
}

/** Takes a chat's export apart. */
function readChat(lines: readonly string[], shops: Known['shops']): Chat {
  const kept: string[] = [];
  let nick: string | null = null;
  let shop: string | null = null;
  // Lines since our side's last header; null: they are the customer's.
  let ours: number | null = null;
  for (const line of lines) {
    const header = BRACED_HEADER.exec(line) ?? BARE_HEADER.exec(line);
    const who = header?.[1]?.trim();
    if (header === null || who === undefined) {
      // What is copied below the last message belongs to nobody: an order's lines end what our side said.
      if (ours !== null && ours > 0 && FACT_LINE.test(line)) ours = null;
      if (ours === null) kept.push(line);
      else ours += 1;
      continue;
    }
    const [owner = '', sub] = who.split(/[:：]/u);
    ours = sub !== undefined || STAFF.test(who) || [...shops.values()].some((s) => s.name === who) ? 0 : null;
    if (ours !== null) shop ??= sub === undefined ? null : owner;
    else {
      if (nick === null && !SOMEBODY.test(who)) nick = who;
      if (header[2] !== undefined && header[2] !== '') kept.push(header[2]);
    }
  }
  return { lines: kept, nick, shop };
}

function labelledNick(lines: readonly string[]): { nick: string; label: string; name?: string } | null {
  for (const line of lines) {
    const label = NICK_LABEL.exec(line);
    if (label !== null) {
      const nick = nickAt(line.slice(label.index + label[0].length));
      if (nick !== '') return { nick, label: label[0] };
    }
    const sayer = SAYER_LABEL.exec(line);
    if (sayer === null) continue;
    const value = nickAt(line.slice(sayer[0].length));
    // What stands there may be a sentence: a nick has no marks of one, and more than Han characters in it.
    if (value !== line.slice(sayer[0].length).trim() || /[，。！？,!?]/u.test(value) || value === '') continue;
    if (/^\p{Script=Han}+$/u.test(value)) {
      if (value.length <= 4) return { nick: '', label: sayer[0], name: value };
    } else if (!/\s/u.test(value) || /^[\p{Script=Latin}. ]{2,30}$/u.test(value))
      return { nick: value, label: sayer[0] };
  }
  return null;
}

/** A nick at the start of a text: to a mark, to the next label, or to where other words begin. */
function nickAt(text: string): string {
  const upTo = /^[^\n,，;；|、]{1,80}/u.exec(text)?.[0] ?? '';
  const [before = ''] = upTo.split(/\s{2,}|\t|\s+(?=[^\s:：]{1,10}\s?[:：])|\s+(?=[\d-]{8,})/u);
  const plain = /^[\w-]{2,40}(?=\s+\p{Script=Han})/u.exec(before)?.[0];
  return plain ?? before.trim();
}

const tidyNick = (nick: string): string => Array.from(nick.trim()).slice(0, MOST_NICK).join('');

interface Evidence {
  readonly label: string | undefined;
  readonly nickLabel: string | undefined;
  readonly shape: string | undefined;
  readonly text: string;
  readonly order: string | undefined;
  readonly isChat: boolean;
  readonly isPhone: boolean;
}

/** Where the customer is; the surest sign decides. */
function placeOf(places: Known['places'], e: Evidence): string {
  const said = (text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    // A carrier's name is no marketplace's.
    const folded = fold(text).replaceAll(/京东(?:快递|物流)/gu, ' ');
    const own = [...places.values()].find((p) => [p.name['zh-CN'], p.name.en].some((n) => fold(n) === folded));
    return (own ?? [...places.values()].find((p) => p.words.length > 0 && finder(p.words)(folded).length > 0))?.id;
  };
  const signs = [
    said(e.label),
    said(e.nickLabel),
    e.shape,
    said(e.text),
    e.order !== undefined && /^\d{6}-\d{15}$/u.test(e.order) ? 'pinduoduo' : undefined,
    e.isChat ? 'qianniu' : undefined,
    e.isPhone ? 'phone' : undefined,
  ];
  return signs.find((id) => id !== undefined && places.has(id)) ?? 'other';
}

function shopOf(shops: Known['shops'], named: string, text: string): string | null {
  const wanted = fold(named);
  const all = [...shops.values()];
  const exact = all.find((s) => fold(s.name) === wanted);
  if (exact !== undefined) return exact.id;
  const within = wanted === '' ? undefined : all.find((s) => wanted.includes(fold(s.name)));
  const folded = fold(text);
  return (within ?? all.find((s) => s.name.length > 1 && folded.includes(fold(s.name))))?.id ?? null;
}

const namesOf = (places: Known['places']): readonly string[] =>
  [...places.values()].flatMap((p) => [p.name['zh-CN'], p.name.en, ...p.words]);

/** What is left of the lines without labels and values. */
function matterOf(lines: readonly string[], values: readonly (string | undefined)[], names: readonly string[]): string {
  const known = values.filter((v): v is string => v !== undefined && v !== '');
  const escaped = known.map((v) => v.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`));
  const value = escaped.length === 0 ? null : new RegExp(`${VALUE_LABEL}(?:${escaped.join('|')})`, 'giu');
  return lines
    .filter((line) => !FACT_LINE.test(line))
    .map((line) => {
      const words = line.replace(MATTER_LABEL, '').replace(NICK_LABEL, ' ').replace(SAYER_LABEL, '');
      const bare = value === null ? words : words.replaceAll(value, ' ');
      return bare
        .replaceAll(/[ \t]+/gu, ' ')
        .replace(/^[\s,，;；:：、|/.。()（）-]+/u, '')
        .trim();
    })
    .filter((line) => !names.includes(line) && /\p{L}|\p{Extended_Pictographic}/u.test(line))
    .join('\n');
}
