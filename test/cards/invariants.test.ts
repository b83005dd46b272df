import { describe, expect, test } from 'vitest';
import type { Action, Card } from '../../cards/card.ts';
import { decodeInvocation, encodeInvocation } from '../../cards/invocation.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { commandBy } from '../../commands/registry.ts';
import { parse } from '../../commands/parse.ts';
import { missingStates } from '../support/card-states.ts';
import { everyCard } from '../support/every-card.ts';
import { aDirectory, everybodyOn, NOW } from '../support/tickets.ts';

const directory = aDirectory();

const rowActions = (card: Card): Action[] =>
  card.blocks.flatMap((b) => (b.type === 'list' ? b.items.flatMap((i) => [i.action ?? [], i.also ?? []].flat()) : []));
const allActions = (card: Card): Action[] => [...card.actions, ...rowActions(card)];

/** Every string anywhere in a card. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(strings);
  return [];
}

/** An example of what a verb would ask of a ticket. */
function intentOf(verb: string, t: Ticket): Intent | null {
  const colleague =
    [...directory.people.values()].find((p) => p.teams.includes(t.team) && p.id !== t.assignee)?.id ?? '';
  const elsewhere = t.team === 'logistics' ? 'aftersales' : 'logistics';
  const intents: Record<string, Intent> = {
    claim: { type: 'claim' },
    decline: { type: 'decline' },
    release: { type: 'release', reason: 'busy' },
    assign: { type: 'assign', person: colleague, seen: t.assignee },
    transfer: { type: 'transfer', person: null, team: elsewhere, note: 'n', words: 'n' },
    reply: { type: 'reply', message: 'm', sure: false },
    told: { type: 'reply_elsewhere', message: 'm' },
    note: { type: 'note', note: 'n' },
    reveal: { type: 'reveal' },
    pending: { type: 'pend', wait: 'warehouse', until: null },
    resolve: { type: 'resolve', disposition: 'handled', note: null, notice: 'm' },
    close: { type: 'close', reason: null },
    reopen: { type: 'reopen' },
    priority: { type: 'prioritise', priority: 'low' },
    category: { type: 'categorise', category: 'return' },
    tag: { type: 'tag', add: ['x'], remove: [] },
    remind: { type: 'remind', at: new Date(NOW.getTime() + 3_600_000) },
    escalate: { type: 'escalate', note: null },
    acknowledge: { type: 'acknowledge' },
  };
  return intents[verb] ?? null;
}

test('every status has a state in the fixtures', () => {
  expect(missingStates).toEqual([]);
  expect(everyCard.length).toBeGreaterThan(90);
});

describe.each(everyCard)('$name', ({ card, ticket }) => {
  test('says something in a notification', () => {
    expect(card.summary.trim()).not.toBe('');
    // A notice is its sentence: it has no title.
    expect(card.title.trim() === '').toBe(card.kind === 'notice');
  });

  test('has at most four buttons, at most one of them primary and that one first', () => {
    const buttons = card.actions.filter((a) => a.placement === 'button');
    expect(buttons.length).toBeLessThanOrEqual(4);
    const primary = card.actions.filter((a) => a.style === 'primary');
    expect(primary.length).toBeLessThanOrEqual(1);
    expect(card.actions.slice(0, primary.length)).toEqual(primary);
    expect(rowActions(card).filter((a) => a.style === 'primary')).toEqual([]);
  });

  test('every action can be carried by a button and typed, and both mean the same', () => {
    for (const action of allActions(card)) {
      expect(action.label.trim()).not.toBe('');
      expect(decodeInvocation(encodeInvocation(action.invoke))).toEqual(action.invoke);
      expect(encodeInvocation(action.invoke).length).toBeLessThanOrEqual(128);
      const typed = parse(action.typed);
      expect(typed).toMatchObject({
        kind: 'command',
        command: { name: action.invoke.command },
        ...('ticket' in action.invoke.args ? { number: Number(action.invoke.args['ticket']) } : {}),
      });
    }
  });

  test('forms ask for parameters of their command, and for all that it needs', () => {
    for (const { form, invoke } of allActions(card)) {
      const params = commandBy(invoke.command)?.params ?? [];
      const asked = form?.fields.map((f) => f.name) ?? [];
      expect(params.map((p) => p.name)).toEqual(expect.arrayContaining(asked));
      // A draft has the words already.
      const needed = 'draft' in invoke.args ? [] : params.filter((p) => p.required && !(p.name in invoke.args));
      expect(asked).toEqual(expect.arrayContaining(needed.map((p) => p.name)));
      const selects = form?.fields.filter((f) => f.type === 'select') ?? [];
      for (const { options = [], value } of selects) {
        expect(options.length).toBeGreaterThan(0);
        expect(value === undefined || options.some((o) => o.value === value)).toBe(true);
      }
      expect(form === undefined ? invoke : form.invoke).toEqual(invoke);
    }
  });

  test('no two actions do the same', () => {
    const keys = card.actions.map((a) => encodeInvocation(a.invoke));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('is in words: no undefined, no key of a catalogue, no empty label', () => {
    for (const text of strings(card)) {
      expect(text).not.toMatch(/undefined|null|NaN|N\/A|\[object/u);
      expect(text).not.toMatch(/\b(?:card|status|field|command|history|value|refusal)\.[a-z_]+/u);
    }
    const written = card.blocks.flatMap((b) => {
      if (b.type === 'fields') return b.fields.flatMap((f) => [f.label, f.value]);
      return b.type === 'text' || b.type === 'note' ? [b.text] : [];
    });
    expect(written.filter((text) => text.trim() === '')).toEqual([]);
  });

  test('shows at most one sign, and only in the status line', () => {
    const signs = (text: string): number => text.match(/\p{Extended_Pictographic}/gu)?.length ?? 0;
    expect(signs(card.status ?? '')).toBeLessThanOrEqual(1);
    expect(signs(`${card.title}${card.footer ?? ''}${card.actions.map((a) => a.label).join('')}`)).toBe(0);
  });

  test('says clock times, never how long ago or how long still', () => {
    if (!['ticket', 'work', 'news', 'board', 'home', 'ping'].includes(card.kind)) return;
    for (const text of [card.status, card.footer, card.summary]) {
      expect(text ?? '').not.toMatch(/刚刚|分钟前|还剩|今天|明天|昨天|\bago\b|\bleft\b|just now|tomorrow|yesterday/u);
    }
  });

  test('hides numbers and addresses from everybody but the assignee', () => {
    const unmasked = ['work', 'news', 'ping'].includes(card.kind) && ticket?.assignee === 'lilei';
    if (unmasked) return;
    expect(JSON.stringify(card)).not.toMatch(/13812345678|文三路138/u);
  });

  test('offers nothing that would be refused to everybody', () => {
    if (ticket === null) return;
    const actors = [...directory.people.values()].map((p) => ({ kind: 'person', id: p.id, name: p.name }) as const);
    const refused = card.actions.filter(({ invoke }) => {
      const intent = intentOf(invoke.command, ticket);
      if (intent === null) return invoke.command !== 'show';
      return !actors.some(
        (actor) => decide(ticket, intent, { now: NOW, cause: 'c', directory, actor, ...everybodyOn() }).accepted,
      );
    });
    expect(refused.map((a) => a.invoke.command)).toEqual([]);
  });
});
