import { encodeInvocation } from '../../cards/invocation.ts';
import type { Locale } from '../../src/domain/directory.ts';
import { text } from '../../src/text/text.ts';
import { verbName } from '../../src/text/verb.ts';

/** What is done most from a phone, without a card: the three words below the app's chat, and what stands behind the last of them. */
const FIRST = ['next', 'list'] as const;
const MORE = ['on', 'away', 'off', 'new', 'help'] as const;

/** The menu of the app's chat as WeCom takes it: at most three words, at most five behind one (page 90231). A press comes back as its key. */
export function menuOf(locale: Locale): Readonly<Record<string, unknown>> {
  const entry = (command: string) => ({
    type: 'click',
    name: nameOf(command, locale),
    key: encodeInvocation({ command, args: {} }),
  });
  const reader = { locale, timeZone: 'UTC', now: new Date(0) };
  return { button: [...FIRST.map(entry), { name: text(reader, 'card.menu', null), sub_button: MORE.map(entry) }] };
}

function nameOf(command: string, locale: Locale): string {
  const name = verbName(command, locale);
  return name.charAt(0).toUpperCase() + name.slice(1);
}
