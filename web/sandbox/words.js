import { getWords } from './api.js';

const catalogues = {};
let locale = 'zh-CN';

export const currentLocale = () => locale;
/** One of the page's own words; in the language of a card when it stands on one. */
export const word = (name, wanted = locale) => catalogues[wanted]?.[name] ?? name;

export async function loadWords() {
  for (const each of ['zh-CN', 'en']) catalogues[each] = await getWords(each);
}

export function useLocale(wanted) {
  locale = wanted;
  localStorage.setItem('gongdan.locale', wanted);
  document.documentElement.lang = wanted;
  document.title = word('title');
}

export const preferredLocale = () =>
  localStorage.getItem('gongdan.locale') ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en');

export const timeOf = (at) =>
  new Date(at).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A day as people say it. */
export function dayOf(at) {
  const day = new Date(at);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(day).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return word('today');
  if (days === 1) return word('yesterday');
  return day.toLocaleDateString(locale, { month: 'long', day: 'numeric' });
}
