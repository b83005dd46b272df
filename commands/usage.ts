import type { Command } from './command.ts';
import type { Locale } from '../src/domain/directory.ts';
import { say, type Sentence, type TextKey } from '../src/text/text.ts';

/** How a command is typed: `转给 [单号] <转给> <说明>` / `transfer [number] <to> <note>`; square brackets: may be left out. */
export function usage(command: Command, locale: Locale): string {
  const slot = (key: TextKey): string => label(key, locale).toLowerCase();
  const slots = command.params
    .filter((p) => p.type !== 'number' && p.way === undefined)
    .map((p) => (p.required ? `<${slot(p.label)}>` : `[${slot(p.label)}]`));
  const number = command.subject !== 'none' ? [`[${slot('command.label_number')}]`] : [];
  return [locale === 'zh-CN' ? command.zh : command.name, ...number, ...slots].join(' ');
}

/** A text that takes no values. */
export const label = (key: TextKey, locale: Locale): string =>
  say({ key, params: null } as Sentence, { locale, timeZone: 'UTC', now: new Date(0) });
