/** Most code points of a ticket's subject. */
const MOST_SUBJECT = 40;

/** Openers that say nothing about the matter. */
const GREETINGS =
  '在吗|在不在|在么|在嘛|在|有人吗|有人在吗|有人|你好呀?|您好呀?|亲+|亲爱的|哈喽|嗨|早上好|上午好|中午好|下午好|晚上好|早|请问一下|请问|客服|人工|转人工|老板|店家|掌柜|hi there|hi|hello there|hello|hey|good (?:morning|afternoon|evening)|dear (?:sir or madam|sir|madam|team|seller)|excuse me|anyone there|anyone|are you there';
const LEADING_GREETING = new RegExp(`^(?:${GREETINGS})(?:[\\s,~、:\\uFF0C\\uFF5E\\uFF1A]+|$)`, 'iu');

/** Characters that would turn or garble the rest of a line. */
const HARMFUL = /[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]+/gu;

/**
 * What a matter is about in one line: the first sentence that says something, at most 40 code points.
 * A text that only greets gives its greeting; null when there are no words at all.
 */
export function subjectOf(text: string): string | null {
  const clauses = text
    .slice(0, 2_000)
    .split(/[\n\r。!?;\uFF01\uFF1F\uFF1B]+|\.(?=\s|$)/u)
    .map(tidy)
    .filter((clause) => clause !== '');
  const said = clauses.map(withoutGreeting).filter((clause) => clause !== '');
  const chosen = said.find((clause) => !saysNothing(clause)) ?? said[0] ?? clauses[0];
  return chosen === undefined ? null : shorten(withoutFacts(chosen), MOST_SUBJECT);
}

/** A part of a sentence that is a number with its label, or a labelled address: what cards show beside the title. */
const FACT =
  /^(?:我的|收货|联系|my )?(?:订单|单号|快递|运单|物流|电话|手机|order|tracking|phone|mobile|tel)[^\d,]{0,6}[A-Z]{0,4}\d[\dA-Z -]{4,}$|^(?:我的|收货)?地址.|^(?:my )?address\b/iu;

/** The matter without numbers and addresses beside it; a sentence of nothing else stays whole. */
function withoutFacts(clause: string): string {
  const parts = clause.match(/[^,、\uFF0C]+[,、\uFF0C]?/gu) ?? [];
  const matter = parts.filter((part) => !FACT.test(tidy(part).normalize('NFKC')));
  return matter.length === 0 || matter.length === parts.length ? clause : tidy(matter.join(''));
}

/** One line without what could garble it and without punctuation at its ends; empty when it holds no word. */
function tidy(clause: string): string {
  const line = clause.replaceAll(HARMFUL, ' ').replaceAll(/\s+/gu, ' ').trim();
  return /[\p{L}\p{N}]/u.test(line)
    ? line.replaceAll(/^[\s,、~.:…\uFF0C\uFF1A-]+|[\s,、~:…\uFF0C\uFF1A-]+$/gu, '')
    : '';
}

