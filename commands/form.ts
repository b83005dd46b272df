import { choicesFor, type Asking, type Choice } from './choices.ts';
import { defaultDisposition } from './disposition.ts';
import type { Args, Command, Param, ParamType, WrongField } from './command.ts';
import type { Form, FormField } from '../cards/card.ts';
import { maySee } from '../src/domain/permission.ts';
import { say, text, type Reader, type Sentence } from '../src/text/text.ts';

/** What a form starts from. */
export interface FormStart {
  /** Values by parameter name that are known already. */
  readonly values?: Readonly<Record<string, string>>;
  /** What is wrong with some of them. */
  readonly wrong?: readonly WrongField[];
}

/** The form that asks for a command's values, in the speaker's language; null for a command that takes none. */
export function formFor(command: Command, asking: Asking, start: FormStart = {}): Form | null {
  const asked = askedFor(command, asking, start.values ?? {});
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
  const no = command.subject !== 'none' && ticket !== null ? ticket.number : null;
  return {
    title: text(reader, 'command.form_title', { verb: command.name, no }),
    submit: text(reader, 'command.form_submit', { verb: command.name }),
    invoke: { command: command.name, args: { ...(no === null ? {} : { ticket: String(no) }), ...carried } },
    fields: asked.map((p) => field(command, p, asking, start, reader)),
  };
}

/** What a form asks for; where a value guides it, that first, then what is always needed, then what matters with it. */
function askedFor({ params, guide }: Command, { directory }: Asking, values: Args): readonly AskedParam[] {
  // Numbers and confirmations come from buttons; no form asks for one. One shop needs no choosing.
  const all = params.filter(isAsked).filter((p) => p.type !== 'shop' || directory.shops.size > 1);
  const first = all.find((p) => p.name === guide?.param);
  if (guide === undefined || first === undefined) return all;
  const rest = all.filter((p) => p !== first);
  const asks = guide.asks(values[first.name] ?? '', directory);
  if (asks === null) return [first, ...rest];
  const named = asks.flatMap(({ param, required }) =>
    rest.filter((p) => p.name === param).map((p) => ({ ...p, required: p.required || required })),
  );
  // What was said already is not taken out of sight.
  const stays = ({ name }: AskedParam): boolean => guide.always.includes(name) || (values[name] ?? '') !== '';
  const others = rest.filter((p) => !p.required && named.every((n) => n.name !== p.name) && stays(p));
  return [first, ...rest.filter((p) => p.required), ...named, ...others];
}

type AskedParam = Param & { readonly type: Exclude<ParamType, 'number' | 'sure'> };
const isAsked = (p: Param): p is AskedParam => p.type !== 'number' && p.type !== 'sure' && p.way !== 'button';

function field(command: Command, param: AskedParam, asking: Asking, start: FormStart, reader: Reader): FormField {
  const given = start.values?.[param.name];
  const value = given === undefined ? current(param, asking) : shown(param, given);
  const error = start.wrong?.find((w) => w.param === param.name);
  const common = {
    name: param.name,
    label: say({ key: param.label, params: null } as Sentence, reader),
    required: param.required,
    ...(value === undefined ? {} : { value }),
    ...(error === undefined ? {} : { error: say(error.why, reader) }),
    ...(command.guide?.param === param.name ? { guides: true as const } : {}),
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
    case 'limit':
      return { ...common, type: 'line', max: 40, placeholder: text(reader, 'command.hint_limit', null) };
    case 'duration':
    case 'minutes':
      return { ...common, type: 'line', max: 40, placeholder: text(reader, 'command.hint_for', null) };
    case 'moment':
      return { ...common, type: 'line', max: 40, placeholder: text(reader, 'command.hint_when', null) };
    default: {
      const sensible = choicesFor(param.type, asking).filter((c) => makesSense(command, c, asking));
      const options = teammatesFirst(sensible, asking).map((c) => ({ value: c.value, label: c.label[reader.locale] }));
      return { ...common, type: 'select', max: 200, options };
    }
  }
}

/** A checked value as a person would type it: durations are milliseconds by then. */
const shown = (param: Param, value: string): string =>
  param.type === 'limit' && /^\d+$/u.test(value)
    ? `${Math.round(Number(value) / 1_000)}s`
    : (param.type === 'duration' || param.type === 'minutes') && /^\d+$/u.test(value)
      ? `${Math.round(Number(value) / 60_000)}m`
      : value;

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
  const person = directory.people.get(choice.value.replace(/^person:/u, ''));
  // Whoever goes home leaves their tickets to their own teams.
  if (command.name === 'handover' && person !== undefined)
    return person.id !== speaker.id && person.teams.some((team) => speaker.teams.includes(team));
  if (command.subject === 'none') return true;
  if (choice.value === `team:${ticket?.team}`) return false;
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
