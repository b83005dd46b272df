import type { OrderFacts } from '../domain/ticket.ts';

/** Carriers by what their tracking numbers look like and by what people call them. */
const CARRIERS: readonly { readonly name: string; readonly number: RegExp | null; readonly called: RegExp }[] = [
  { name: '顺丰', number: /(?<![A-Z0-9])SF\d{12,15}(?!\d)/u, called: /顺丰|\bsf[ -]?express\b/iu },
  { name: '圆通', number: /(?<![A-Z0-9])YT\d{13,15}(?!\d)/u, called: /圆通|\byto\b/iu },
  { name: '极兔', number: /(?<![A-Z0-9])JT\d{13}(?!\d)/u, called: /极兔|\bj&t\b/iu },
  {
    name: '京东快递',
    number: /(?<![A-Z0-9])JD(?:V[A-Z]?\d{11,14}|[A-Z]?\d{12,15})(?!\d)/u,
    called: /京东(?:快递|物流)/u,
  },
  { name: '德邦', number: /(?<![A-Z0-9])DPK\d{12}(?!\d)/u, called: /德邦/u },
  { name: '中通', number: /(?<![A-Z0-9])ZTO\d{12,14}(?!\d)/u, called: /中通|\bzto\b/iu },
  { name: '申通', number: /(?<![A-Z0-9])STO\d{12,15}(?!\d)/u, called: /申通|\bsto express\b/iu },
  { name: '韵达', number: /(?<![A-Z0-9])YD\d{13}(?!\d)/u, called: /韵达|\byunda\b/iu },
  { name: 'EMS', number: /(?<![A-Z0-9])[A-Z]{2}\d{9}CN(?![A-Z0-9])/u, called: /\bems\b|邮政|china post/iu },
  { name: 'UPS', number: /(?<![A-Z0-9])1Z[A-Z0-9]{16}(?![A-Z0-9])/u, called: /\bups\b/iu },
  { name: 'DHL', number: null, called: /\bdhl\b/iu },
  { name: 'FedEx', number: null, called: /\bfedex\b|联邦快递/iu },
];

