import type { Locale } from '../src/domain/directory.ts';
import { text } from '../src/text/text.ts';
import { verbName } from '../src/text/verb.ts';
import type { Form } from './card.ts';
import { neutralLine } from './neutralise.ts';

/** The language that words are in, where nothing else says it. */
export const spokenIn = (words: string): Locale => (/\p{Script=Han}/u.test(words) ? 'zh-CN' : 'en');

/** Most choices that are named in words. */
const MOST_CHOICES = 8;

/** What to type where a form is asked for and none can be shown: `回复 4821 <回复内容>`, below a line that says so. */
export function typedForm(form: Form, locale: Locale = spokenIn(form.title)): string {
  const reader = { locale, timeZone: 'UTC', now: new Date(0) };
  const { command, args } = form.invoke;
  const blanks = form.fields.filter(({ required }) => required).map(({ label }) => `<${neutralLine(label)}>`);
  const choices = form.fields.flatMap(({ label, options = [] }) => {
    if (options.length === 0) return [];
    const named = options.slice(0, MOST_CHOICES).map((option) => neutralLine(option.label));
    const more = options.length > MOST_CHOICES ? ['…'] : [];
    return [text(reader, 'card.form_field', { label: neutralLine(label), options: [...named, ...more].join(' / ') })];
  });
  const line = [verbName(command, locale), args['ticket'] ?? '', ...blanks].filter((word) => word !== '').join(' ');
  return [text(reader, 'card.form_typed', null), line, ...choices].join('\n');
}
