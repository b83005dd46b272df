import type { Directory, Locale, Person } from '../src/domain/directory.ts';
import type { Verb, VerbParam } from '../src/view.ts';
import { choicesFor, UNLISTED, type ListedType } from './choices.ts';
import type { Command, ParamType } from './command.ts';
import { folded } from './fold.ts';
import { commands, wordsOf } from './registry.ts';
import { label, usage } from './usage.ts';

/** The whole vocabulary in one language. Rights are looked at when a line is sent, not when it is written. */
export function vocabulary(directory: Directory, now: Date, locale: Locale): readonly Verb[] {
  const asking = { speaker: ANYBODY, directory, now, ticket: null, attachments: [] };
  const choices = (type: ParamType): VerbParam['choices'] =>
    isListed(type)
      ? choicesFor(type, asking).map((choice) => ({ label: choice.label[locale], words: choice.words }))
      : [];
  const paramsOf = (command: Command): VerbParam[] => [
    ...(command.subject !== 'none'
      ? [{ label: label('command.label_number', locale), required: false, rest: false, choices: [] }]
      : []),
    ...command.params
      .filter(({ type, way }) => type !== 'number' && way === undefined)
      .map((param) => ({
        label: label(param.label, locale),
        required: param.required,
        rest: param.type === 'rest',
        choices: choices(param.type),
      })),
  ];
  return commands.map((command) => ({
    name: command.name,
    word: locale === 'zh-CN' ? command.zh : command.name,
    words: wordsOf(command).map(folded),
    initials: command.initials,
    summary: label(command.summary, locale),
    usage: usage(command, locale),
    params: paramsOf(command),
  }));
}

/** Whoever will send the line: may name every team, and is nobody in the list of people. */
const ANYBODY: Person = {
  id: '',
  name: '',
  outwardName: '',
  roles: ['admin'],
  teams: [],
  shops: [],
  locale: 'en',
  timeZone: 'UTC',
  shift: null,
  direct: [],
  outside: [],
};

const isListed = (type: ParamType): type is ListedType => !(UNLISTED as readonly ParamType[]).includes(type);
