import { length } from '../../cards/excerpt.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** For the `text` argument: exactly the three characters that start something in Slack's markup. */
export const escape = (text: string): string => text.replaceAll(/[&<>]/g, (sign) => ESCAPES[sign] ?? sign);

/** The same in at most `max` code points, with `…` where something was left out, and never half an escape. */
export function escapeWithin(text: string, max: number): string {
  const whole = escape(text);
  if (length(whole) <= max) return whole;
  let kept = '';
  let points = 0;
  for (const sign of text) {
    const escaped = ESCAPES[sign] ?? sign;
    points += escaped.length > 2 ? escaped.length : 1;
    if (points > max - 1) break;
    kept += escaped;
  }
  return `${kept.trimEnd()}…`;
}

/** Everything between angle brackets is markup: those that somebody typed come as entities. */
const MARKUP = /<([^<>]*)>/g;

/**
 * Incoming text as a person reads it: mentions and channels by their names (by their ids where Slack gave none), links by their label
 * with the address behind it, dates by their fallback; entities last, the ampersand last of all. Total.
 */
export function unescape(text: string): string {
  return text
    .replaceAll(MARKUP, (_, inner: string) => readable(inner))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function readable(inner: string): string {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? '' : inner.slice(bar + 1);
  const id = target.slice(1);
  switch (target[0]) {
    case '@':
      return `@${label === '' ? id : label.replace(/^@/, '')}`;
    case '#':
      return `#${label === '' ? id : label.replace(/^#/, '')}`;
    case '!':
      return special(id, label);
    default:
      return linked(target, label);
  }
}

/** `<!here>`, `<!subteam^S1|@team>`, `<!date^1392734382^{date}|18 February>` and whatever else may come. */
function special(what: string, label: string): string {
  const [name = '', first = ''] = what.split('^');
  if (name === 'date') return label === '' ? moment(first) : label;
  if (name === 'subteam') return `@${label === '' ? first : label.replace(/^@/, '')}`;
  if (name === 'here' || name === 'channel' || name === 'everyone') return `@${name}`;
  return label === '' ? name : label;
}

/** Only where Slack sent no fallback, which it does not allow. */
function moment(seconds: string): string {
  const at = new Date(Number(seconds) * 1_000);
  return Number.isNaN(at.getTime()) ? seconds : at.toISOString();
}

/** An address that Slack recognised in what was typed stands there as typed; one behind other words is not hidden. */
function linked(target: string, label: string): string {
  if (label === '') return target.replace(/^(?:mailto|tel):/, '');
  const typed = target.replace(/^(?:https?:\/\/|mailto:|tel:)/, '').replace(/\/$/, '');
  const same = label === target || label.replace(/^https?:\/\//, '').replace(/\/$/, '') === typed;
  return same ? label : `${label} (${target.replace(/^(?:mailto|tel):/, '')})`;
}
