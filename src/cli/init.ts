import { writeFileSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Locale } from '../domain/directory.ts';
import { SetupError } from '../errors.ts';
import { CATEGORIES } from '../shop/defaults.ts';
import { categoriesLine, freshShop, teamsNamed, withCategories, type FreshTeam } from '../shop/fresh.ts';
import { parseShop } from '../shop/shop.ts';
import { operator } from '../text/operator.ts';
import { say, text, type TerminalSentence } from '../text/text.ts';
import type { CliContext, CliVerb } from './verb.ts';

/** The value that an answer means, or what is wrong with it. */
type Reading<T> = { readonly value: T } | { readonly wrong: TerminalSentence };

export const init: CliVerb = {
  usage: 'init [FILE]',
  summary: 'cli.init',
  run: async (context) => {
    const { config, args, tell, ask } = context;
    const reader = operator(config.locale);
    const name = args[0] ?? 'gongdan.yaml';
    const path = resolve(name);
    if (existsSync(path)) throw new SetupError(text(reader, 'init.exists', { path: name }));
    tell({ key: 'init.hello', params: null });

    const answer = async <T>(
      question: (fallback: string) => TerminalSentence,
      fallback: string,
      read: (said: string) => Reading<T>,
    ): Promise<T> => {
      for (;;) {
        const said = await ask.line(say(question(fallback), reader));
        const reading = read(said === '' ? fallback : said);
        if ('value' in reading) return reading.value;
        // Who pipes answers in is not there to be asked again.
        if (!ask.interactive) throw new SetupError(say(reading.wrong, reader));
        tell(reading.wrong);
      }
    };

    const shop = await answer(
      (fallback) => ({ key: 'init.ask_shop', params: { fallback } }),
      text(reader, 'init.shop', null),
      named,
    );
    const place = await answer(
      (fallback) => ({ key: 'init.ask_place', params: { fallback } }),
      `${config.locale} ${zoneOf(config.locale)}`,
      (said) => placeOf(said, config.locale),
    );
    const teams = await answer<readonly FreshTeam[]>(
      (fallback) => ({ key: 'init.ask_teams', params: { fallback } }),
      text({ ...reader, locale: place.locale }, 'init.teams', null),
      (said) => {
        const found = teamsNamed(said);
        return found === null ? { wrong: { key: 'init.wrong_teams', params: null } } : { value: found };
      },
    );
    const sorted = await answer<readonly FreshTeam[]>(
      (fallback) => ({ key: 'init.ask_categories', params: { fallback } }),
      categoriesLine(teams, config.locale),
      (said) => {
        const found = withCategories(teams, said);
        if ('teams' in found) return { value: found.teams };
        const known = [...CATEGORIES.values()].filter((c) => !c.id.includes('.'));
        const words = known.map((c) => (config.locale === 'zh-CN' ? c.name['zh-CN'] : c.id)).join(' ');
        return { wrong: { key: 'init.wrong_categories', params: { unknown: found.unknown, known: words } } };
      },
    );
    const admin = await answer(
      (fallback) => ({ key: 'init.ask_admin', params: { fallback } }),
      text({ ...reader, locale: place.locale }, 'init.admin', null),
      named,
    );
    write(context, path, name, freshShop({ name: shop, ...place, teams: sorted, admin }));
    tell({ key: 'init.written', params: { path: name, own: path === resolve('gongdan.yaml') } });
  },
};

function write({ config }: CliContext, path: string, name: string, source: string): void {
  // What this writes the start takes, or nothing is written.
  parseShop(source, name, config.locale);
  try {
    writeFileSync(path, source, { flag: 'wx' });
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new SetupError(text(operator(config.locale), taken ? 'init.exists' : 'init.unwritable', { path: name }));
  }
}

const named = (said: string): Reading<string> =>
  Array.from(said).length <= 60 ? { value: said } : { wrong: { key: 'init.wrong_name', params: null } };

/** The machine's time zone, unless it says none of its own. */
function zoneOf(locale: Locale): string {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return own === 'UTC' && locale === 'zh-CN' ? 'Asia/Shanghai' : own;
}

/** `en Europe/London` in any order; what is left out is as the terminal and the machine have it. */
function placeOf(said: string, own: Locale): Reading<{ locale: Locale; timeZone: string }> {
  let locale = own;
  let timeZone: string | null = null;
  for (const word of said.split(/[\s,，、]+/u).filter((w) => w !== '')) {
    const lower = word.toLowerCase();
    if (lower === 'en') locale = 'en';
    else if (lower === 'zh-cn' || lower === 'zh') locale = 'zh-CN';
    else if (isZone(word)) timeZone = word;
    else return { wrong: { key: 'init.wrong_place', params: { value: word } } };
  }
  return { value: { locale, timeZone: timeZone ?? zoneOf(locale) } };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}
