import type { LimitName, PolicyChange } from '../src/domain/overrides.ts';
import type { Label } from '../src/domain/refusal.ts';
import type { OrderFacts } from '../src/domain/ticket.ts';
import type { ClockName } from '../src/domain/terms.ts';
import { text, type Reader } from '../src/text/text.ts';
import type { Action, Block, Card } from './card.ts';
import type { Invocation } from './invocation.ts';
import { shown } from './standing.ts';
import { typedOf } from './verb.ts';

/** One value of what is promised, and what the file says; ms, null: nothing. */
export interface PolicyValue {
  readonly limit: LimitName;
  readonly ms: number | null;
  readonly file: number | null;
  readonly isChanged: boolean;
}

export interface PolicyRule {
  /** Which tickets it is about. */
  readonly names: readonly Label[];
  /** The share of the ordinary promises that is left; 1: all. */
  readonly share: number;
  readonly values: readonly PolicyValue[];
  /** Chat made it. */
  readonly isChat: boolean;
}

export interface PolicyCardInput {
  readonly base: readonly PolicyValue[];
  readonly rules: readonly PolicyRule[];
  /** Whoever changed it last. */
  readonly last: { readonly by: string; readonly at: Date } | null;
  /** Whether anything differs from the file. */
  readonly isChanged: boolean;
  /** Whether its reader may change it. */
  readonly mayChange: boolean;
}

export interface WhatIfCardInput {
  readonly change: PolicyChange;
  /** Which tickets it is about; null: everything. */
  readonly scope: Label | null;
  /** What it is now. */
  readonly was: number | null;
  /** From what it was computed, for the button that saves. */
  readonly seen: string;
  readonly now: Date;
  readonly open: number;
  readonly moved: number;
  readonly overdue: number;
  readonly relieved: number;
  /** Tickets that would turn overdue, the latest first. */
  readonly worst: readonly {
    readonly number: number;
    readonly subject: string;
    readonly facts: OrderFacts;
    readonly clock: ClockName;
    readonly due: Date;
  }[];
}

/** Rules that fit one screen. */
const MOST_RULES = 12;

const card = (reader: Reader, title: string, blocks: readonly Block[], actions: readonly Action[]): Card => ({
  kind: 'list',
  locale: reader.locale,
  tone: 'amber',
  title,
  summary: title,
  blocks,
  actions,
});

/** What is promised, and where that differs from the file. */
export function drawPolicy({ base, rules, last, isChanged, mayChange }: PolicyCardInput, reader: Reader): Card {
  const fields = base.map((value) => ({
    label: text(reader, `policy.limit_${value.limit}`, null),
    value: text(reader, 'policy.value', value),
  }));
  const items = rules.slice(0, MOST_RULES).map(({ names, ...rule }) => ({
    text: text(reader, 'policy.rule', { names }),
    detail: text(reader, 'policy.share', rule),
  }));
  const more = rules.length - items.length;
  const blocks: readonly Block[] = [
    { type: 'text', style: 'plain', text: text(reader, 'policy.ordinary', null) },
    { type: 'fields', fields },
    ...(items.length === 0 ? [] : [{ type: 'list', items } as const]),
    ...(more > 0 ? [{ type: 'note', text: text(reader, 'policy.more', { count: more }) } as const] : []),
  ];
  const drawn = card(reader, text(reader, 'policy.title', null), blocks, [
    ...(mayChange ? [button('edit', 'primary', { edit: 'yes' }, reader)] : []),
    ...(mayChange && isChanged ? [button('reset', 'default', { promise: 'reset' }, reader)] : []),
  ]);
  return last === null ? drawn : { ...drawn, footer: text(reader, 'policy.last', last) };
}

/** What a change of a promise would do to the open tickets, before it is saved. */
export function drawWhatIf(input: WhatIfCardInput, reader: Reader): Card {
  const { change, scope, was, seen, now, worst } = input;
  const title = text(reader, 'policy.proposed', { scope, limit: change.limit, ms: change.ms, was });
  const items = worst.map(({ number, subject, facts, clock, due }) => ({
    text: `T-${number} · ${shown({ facts }, subject, 'group')}`,
    detail: text(reader, 'policy.late', { clock, ms: now.getTime() - due.getTime() }),
    action: show(number, reader),
  }));
  const effect = text(reader, 'policy.effect', input);
  const drawn = card(
    reader,
    title,
    [{ type: 'text', style: 'plain', text: effect }, ...(items.length === 0 ? [] : [{ type: 'list', items } as const])],
    [
      button('save', 'primary', { ...argsOf(change), seen, sure: 'yes' }, reader),
      button('keep', 'default', {}, reader),
    ],
  );
  return { ...drawn, summary: `${title} ${effect}` };
}

/** A change as the command takes it. */
export const argsOf = ({ scope, limit, ms }: PolicyChange): Readonly<Record<string, string>> => ({
  ...(scope !== null && { tickets: scope }),
  promise: limit ?? 'reset',
  ...(limit !== null && { limit: ms === null ? 'file' : String(ms) }),
});

function button(
  label: 'edit' | 'reset' | 'save' | 'keep',
  style: Action['style'],
  args: Readonly<Record<string, string>>,
  reader: Reader,
): Action {
  const invoke: Invocation = { command: 'policy', args };
  const typed = typedOf(invoke, reader.locale);
  return { label: text(reader, `policy.${label}`, null), style, placement: 'button', invoke, typed };
}

function show(number: number, reader: Reader): Action {
  const invoke: Invocation = { command: 'show', args: { ticket: String(number) } };
  const label = text(reader, 'command.form_submit', { verb: 'show' });
  return { label, style: 'default', placement: 'button', invoke, typed: typedOf(invoke, reader.locale) };
}
