import type { Reader } from './text.ts';

/** Times and durations as people say them, in the reader's language and time zone. */
export interface Format {
  /** `今天 18:00`, `明天 9:00`, `11月11日 20:00` / `today 18:00`, `tomorrow 9:00`, `Nov 11, 20:00`. */
  moment(at: Date): string;
  /** `今天`, `昨天`, `11月8日` / `today`, `yesterday`, `on Nov 8`. */
  day(at: Date): string;
  /** `11月8日` / `Nov 8`, whenever that is. */
  date(at: Date): string;
  /** `周二` / `Tue`. */
  weekday(at: Date): string;
  /** `11月` / `November`, of another year with it. */
  month(at: Date): string;
  /** The hour alone: `13`. */
  hour(at: Date): number;
  /** `14:32` when it is today, otherwise as `moment`. */
  clock(at: Date): string;
  /** `14:32` when it is today, otherwise with its date: for cards that stay, on which `明天` would soon be wrong. */
  stamp(at: Date): string;
  /** `刚刚`, `12 分钟前`, later as `moment` / `just now`, `12 min ago`. Only for answers that are fresh. */
  ago(at: Date): string;
  /** As `ago`, within the minute to the tenth of a second: `1.2 秒前` / `1.2 s ago`. For who was faster. */
  since(at: Date): string;
  /** `1 小时 12 分`, `1.2 秒`, `3 天` / `1 h 12 min`. */
  duration(ms: number): string;
}

const DAY = 86_400_000;

/** A card says dozens of sentences to one reader. */
const formats = new WeakMap<Reader, Format>();

export function formatFor(reader: Reader): Format {
  const known = formats.get(reader);
  if (known !== undefined) return known;
  const made = makeFormat(reader);
  formats.set(reader, made);
  return made;
}

function makeFormat(reader: Reader): Format {
  const zh = reader.locale === 'zh-CN';
  const parts = (at: Date): Parts => partsOf(at, reader.timeZone);
  const time = (at: Date): string => {
    const p = parts(at);
    return `${Number(p['hour'])}:${p['minute']}`;
  };
  const dayOf = (at: Date): string => {
    const p = parts(at);
    return `${p['year']}-${p['month']}-${p['day']}`;
  };
  const moment = (at: Date): string => {
    const day = dayOf(at);
    if (day === dayOf(reader.now)) return `${zh ? '今天' : 'today'} ${time(at)}`;
    if (day === dayOf(new Date(reader.now.getTime() + DAY))) return `${zh ? '明天' : 'tomorrow'} ${time(at)}`;
    if (day === dayOf(new Date(reader.now.getTime() - DAY))) return `${zh ? '昨天' : 'yesterday'} ${time(at)}`;
    return dated(at);
  };
  const date = (at: Date): string => {
    const p = parts(at);
    const month = Number(p['month']);
    const sameYear = p['year'] === parts(reader.now)['year'];
    if (zh) return `${sameYear ? '' : `${p['year']}年`}${month}月${Number(p['day'])}日`;
    return `${MONTHS[month - 1] ?? ''} ${Number(p['day'])}${sameYear ? '' : ` ${p['year']}`}`;
  };
  const dated = (at: Date): string => `${date(at)}${zh ? ' ' : ', '}${time(at)}`;
  const day = (at: Date): string => {
    const key = dayOf(at);
    if (key === dayOf(reader.now)) return zh ? '今天' : 'today';
    if (key === dayOf(new Date(reader.now.getTime() - DAY))) return zh ? '昨天' : 'yesterday';
    return zh ? date(at) : `on ${date(at)}`;
  };
  const clock = (at: Date): string => (dayOf(at) === dayOf(reader.now) ? time(at) : moment(at));
  const stamp = (at: Date): string => (dayOf(at) === dayOf(reader.now) ? time(at) : dated(at));
  const ago = (at: Date): string => {
    const ms = reader.now.getTime() - at.getTime();
    if (ms < 60_000) return zh ? '刚刚' : 'just now';
    if (ms < 3_600_000) return zh ? `${Math.floor(ms / 60_000)} 分钟前` : `${Math.floor(ms / 60_000)} min ago`;
    return moment(at);
  };
  const since = (at: Date): string => {
    const ms = reader.now.getTime() - at.getTime();
    if (ms < 100 || ms >= 60_000) return ago(at);
    return zh ? `${duration(ms, zh)}前` : `${duration(ms, zh)} ago`;
  };
  const weekday = (at: Date): string => {
    const p = parts(at);
    const number = new Date(Date.UTC(Number(p['year']), Number(p['month']) - 1, Number(p['day']))).getUTCDay();
    return (zh ? ZH_WEEKDAYS : WEEKDAYS)[number] ?? '';
  };
  const monthOf = (at: Date): string => {
    const p = parts(at);
    const isOther = p['year'] !== parts(reader.now)['year'];
    const number = Number(p['month']);
    if (zh) return `${isOther ? `${p['year']}年` : ''}${number}月`;
    return `${LONG_MONTHS[number - 1] ?? ''}${isOther ? ` ${p['year']}` : ''}`;
  };
  const hour = (at: Date): number => Number(parts(at)['hour']);
  return {
    moment,
    day,
    date,
    weekday,
    month: monthOf,
    hour,
    clock,
    stamp,
    ago,
    since,
    duration: (ms) => duration(ms, zh),
  };
}

function duration(ms: number, zh: boolean): string {
  const unit = (n: number, word: string, short: string): string => (zh ? `${n} ${word}` : `${n} ${short}`);
  if (ms < 10_000) return unit(Math.max(0.1, Math.round(ms / 100) / 10), '秒', 's');
  if (ms < 60_000) return unit(Math.round(ms / 1000), '秒', 's');
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return unit(minutes, '分钟', 'min');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    const rest = minutes % 60;
    return rest === 0 ? unit(hours, '小时', 'h') : `${unit(hours, '小时', 'h')} ${unit(rest, '分', 'min')}`;
  }
  return unit(Math.round(hours / 24), '天', 'days');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const LONG_MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const ZH_WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

type Parts = Readonly<Record<string, string>>;

/** Cards of one moment name the same few minutes again and again; the offset of a time zone never changes within one. */
const minutes = new Map<string, Parts>();
const MOST_MINUTES = 5_000;

function partsOf(at: Date, timeZone: string): Parts {
  const key = `${timeZone}\n${Math.floor(at.getTime() / 60_000)}`;
  const known = minutes.get(key);
  if (known !== undefined) return known;
  const made = Object.fromEntries(
    formatter(timeZone)
      .formatToParts(at)
      .map((p) => [p.type, p.value]),
  );
  if (minutes.size >= MOST_MINUTES) minutes.clear();
  minutes.set(key, made);
  return made;
}

// Building an Intl formatter costs more than all else here; there are few time zones.
const formatters = new Map<string, Intl.DateTimeFormat>();
function formatter(timeZone: string): Intl.DateTimeFormat {
  let f = formatters.get(timeZone);
  if (f === undefined) {
    f = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formatters.set(timeZone, f);
  }
  return f;
}
