import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionId, blockId, chosenValue, menuValue, pressable, readPress } from '../../../adapters/slack/press.ts';
import { asks } from '../../../cards/pressing.ts';
import { renderCard, slackRung } from '../../../adapters/slack/render.ts';
import { encodeInvocation, type Invocation } from '../../../cards/invocation.ts';
import type { Action, Card } from '../../../cards/card.ts';
import { hintOf } from '../../../cards/fallback.ts';
import { everyCard } from '../../support/every-card.ts';
import { anyCard, anyText, BOUNDED } from '../../support/any-card.ts';
import { actionsIn } from '../../support/fitting.ts';
import { aCard, anAction, pressesIn, textsIn } from './drawn.ts';

const claim: Invocation = { command: 'claim', args: { ticket: '4821' } };
const asking: Partial<Action> = {
  form: {
    title: 't',
    submit: 's',
    invoke: claim,
    fields: [{ name: 'text', label: 'l', type: 'text', required: true, max: 10 }],
  },
};

describe('a press', () => {
  test('of a button says what runs, on which card, in which state', () => {
    const press = { action_id: actionId('do', 3), block_id: blockId(1, { surface: 's-1', version: 7 }), value: 'next' };
    expect(readPress(press)).toEqual({
      invocation: { command: 'next', args: {} },
      asks: false,
      surface: 's-1',
      seen: 7,
    });
  });

  test('of a button that asks, of a menu entry, of a choice', () => {
    const block_id = blockId(0, { surface: null, version: 2 });
    const value = encodeInvocation(claim);
    const read = (action: object) => readPress({ block_id, ...action });
    expect(read({ action_id: 'ask.0', value })).toMatchObject({
      invocation: claim,
      asks: true,
      surface: null,
      seen: 2,
    });
    expect(read({ action_id: 'menu.0', selected_option: { value } })).toMatchObject({ invocation: claim, asks: false });
    expect(read({ action_id: 'menu.0', selected_option: { value: `?${value}` } })).toMatchObject({ asks: true });
    expect(read({ action_id: 'choose.0', selected_option: { value } })).toMatchObject({
      invocation: claim,
      asks: false,
    });
  });

  test('on a page without surfaces knows no state', () => {
    const press = { action_id: 'do.0', block_id: blockId(4, null), value: 'next' };
    expect(readPress(press)).toMatchObject({ surface: null, seen: null });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['of another app', { action_id: 'approve', block_id: 'b', value: 'claim' }],
    ['of another block', { action_id: 'do.0', block_id: 'Xy7', value: 'claim' }],
    ['without a value', { action_id: 'do.0', block_id: '0.1' }],
    ['with a cleared choice', { action_id: 'menu.0', block_id: '0.1', selected_option: null }],
    ['that is no invocation', { action_id: 'do.0', block_id: '0.1', value: 'Claim 4821' }],
    ['that is marked where nothing is', { action_id: 'do.0', block_id: '0.1', value: '?claim' }],
    ['of a field of a form', { action_id: 'value', block_id: 'person', selected_option: { value: 'lilei' } }],
    ['of a state beyond counting', { action_id: 'do.0', block_id: '0.9999999999999999', value: 'claim' }],
  ])('%s is none of ours', (_, action) => {
    expect(readPress(action)).toBeNull();
  });

  test('of anything at all is read without a fault', () => {
    const isRead = (action: unknown): boolean => readPress(action) !== undefined;
    fc.assert(fc.property(fc.anything(), isRead));
    fc.assert(
      fc.property(anyText, anyText, anyText, (action_id, block_id, value) => {
        const selected_option = { value };
        expect(isRead({ action_id, block_id, value, selected_option })).toBe(true);
        expect(isRead({ action_id: 'menu.1', block_id: '0.1', selected_option })).toBe(true);
      }),
    );
  });
});

describe('the id of a block', () => {
  test('has 255 characters at most', () => {
    expect(blockId(0, { surface: '面'.repeat(251), version: 1 })).toHaveLength(255);
    expect(blockId(0, { surface: '面'.repeat(252), version: 1 })).toBe('0.1');
  });

  test('carries any surface back, newlines and dots too, or leaves it out when it has no room', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(), anyText, (index, version, surface) => {
        const id = blockId(index, { surface, version });
        expect(Array.from(id).length).toBeLessThanOrEqual(255);
        const read = readPress({ action_id: 'do.0', block_id: id, value: 'next' });
        const left = id === `${index}.${version}`;
        expect(left).toBe(
          /\0|\p{Surrogate}/u.test(surface) || Array.from(`${index}.${version}.${surface}`).length > 255,
        );
        expect(read).toMatchObject({ surface: left ? null : surface, seen: version });
      }),
    );
  });
});

