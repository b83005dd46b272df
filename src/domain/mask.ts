/**
 * Hides what identifies a person in text that a whole group reads: mobile numbers, landlines, addresses, identity and bank
 * card numbers. Order and tracking numbers stay: the work is done with them. Pure, idempotent, linear in the text's length.
 */

const VEIL = '****';
const veiled = (value: string, head: number, tail: number): string => value.slice(0, head) + VEIL + value.slice(-tail);
const digitsOf = (value: string): string => value.replace(/\D/g, '');

/** A label that says the number after it is an order's or a parcel's. */
const ORDER_LABEL =
  /(?:订单|单号|运单|编号|\border|\btracking)(?:\s?(?:号码?|编号|no\.?|number|id))?\s?[:：#是为]?\s?$/iu;
/** An area code: three digits in the largest cities, else four. */
const AREA = /0(?:10|2\d|\d{3})/;
/** A label that says the number after it is a bank card or an account. */
const CARD_LABEL = /(?:卡号|银行卡|账号|账户|\bcard|\baccount)(?:\s?(?:号码?|no\.?|number))?\s?[:：#是为]?\s?$/iu;

interface Rule {
  readonly pattern: RegExp;
  /** What stands there instead; `before` is the text just before the match. */
  readonly hide: (match: string, before: string) => string;
}

const unlessOrder =
  (hide: (match: string) => string): Rule['hide'] =>
  (match, before) =>
    ORDER_LABEL.test(before) ? match : hide(match);

// Upper-case letters directly before digits are a carrier's prefix (SF, JDVA), unless they say "phone".
const START = String.raw`(?:(?<![0-9A-Z])|(?<=\b(?:TEL|PHONE|MOBILE|MOB|CELL|WX|VX|QQ|V)))`;
const ROOM = '(?:号楼|号院|单元|号|弄|栋|幢|座|楼|层|室|户|组|门)';
const NUMBER = '[0-9A-Za-z一二三四五六七八九十百零-]{1,8}';
// A place name: no words that come before one, no administrative suffix, which may stay.
const NAME = String.raw`(?:(?![在到是寄送住区县市省镇])\p{Script=Han})`;

const RULES: readonly Rule[] = [
  {
    // An identity number: region, date of birth, sequence, check digit.
    pattern:
      /(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/g,
    hide: unlessOrder((m) => veiled(m, 3, 2)),
  },
  {
    pattern: /(?<![0-9A-Za-z])(?:\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?|\d{16,19})(?![0-9])/g,
    hide: (m, before) => {
      const digits = digitsOf(m);
      return CARD_LABEL.test(before) || (!ORDER_LABEL.test(before) && isCard(digits)) ? veiled(digits, 4, 4) : m;
    },
  },
  {
    pattern: new RegExp(
      `${START}(?:(?:\\+|00)?86[-\\s]?)?(?:1[3-9]\\d[-\\s]?\\d{4}[-\\s]?\\d{4}|1([-\\s.])[3-9](?:\\1\\d){9})(?![0-9])`,
      'g',
    ),
    hide: unlessOrder((m) => veiled(digitsOf(m).slice(-11), 3, 4)),
  },
  {
    pattern: /(?<![0-9A-Za-z])(?:[(（]0\d{2,3}[)）]|0\d{2,3})[-\s]?[2-9]\d{6,7}(?![0-9])/g,
    hide: unlessOrder((m) => `${AREA.exec(m)?.[0] ?? ''}-${VEIL}${m.slice(-4)}`),
  },
  {
    pattern: /(?<![0-9A-Za-z])\+\d{1,3}(?:[-\s().]{0,2}\d){6,12}(?![0-9])/g,
    hide: (m) => veiled(m, 2, 4),
  },
  {
    pattern: /(?<![0-9A-Za-z])(?:\([2-9]\d{2}\)\s?|[2-9]\d{2}[-.\s])\d{3}[-.\s]\d{4}(?![0-9])/g,
    hide: unlessOrder((m) => veiled(digitsOf(m), 3, 4)),
  },
  {
    pattern: /(?:地址|住址|\baddress)\s?[:：]\s?[^\n。;；]{2,120}/giu,
    hide: (m) => {
      const label = /^[^:：]*[:：]\s?/.exec(m)?.[0] ?? '';
      return label + maskAddress(m.slice(label.length));
    },
  },
  {
    pattern: new RegExp(
      `${NAME}{1,10}(?:大道|胡同|小区|花园|公寓|大厦|广场|路|街|巷|弄|村|苑|里|坊)\\s?第?${NUMBER}\\s?${ROOM}` +
        `(?:\\p{Script=Han}{0,8}?\\s?${NUMBER}\\s?${ROOM}){0,6}(?:[0-9A-Za-z-]{1,6}(?![0-9A-Za-z-]))?`,
      'gu',
    ),
    hide: () => VEIL,
  },
  {
    pattern: /(?<![0-9])\d{1,4}\s?(?:号楼|栋|幢|座)\s?(?:\d{1,3}\s?单元\s?)?\d{2,5}(?![0-9])\s?(?:室|号|户)?/g,
    hide: () => VEIL,
  },
  {
    pattern:
      /\b\d{1,6}[A-Za-z]?\s(?:(?:[A-Z][\w'.-]{0,30}\s){1,4}(?:St|Rd|Ave|Ln|Dr|Drive|Blvd|Way|Court|Ct|Place|Pl|Square|Sq)\b|(?:[\w'.-]{1,30}\s){1,2}(?:[Ss]treet|[Rr]oad|[Aa]venue|[Ll]ane|[Bb]oulevard)\b)\.?(?:,?\s?(?:Apt|Apartment|Unit|Suite|Ste|Flat|#)\.?\s?[\w-]{1,6})?/g,
    hide: () => VEIL,
  },
  // What was cut for want of room is no longer whole, and still somebody's.
  {
    pattern: new RegExp(`${START}1[3-9](?:[-\\s]?\\d){2,9}…`, 'g'),
    hide: unlessOrder(() => `${VEIL}…`),
  },
  {
    pattern: new RegExp(
      `${NAME}{1,10}(?:大道|胡同|小区|花园|公寓|大厦|广场|路|街|巷|弄|村|苑|里|坊)\\s?第?${NUMBER}…`,
      'gu',
    ),
    hide: () => `${VEIL}…`,
  },
  {
    pattern: /\b\d{1,6}[A-Za-z]?\s(?:[A-Z][\w'.-]{0,30}\s?){1,4}…/g,
    hide: () => `${VEIL}…`,
  },
];

/** A card number by its issuer's prefix and its check digit; longer ones only of the issuer that has such. */
function isCard(digits: string): boolean {
  const issuer = digits.length === 16 ? /^(?:62|4|5[1-5]|35)/ : /^62/;
  if (!issuer.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Other scripts' digits and invisible characters between digits would hide a number from the rules but not from people. */
const plain = (text: string): string =>
  text
    .replace(/(?![0-9])\p{Nd}/gu, (digit) => digit.normalize('NFKC'))
    .replace(/(?<=[0-9])\p{Default_Ignorable_Code_Point}+(?=[0-9])/gu, '');

function maskPart(text: string): string {
  let result = plain(text);
  for (const rule of RULES) {
    result = result.replace(rule.pattern, (match: string, ...rest: unknown[]) => {
      const at = rest.find((r): r is number => typeof r === 'number') ?? 0;
      return rule.hide(match, result.slice(Math.max(0, at - 24), at));
    });
  }
  return result;
}

/**
 * Free text for a group: 13812345678 becomes 138****5678. `keep` are numbers known to be an order's or a parcel's, which stay
 * wherever they stand.
 */
export function mask(text: string, keep: readonly (string | undefined)[] = []): string {
  return parted(text, keep)
    .map((part, i) => (i % 2 === 1 ? part : maskPart(part)))
    .join('');
}

/** What `mask` hides of a text, as it was written, in its order. */
export const hiddenIn = (text: string, keep: readonly (string | undefined)[] = []): readonly string[] =>
  parted(text, keep).flatMap((part, i) => (i % 2 === 1 ? [] : hiddenInPart(plain(part))));

function hiddenInPart(text: string): readonly string[] {
  const spans = RULES.flatMap((rule) =>
    [...text.matchAll(rule.pattern)]
      .filter((m) => rule.hide(m[0], text.slice(Math.max(0, m.index - 24), m.index)) !== m[0])
      .map((m) => ({ from: m.index, to: m.index + m[0].length })),
  );
  const isWhole = ({ from, to }: (typeof spans)[number], at: number): boolean =>
    !spans.some((s, i) => s.from <= from && s.to >= to && (s.to - s.from > to - from || i < at));
  return spans
    .filter(isWhole)
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, to }) => text.slice(from, to).trim());
}

/** The text with what is to be kept at every second place. Whole numbers only: one inside a longer number protects nothing. */
function parted(text: string, keep: readonly (string | undefined)[]): readonly string[] {
  const known = keep.filter((k): k is string => k !== undefined && k !== '' && text.includes(k));
  if (known.length === 0) return [text];
  const whole = known.map((k) => k.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|');
  return text.split(new RegExp(`(?<![0-9A-Za-z])(${whole})(?![0-9A-Za-z])`, 'g'));
}

/** An address as groups see it: province, city and district, nothing closer. */
export function maskAddress(address: string): string {
  const district =
    /^(?:\p{Script=Han}{2,8}?(?:省|自治区|特别行政区))?(?:\p{Script=Han}{1,8}?(?:市|自治州|地区|盟))?(?:\p{Script=Han}{1,8}?[区县市旗])?/u;
  return (district.exec(address)?.[0] ?? '') + VEIL;
}

/** A value known to be somebody's number, whatever its form. */
export function maskPhone(phone: string): string {
  const masked = maskPart(phone);
  return masked === phone && !phone.includes(VEIL) ? VEIL + digitsOf(phone).slice(-2) : masked;
}
