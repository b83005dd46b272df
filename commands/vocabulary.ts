import type { Directory, Locale } from '../src/domain/directory.ts';
import { say, type Sentence, type TextKey } from '../src/text/text.ts';
import { choicesFor, type ListedType } from './choices.ts';
import type { Command, ParamType } from './command.ts';
import { folded } from './fold.ts';
import { commands, wordsOf } from './registry.ts';
import { usage } from './usage.ts';

/** A verb with everything that may be typed for it, for whoever completes a line while it is written. */
export interface SpokenVerb {
  readonly name: string;
  /** What is put into the line when it is chosen. */
  readonly word: string;
  /** Names, initials and aliases, folded. */
  readonly words: readonly string[];
  readonly initials: string;
  readonly summary: string;
  readonly usage: string;
  readonly params: readonly SpokenParam[];
}

export interface SpokenParam {
  readonly label: string;
  readonly required: boolean;
  /** It takes the remainder of the line. */
  readonly rest: boolean;
  /** Empty: it is not one of a list. */
  readonly choices: readonly { readonly label: string; readonly words: readonly string[] }[];
}

/** The whole vocabulary in one language. Rights are looked at when a line is sent, not when it is written. */
export function vocabulary(directory: Directory, now: Date, locale: Locale): readonly SpokenVerb[] {
  const speaker =
    [...directory.people.values()].find((p) => p.roles.includes('admin')) ?? [...directory.people.values()][0];
  const spoken = (key: TextKey): string =>
    say({ key, params: null } as Sentence, { locale, timeZone: 'UTC', now: new Date(0) });
  const choices = (type: ParamType): SpokenParam['choices'] => {
    if (!isListed(type) || speaker === undefined) return [];
    const asking = { speaker, directory, now, ticket: null, attachments: [] };
    return choicesFor(type, asking).map(({ label, words }) => ({ label: label[locale], words }));
  };
  const paramsOf = (command: Command): SpokenParam[] => [
    ...(command.subject === 'ticket'
      ? [{ label: spoken('command.label_number'), required: false, rest: false, choices: [] }]
      : []),
    ...command.params
      .filter(({ type, way }) => type !== 'number' && way === undefined)
      .map(({ label, required, type }) => ({
        label: spoken(label),
        required,
        rest: type === 'rest',
        choices: choices(type),
      })),
  ];
  return commands.map((command) => ({
    name: command.name,
    word: locale === 'zh-CN' ? command.zh : command.name,
    words: wordsOf(command).map(folded),
    initials: command.initials,
    summary: spoken(command.summary),
    usage: usage(command, locale),
    params: paramsOf(command),
  }));
}

const UNLISTED: ReadonlySet<ParamType> = new Set<ParamType>([
  'rest',
  'line',
  'tags',
  'duration',
  'minutes',
  'number',
  'ticket',
  'ticket-or-new',
]);
const isListed = (type: ParamType): type is ListedType => !UNLISTED.has(type);
