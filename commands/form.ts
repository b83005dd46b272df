import { choicesFor, type Asking, type Choice } from './choices.ts';
import { defaultDisposition } from './disposition.ts';
import type { Command, Param, ParamType } from './command.ts';
import type { Form, FormField } from '../cards/card.ts';
import { maySee } from '../src/domain/permission.ts';
import type { Refusal } from '../src/domain/refusal.ts';
import { say, text, type Reader, type Sentence } from '../src/text/text.ts';

/** What a form starts from. */
export interface FormStart {
  /** Values by parameter name that are known already. */
  readonly values?: Readonly<Record<string, string>>;
  /** What is wrong with one of them. */
  readonly error?: { readonly param: string; readonly refusal: Refusal };
}

/** The form that asks for a command's values, in the speaker's language; null for a command that takes none. */
export function formFor(command: Command, asking: Asking, start: FormStart = {}): Form | null {
  // Numbers and confirmations come from buttons; no form asks for one.
  // One shop needs no choosing.
  const asked = command.params.filter(isAsked).filter((p) => p.type !== 'shop' || asking.directory.shops.size > 1);
  if (asked.length === 0) return null;
  const { speaker, now, ticket } = asking;
  const reader: Reader = { locale: speaker.locale, timeZone: speaker.timeZone, now };
  // What only buttons bring goes along.
  const carried = Object.fromEntries(
    command.params.flatMap(({ name, way }) => {
      const value = start.values?.[name];
      return way === 'button' && value !== undefined ? [[name, value]] : [];
    }),
  );
  const no = command.subject === 'ticket' && ticket !== null ? ticket.number : null;
  return {
    title: text(reader, 'command.form_title', { verb: command.name, no }),
    submit: text(reader, 'command.form_submit', { verb: command.name }),
    invoke: { command: command.name, args: { ...(no === null ? {} : { ticket: String(no) }), ...carried } },
    fields: asked.map((p) => field(command, p, asking, start, reader)),
  };
}

type AskedParam = Param & { readonly type: Exclude<ParamType, 'number' | 'sure'> };
const isAsked = (p: Param): p is AskedParam => p.type !== 'number' && p.type !== 'sure' && p.way !== 'button';

function field(command: Command, param: AskedParam, asking: Asking, start: FormStart, reader: Reader): FormField {
  const given = start.values?.[param.name];
  const value = given === undefined ? current(param, asking) : shown(param, given);
  const { error } = start;
  const common = {
    name: param.name,
    label: say({ key: param.label, params: null } as Sentence, reader),
    required: param.required,
    ...(value === undefined ? {} : { value }),
    ...(error?.param === param.name ? { error: refusalText(error.refusal, reader) } : {}),
  };
  switch (param.type) {
    case 'rest':
      return { ...common, type: 'text', max: param.max ?? 4000 };
    case 'line':
      return { ...common, type: 'line', max: param.max ?? 100 };
    case 'ticket':
    case 'ticket-or-new':
      return { ...common, type: 'line', max: 40, placeholder: text(reader, 'command.hint_ticket', null) };
    case 'tags':
      return { ...common, type: 'line', max: 400, placeholder: text(reader, 'command.hint_tags', null) };
    case 'duration':
    case 'minutes':
      return { ...common, type: 'line', max: 40, placeholder: text(reader, 'command.hint_for', null) };
    default: {
      const sensible = choicesFor(param.type, asking).filter((c) => makesSense(command, c, asking));
      const options = teammatesFirst(sensible, asking).map((c) => ({ value: c.value, label: c.label[reader.locale] }));
      return { ...common, type: 'select', max: 200, options };
    }
  }
}

/** A checked value as a person would type it: durations are milliseconds by then. */
const shown = (param: Param, value: string): string =>
  (param.type === 'duration' || param.type === 'minutes') && /^\d+$/u.test(value)
    ? `${Math.round(Number(value) / 60_000)}m`
    : value;

const refusalText = (refusal: Refusal, reader: Reader): string =>
  say({ key: `refusal.${refusal.code}`, params: refusal } as Sentence, reader);

/** What the ticket has now, so that a form starts there. */
function current(param: Param, { ticket, directory }: Asking): string | undefined {
  switch (param.type) {
    case 'priority':
      return ticket?.priority;
    case 'category':
      return ticket?.category ?? undefined;
    case 'disposition':
      return defaultDisposition(directory.dispositions);
    default:
      return undefined;
  }
}

/** Neither oneself, nor who or what team has the ticket already: `claim` and `release` say those. */
function makesSense(command: Command, choice: Choice, { speaker, ticket, directory }: Asking): boolean {
  if (command.subject !== 'ticket') return true;
  if (choice.value === `team:${ticket?.team}`) return false;
  const person = directory.people.get(choice.value.replace(/^person:/u, ''));
  if (person === undefined) return true;
  if (command.name === 'assign' && ticket !== null && !maySee(person, ticket)) return false;
  return person.id !== speaker.id && person.id !== ticket?.assignee;
}

function teammatesFirst(choices: readonly Choice[], { directory, ticket }: Asking): readonly Choice[] {
  const rank = (c: Choice): number => {
    const person = directory.people.get(c.value.replace(/^person:/u, ''));
    return person !== undefined && !person.teams.includes(ticket?.team ?? '') ? 1 : 0;
  };
  return choices.toSorted((a, b) => rank(a) - rank(b));
}