/** Numbers that stand behind a word that says what they are. */
const LABELLED_TRACKING =
  /(?:快递|运|物流|包裹|货运)单?号(?:码)?\s{0,3}(?:是|为|[:#])?\s{0,3}([A-Z0-9]{8,22})|\btracking\s{0,3}(?:number|no\.?|id|code|#)?\s{0,3}(?:is)?\s{0,3}[:#]?\s{0,3}([A-Z]{0,4}\d[A-Z0-9]{7,21})/iu;
const LABELLED_ORDER =
  /(?:订单(?:编号|号码|号)?|单号)\s{0,3}(?:是|为|[:#])?\s{0,3}([A-Z0-9][A-Z0-9-]{5,31})|\border\s{0,3}(?:number|no\.?|id|#)?\s{0,3}(?:is)?\s{0,3}[:#]?\s{0,3}#?([A-Z-]{0,6}\d[A-Z0-9-]{4,31})/iu;

/** Marketplaces' own shapes: Pinduoduo 250101-123456789012345, Tmall and Douyin 16-19 digits, JD 12 digits. */
const ORDER_SHAPES: readonly RegExp[] = [
  /(?<![\dA-Z-])\d{6}-\d{15}(?![\d-])/u,
  /(?<![\dA-Z])\d{16,19}(?!\d)/u,
  /(?<![\dA-Z])[1-9]\d{11}(?!\d)/u,
];

/** Marketplaces hide numbers behind an extension: `18412345678转1234`. */
const MOBILE = /(?<![\dA-Z])(?:\+?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)(?:\s?[转-]\s?(\d{4})(?!\d))?/u;
const LANDLINE = /(?:电话|座机|固话|tel|phone)\s{0,3}(?:是|:)?\s{0,3}(0\d{2,3})[ -]?([2-9]\d{6,7})(?!\d)/iu;

const AMOUNT =
  /(?:(¥|\$|€|£|rmb|cny|usd)\s{0,3}(\d{1,7}(?:,\d{3})*(?:\.\d{1,2})?))|(?:(?<![\d.])(\d{1,7}(?:,\d{3})*(?:\.\d{1,2})?)\s{0,3}(元|块钱?|rmb|cny|yuan|usd|dollars?|euros?)(?![\p{Script=Latin}]))/iu;
const CURRENCY: Readonly<Record<string, string>> = {
  $: '$',
  usd: '$',
  dollar: '$',
  dollars: '$',
  '€': '€',
  euro: '€',
  euros: '€',
  '£': '£',
};

const HAN = String.raw`\p{Script=Han}`;
const LABELLED_ADDRESS =
  /(?:收货|收件|寄件|新|我的)?地址\s{0,3}(?:(?:改成|改为|换成|是|为)\s{0,3}:?|:)\s{0,3}([^\n,;。!?]{6,80})/u;
const CHINESE_ADDRESS = new RegExp(
  `(?:${HAN}{2,8}?(?:省|自治区))?${HAN}{2,8}?(?:市|州|盟)${HAN}{1,8}?(?:区|县|市|旗|镇)[${HAN}A-Za-z\\d-]{0,30}?(?:路|街|道|巷|弄|村|镇|小区|园|大厦|广场|苑|城|号)[${HAN}A-Za-z\\d-]{0,30}`,
  'u',
);
/** What a sentence says before the place itself. */
const BEFORE_ADDRESS = /^\p{Script=Han}{0,6}(?:寄到|发到|送到|寄去|住在|改成|改到)/u;
const ENGLISH_ADDRESS =
  /\b\d{1,6}\s+(?:[A-Z][\p{L}'.-]*\s+){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl)\b\.?(?:,?\s*(?:Apt|Unit|Suite|#)\s*\w+)?(?:,\s?[A-Z][\p{L}'.-]{0,30}(?:\s[A-Z][\p{L}'.-]{0,30}){0,2}){0,3}(?:\s+\d{4,6})?/u;

const MOST_CHARACTERS = 20_000;
/** Addresses are looked for at the beginning only: their pattern backtracks, and must not be made to do so for long. */
const ADDRESS_WITHIN = 1_000;

/** Finds order number, tracking number and carrier, mobile number, address and amount; of several the first. Only what is there is present. */
export function recognise(source: string): OrderFacts {
  // Full-width digits, letters and colons count; lines matter, so white space stays.
  let rest = source.slice(0, MOST_CHARACTERS).normalize('NFKC');
  const take = (match: RegExpExecArray | null, value: string | undefined): string | undefined => {
    if (match === null || value === undefined) return undefined;
    // What one number is, no other fact may be.
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
    return value;
  };

  const parcel = takeTracking(rest);
  const tracking = take(parcel?.match ?? null, parcel?.number);
  const carrier = parcel?.carrier ?? CARRIERS.find((c) => c.called.test(rest))?.name;

  const purchase = takeOrder(rest);
  const order = take(purchase?.match ?? null, purchase?.number);

  const mobile = MOBILE.exec(rest);
  const landline = mobile === null ? LANDLINE.exec(rest) : null;
  const phone = take(mobile ?? landline, phoneOf(mobile, landline));

  const head = rest.slice(0, ADDRESS_WITHIN);
  const place = LABELLED_ADDRESS.exec(head) ?? CHINESE_ADDRESS.exec(head) ?? ENGLISH_ADDRESS.exec(head);
  const address = take(place, place?.[1] ?? place?.[0])
    ?.replace(BEFORE_ADDRESS, '')
    .trim();

  const money = AMOUNT.exec(rest);
  const unit = (money?.[1] ?? money?.[4] ?? '').toLowerCase();
  const figure = money?.[2] ?? money?.[3];
  const amount = figure === undefined ? undefined : `${CURRENCY[unit] ?? '¥'}${figure.replaceAll(',', '')}`;

  return {
    ...(order === undefined ? {} : { order }),
    ...(tracking === undefined ? {} : { tracking }),
    ...(phone === undefined ? {} : { phone }),
    ...(address === undefined ? {} : { address }),
    ...(amount === undefined ? {} : { amount }),
    ...(carrier === undefined ? {} : { carrier }),
  };
}

/** Every order number of a text, in the order in which they stand; at most ten. */
export function ordersIn(source: string): readonly string[] {
  let rest = source.slice(0, MOST_CHARACTERS).normalize('NFKC');
  const blank = (match: RegExpExecArray): void => {
    rest = rest.slice(0, match.index) + ' '.repeat(match[0].length) + rest.slice(match.index + match[0].length);
  };
  // Neither a parcel's number nor a telephone's is an order's.
  for (let n = 0, found = takeTracking(rest); found !== null && n < MOST_ORDERS; n += 1, found = takeTracking(rest))
    blank(found.match);
  const found: { readonly at: number; readonly number: string }[] = [];
  for (let next = takeOrder(rest); next !== null && found.length < MOST_ORDERS; next = takeOrder(rest)) {
    found.push({ at: next.match.index, number: next.number });
    blank(next.match);
  }
  return [...new Set(found.toSorted((a, b) => a.at - b.at).map(({ number }) => number))];
}

const MOST_ORDERS = 10;

/** The order number that says it is one, else the first that looks like one. */
function takeOrder(text: string): { readonly match: RegExpExecArray; readonly number: string } | null {
  const labelled = LABELLED_ORDER.exec(text);
  // "订单" may stand before a word: only something with digits is a number.
  const named = labelled?.[1] ?? labelled?.[2];
  if (labelled !== null && named !== undefined && (named.match(/\d/gu)?.length ?? 0) >= 5 && !MOBILE.test(named))
    return { match: labelled, number: named };
  const shaped = ORDER_SHAPES.map((shape) => shape.exec(text)).find((match) => match !== null);
  return shaped === undefined || shaped === null ? null : { match: shaped, number: shaped[0] };
}

function phoneOf(mobile: RegExpExecArray | null, landline: RegExpExecArray | null): string | undefined {
  if (mobile !== null) {
    const [, first = '', second = '', third = '', extension] = mobile;
    return `${first}${second}${third}${extension === undefined ? '' : `转${extension}`}`;
  }
  return landline === null ? undefined : `${landline[1]}-${landline[2]}`;
}

interface Parcel {
  readonly match: RegExpExecArray;
  readonly number: string;
  readonly carrier: string | undefined;
}

function takeTracking(text: string): Parcel | null {
  for (const { name, number } of CARRIERS) {
    const match = number === null ? null : new RegExp(number.source, 'iu').exec(text);
    if (match !== null) return { match, number: match[0].toUpperCase(), carrier: name };
  }
  const match = LABELLED_TRACKING.exec(text);
  const number = match?.[1] ?? match?.[2];
  if (match === null || number === undefined || !/\d{6}/u.test(number)) return null;
  return { match, number: number.toUpperCase(), carrier: undefined };
}