describe('what an action needs', () => {
  test('values are asked for when one is required that it does not bring', () => {
    expect(asks(anAction('a'))).toBe(false);
    expect(asks(anAction('a', asking))).toBe(true);
    expect(asks(anAction('a', { ...asking, invoke: { command: 'reply', args: { text: 'hi' } } }))).toBe(false);
  });

  test('a menu entry has 75 characters, its mark included', () => {
    const long = (n: number): Action => anAction('a', { invoke: { command: 'claim', args: { t: 'x'.repeat(n) } } });
    expect(menuValue(long(67))).toHaveLength(75);
    expect(menuValue(long(68))).toBeNull();
    expect(menuValue({ ...long(67), ...asking })).toBeNull();
    expect(chosenValue(anAction('a'), 'person', 'lilei')).toBe('claim?ticket=4821&person=lilei');
    expect(chosenValue(anAction('a'), 'person', 'x'.repeat(60))).toBeNull();
    expect(chosenValue(anAction('a'), 'person', '\uD83D')).toBeNull();
  });

  test('what would not come back cannot be pressed', () => {
    expect(pressable(claim)).toBe(true);
    expect(pressable({ command: 'Claim', args: {} })).toBe(false);
    expect(pressable({ command: 'claim', args: { t: 'x'.repeat(600) } })).toBe(false);
    expect(pressable({ command: 'claim', args: { t: 'half \uD83D' } })).toBe(false);
  });
});

/** Every invocation with its marks, as rendered and read back. */
const readBack = (card: Card) =>
  pressesIn(renderCard(card, { surface: 's-1', version: 7 }).blocks).map((press) => {
    const read = readPress(press);
    if (read === null) throw new Error(`not read: ${JSON.stringify(press)}`);
    expect(read).toMatchObject({ surface: 's-1', seen: 7 });
    return read;
  });
/** What an action becomes, whatever its place: itself, or one with the value of its only field. */
const isOf = (action: Action, { command, args }: Invocation): boolean => {
  const { invoke, form } = action;
  if (invoke.command !== command) return false;
  const [field] = form?.fields ?? [];
  const carried = Object.entries(invoke.args).every(([name, value]) => args[name] === value || name === field?.name);
  const more = Object.keys(args).filter((name) => !Object.hasOwn(invoke.args, name));
  return carried && more.every((name) => name === field?.name);
};

describe('everything that can be done with a card', () => {
  test('any card: what is pressed is what the card meant', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const actions = actionsIn(card);
        for (const { invocation } of readBack(card)) {
          expect(actions.some((action) => isOf(action, invocation))).toBe(true);
        }
      }),
      BOUNDED,
    );
  });

  test('any card: no action is lost', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        // So many that even what to type has no room is told, as it is everywhere.
        if (slackRung(card).cut.some((what) => what.startsWith('hints'))) return;
        const { blocks } = renderCard(card, { surface: 's-1', version: 7 });
        const there = readBack(card);
        const said = textsIn(blocks);
        const lost = actionsIn(card).filter(
          (action) => !there.some(({ invocation }) => isOf(action, invocation)) && !said.includes(hintOf(action)),
        );
        expect(lost).toEqual([]);
      }),
      BOUNDED,
    );
  });

  test('ours: every action is there, and asks where it has to', () => {
    for (const { name, card } of everyCard) {
      const there = readBack(card);
      for (const action of actionsIn(card)) {
        const read = there.filter(({ invocation }) => isOf(action, invocation));
        expect(read, `${name}: ${action.typed}`).not.toEqual([]);
        const chosen = (args: object): boolean => Object.keys(args).length > Object.keys(action.invoke.args).length;
        const asked = read.some((press) => press.asks || chosen(press.invocation.args));
        expect(asked, `${name}: ${action.typed}`).toBe(asks(action));
      }
    }
  });

  test('one that no press brings back is typed', () => {
    const dead = anAction('B', { invoke: { command: 'claim', args: { t: 'x'.repeat(600) } } });
    const list = { type: 'list', items: [{ text: 'row', action: { ...dead, typed: '认领 C' } }] } as const;
    const card = aCard({ actions: [dead, anAction('A', { placement: 'menu' })], blocks: [list] });
    const { blocks } = renderCard(card, { surface: null, version: 1 });
    expect(pressesIn(blocks)).toMatchObject([{ selected_option: { value: 'claim?ticket=4821' } }]);
    expect(textsIn(blocks)).toContain('可发送：认领 C / 认领 B');
  });
});
