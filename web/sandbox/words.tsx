import { createContext, useContext } from 'react';
import { getWords } from './api.ts';
import type { Locale, Message } from './model.ts';

/** The page's own words in one language; what the bot says comes ready-made. */
export interface Words {
  readonly locale: Locale;
  /** A word by its name in the catalogue, `{x}` filled in. */
  say(name: string, values?: Readonly<Record<string, string | number>>): string;
  /** `14:32` */
  time(at: string): string;
  /** `今天`, `昨天`, `11月8日`. */
  day(at: string): string;
}

export const loadWords = async (locale: Locale): Promise<Words> => wordsFrom(locale, await getWords(locale));

/** Words from a catalogue by name. */
export function wordsFrom(locale: Locale, catalogue: Readonly<Record<string, string>>): Words {
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const date = new Intl.DateTimeFormat(locale, { month: 'long', day: 'numeric' });
  const say: Words['say'] = (name, values = {}) =>
    (catalogue[name] ?? name).replaceAll(/\{(\w+)\}/g, (all, key: string) => String(values[key] ?? all));
  return {
    locale,
    say,
    time: (at) => clock.format(new Date(at)),
    day(at) {
      const then = new Date(at);
      const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
      return days === 0 ? say('today') : days === 1 ? say('yesterday') : date.format(then);
    },
  };
}

const KEY = 'gongdan.locale';
export const rememberLocale = (locale: Locale): void => {
  localStorage.setItem(KEY, locale);
};
export function preferredLocale(): Locale {
  const kept = localStorage.getItem(KEY);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

const Context = createContext<Words | null>(null);
export const WordsProvider = Context.Provider;

export function useWords(): Words {
  const words = useContext(Context);
  if (words === null) throw new Error('there are no words here');
  return words;
}

/** A message in one line: for the list of chats, quotes and what is read aloud. */
export function previewOf(message: Message, words: Words): string {
  if (message.card !== undefined) return message.card.summary;
  if (message.recalled === true) return words.say('recalled');
  if (message.text !== undefined) return message.text;
  const [first] = message.attachments ?? [];
  return first === undefined ? '' : `[${words.say(`a_${first.kind}`)}]`;
}