function withoutGreeting(clause: string): string {
  let rest = clause;
  while (LEADING_GREETING.test(rest)) rest = rest.replace(LEADING_GREETING, '');
  // What follows "Hi," begins the title now; names such as iPhone keep their own spelling.
  return rest === clause ? rest : rest.replace(/^[a-z](?=[a-z']*\s)/, (letter) => letter.toUpperCase());
}

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

const codePoints = (text: string): number => Array.from(text).length;

/** At most `most` code points with an ellipsis for what was cut; never cuts a character that people see as one. */
function shorten(text: string, most: number): string {
  if (codePoints(text) <= most) return text;
  let kept = '';
  let count = 0;
  for (const { segment } of graphemes.segment(text)) {
    count += codePoints(segment);
    if (count > most - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Everything that thanks, agrees, says good-bye or rates; longest first, so that a short one never eats the head of a long one. */
const COURTESIES = [
  '非常感谢|十分感谢|多谢|感谢|谢谢|谢啦|谢了|谢|3q|thx|ths|辛苦|麻烦|好的|好滴|好嘞|好哒|好吧|好|行',
  '可以|嗯|恩|哦|噢|收到|知道|明白|了解|懂|没事|没问题|没关系|不用|不客气|客气|解决|已解决|搞定|已收到',
  '清楚|没有了|没了|再见|拜拜|拜|晚安|祝生意兴隆|生意兴隆|服务很好|服务真好|服务态度很好|态度很好',
  '很满意|非常满意|满意|五星|五星好评|5星好评|好评|给你好评|点赞|赞|棒|真棒|太棒|太好|很好|不错|厉害',
  '完美|给力|亲|客服|小姐姐|小哥哥|你们|你|您|们|哈|啦|了|呢|啊|呀|哟|的|哒|吧|真的|非常|太|那|就|都',
  'thank you|thank u|thanks|thank|thankyou|thanx|ty|tks|cheers|appreciate it|appreciated|much|okay|okey',
  'okie|ok|kk|k|alright|all right|fine|sure|yes|yep|yeah|got it|noted|understood|received|no problem',
  'no worries|np|all good|good|great|perfect|awesome|excellent|nice|cool|wonderful|amazing|well done',
  'good job|bye bye|bye|goodbye|see you|have a nice day|have a good day|very|so|a lot|lots|again|you',
  'then|for your help|for the help|for helping|that works|it works now|works now|problem solved|solved',
  'resolved|[微笑]|[强]|[ok]|[抱拳]|[玫瑰]|[爱心]|[握手]|[呲牙]|[愉快]|[合十]|[鲜花]|[赞]|[鼓掌]|[可爱]',
  '[thumbsup]',
]
  .flatMap((line) => line.split('|'))
  .toSorted((a, b) => b.length - a.length);

/** A rating alone: `5`, `5分`, `五星`, `10/10`, `5 stars`. */
const RATING = /^(?:[1-5一二三四五](?:\s*(?:分|星|颗星|stars?|points?))?|10\/10|[1-5]\/5)$/u;

const MOST_COURTESY = 60;

/** What a greeting may be made of, longest first: words that open a conversation and the particles that go with them. */
const GREETING_WORDS = (
  '在吗|在不在|在么|在嘛|在|有人吗|有人在吗|有人么|有人|有没有人|你好|您好|你们好|大家好|亲|亲爱的|哈喽|哈啰|嗨|嘿|喂|早上好|上午好|' +
  '中午好|下午好|晚上好|早|请问一下|请问|想问一下|问一下|打扰一下|打扰了|客服|老板|店家|卖家|掌柜|你|吗|么|呀|啊|哦|噢|呢|哈|啦|了|嘛|的|' +
  'hi|hello|hey|hallo|there|good|morning|afternoon|evening|dear|sir|or|madam|team|seller|excuse me|anyone|is|are you|you|somebody|someone'
)
  .split('|')
  .toSorted((a, b) => b.length - a.length);

/** Pictures, signs and white space: what stands between words, or in their place. */
const NO_WORDS = /[^\p{L}\p{N}]+/gu;

/** Whether a text holds nothing of a matter: it only greets, thanks, agrees, waves or rates, or has no words at all. */
export const saysNothing = (text: string): boolean => isGreeting(text) || isCourtesy(text);

/** Whether a text is a greeting alone (在吗, 你好, ?, hello, an emoji). */
function isGreeting(text: string): boolean {
  if (text.length > MOST_COURTESY * 4) return false;
  let rest = text.normalize('NFKC').toLowerCase().replaceAll(NO_WORDS, ' ').trim();
  while (rest !== '') {
    const word = GREETING_WORDS.find((w) => rest.startsWith(w) && endsWell(w, rest));
    if (word === undefined) return false;
    rest = rest.slice(word.length).trimStart();
  }
  return true;
}

/** Whether a text only thanks, agrees, waves or rates, so that it must not reopen what is solved. A question never is. */
export function isCourtesy(text: string): boolean {
  if (text.length > MOST_COURTESY * 4) return false;
  const folded = text.normalize('NFKC').toLowerCase();
  if (folded.includes('?') || /[吗么嘛]/u.test(folded)) return false;
  let rest = folded
    .replaceAll(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200D|\uFE0F|\u20E3/gu, ' ')
    .trim();
  if (rest === '') return folded.trim() !== '';
  rest = rest.replaceAll(/[\s,.!~、。…;:()'"^_-]+/gu, ' ').trim();
  if (rest === '') return false;
  if (RATING.test(rest)) return true;
  let polite = false;
  while (rest !== '') {
    const word = COURTESIES.find((c) => rest.startsWith(c) && endsWell(c, rest));
    if (word === undefined) return false;
    polite ||= !FILLERS.has(word);
    rest = rest.slice(word.length).trimStart();
  }
  return polite;
}

/** A Latin word has to end where it ends: `okra` is no `ok`. */
const endsWell = (word: string, rest: string): boolean =>
  !/[a-z0-9]$/u.test(word) || !/^[a-z0-9]/u.test(rest.slice(word.length));

/** Words that only accompany politeness: alone they say nothing. */
const FILLERS: ReadonlySet<string> = new Set(
  '亲|客服|你们|你|您|们|的|了|那|就|都|太|非常|you|so|very|then|again|much|a lot|lots|for your help|for the help'.split(
    '|',
  ),
);
