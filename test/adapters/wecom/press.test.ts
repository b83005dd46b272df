import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, KEY_BYTES, OPTION_BYTES } from '../../../adapters/wecom/card-limits.ts';
import { formKey, goKey, keyOf, MENU, NOTHING, optionOf, readPress } from '../../../adapters/wecom/press.ts';
import { taskOf } from '../../../adapters/wecom/posting.ts';
import type { Action } from '../../../cards/card.ts';
import type { Invocation } from '../../../cards/invocation.ts';
import { asks } from '../../../cards/pressing.ts';
import { anyAction, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { actionsIn } from '../../support/fitting.ts';

const claim: Invocation = { command: 'claim', args: { ticket: '4821' } };
const asking: Partial<Action> = {
  form: {
    title: 't',
    submit: 's',
    invoke: claim,
    fields: [{ name: 'text', label: 'l', type: 'text', required: true, max: 10 }],
  },
};
const anAction = (more: Partial<Action> = {}): Action => ({
  label: '认领',
  style: 'default',
  placement: 'button',
  invoke: claim,
  typed: '认领 4821',
  ...more,
});

const task = taskOf('ticket:4821:group');
const mark = { task, version: 7 };
const none = new Map<string, readonly string[]>();
const chosen = (...ids: readonly string[]) => new Map([[MENU, ids]]);

describe('a press', () => {
  test('says what runs, whether it asks, which card it is of and which state of it was seen', () => {
    expect(keyOf(anAction(), { task: 'gd-1', version: 7 })).toBe('7|gd-1|claim?ticket=4821');
    expect(readPress('7|gd-1|claim?ticket=4821', none)).toEqual({
      kind: 'press',
      task: 'gd-1',
      seen: 7,
      invocation: claim,
      asks: false,
    });
    expect(readPress(keyOf(anAction(asking), mark) ?? '', none)).toMatchObject({ task, asks: true, seen: 7 });
    expect(readPress('|gd-1|next', none)).toMatchObject({ invocation: { command: 'next', args: {} }, seen: null });
  });

  test('a version that is none is not said', () => {
    for (const version of [-1, 1.5, Number.NaN, 2 ** 60])
      expect(readPress(keyOf(anAction(), { task, version }) ?? '', none)).toMatchObject({ task, seen: null });
  });

  test('of a button means its own, whatever is chosen beside it', () => {
    const key = keyOf(anAction(), mark) ?? '';
    expect(readPress(key, chosen('close?ticket=4821'))).toMatchObject({ kind: 'press', invocation: claim });
  });

  test('of the button beside a list means what is chosen there', () => {
    const id = optionOf(anAction(asking)) ?? '';
    expect(id).toBe('?claim?ticket=4821');
    expect(readPress(goKey(mark), chosen(id))).toEqual({
      kind: 'press',
      task,
      seen: 7,
      invocation: claim,
      asks: true,
    });
  });

  test('of that button means nothing where nothing is chosen', () => {
    for (const given of [none, chosen(), chosen(NOTHING), new Map([['other', ['claim']]])])
      expect(readPress(goKey(mark), given)).toEqual({ kind: 'nothing', task });
  });

  test('of anything that is not ours is none', () => {
    for (const [key, given] of [
      ['', none],
      ['claim:T-4821', none],
      ['claim?ticket=4821', none],
      ['7||claim', none],
      ['7|gd 1|claim', none],
      ['x|gd-1|claim', none],
      ['1.5|gd-1|claim', none],
      ['9999999999999999|gd-1|claim', none],
      ['7|gd-1|Not a command', none],
      ['7|gd-1|', none],
      [`7|gd-1|${'x'.repeat(600)}`, none],
      [goKey(mark), chosen('Not a command')],
      ['f|gd-1|Not a command|n', none],
      ['f|gd-1', none],
    ] as const)
      expect([key, readPress(key, given)]).toEqual([key, null]);
  });

  test('never throws', () => {
    const key = fc.oneof(
      anyText,
      anyText.map((rest) => `7|${task}|${rest}`),
      anyText.map((rest) => `f|${task}|transfer?ticket=4821|${rest}`),
      fc.constant(goKey(mark)),
    );
    const given = fc.dictionary(fc.oneof(fc.constantFrom(MENU, '__proto__'), anyText), fc.array(anyText));
    fc.assert(
      fc.property(key, given, (pressed, ids) => {
        const read = readPress(pressed, new Map(Object.entries(ids)));
        expect(read === null || read.task !== '').toBe(true);
      }),
    );
  });
});

/** The invocation, as it comes back by each way that an action can be pressed. */
const back = (action: Action): readonly (Invocation & { readonly asks: boolean })[] => {
  const [key, id] = [keyOf(action, mark), optionOf(action)];
  return [key === null ? null : readPress(key, none), id === null ? null : readPress(goKey(mark), chosen(id))].flatMap(
    (read) => (read?.kind === 'press' ? [{ ...read.invocation, asks: read.asks }] : []),
  );
};

describe('what stands on a card', () => {
  test('ours: every action comes back from a button and from a list', () => {
    for (const { name, card } of everyCard)
      for (const action of actionsIn(card)) {
        const meant = { ...action.invoke, asks: asks(action) };
        expect([name, back(action)]).toEqual([name, [meant, meant]]);
      }
  });

  test('any: comes back as it went in, or is not there, and breaks no limit', () => {
    fc.assert(
      fc.property(anyAction, (action) => {
        for (const read of back(action)) expect(read).toEqual({ ...action.invoke, asks: asks(action) });
        expect(bytesOf(keyOf(action, mark) ?? '')).toBeLessThanOrEqual(KEY_BYTES);
        expect(bytesOf(optionOf(action) ?? '')).toBeLessThanOrEqual(OPTION_BYTES);
      }),
      BOUNDED,
    );
  });

  test('what no press would bring back is not there', () => {
    const dead = (invoke: Invocation) => anAction({ invoke });
    for (const invoke of [
      { command: 'Claim', args: {} },
      { command: 'claim', args: { note: 'x'.repeat(600) } },
      { command: 'claim', args: { note: 'half \uD83D' } },
    ])
      expect([keyOf(dead(invoke), mark), optionOf(dead(invoke))]).toEqual([null, null]);
    const long = dead({ command: 'claim', args: { note: 'x'.repeat(130) } });
    expect(keyOf(long, mark)).not.toBeNull();
    expect(optionOf(long)).toBeNull();
  });

  test('a command that is called like nothing cannot be chosen', () => {
    expect(optionOf(anAction({ invoke: { command: NOTHING, args: {} } }))).toBeNull();
  });
});

describe('a form', () => {
  const invoke: Invocation = { command: 'transfer', args: { ticket: '4821', person: 'wangfang' } };
  const press = (given: ReadonlyMap<string, readonly string[]>, nonce = 'n-1') =>
    readPress(formKey({ invoke, nonce }, task) ?? '', given);

  test('brings what it is about and what was chosen', () => {
    expect(press(new Map([['person', ['lilei']]]))).toEqual({
      kind: 'form',
      task,
      nonce: 'n-1',
      invocation: { command: 'transfer', args: { ticket: '4821', person: 'lilei' } },
    });
  });

  test('what was left open is not given', () => {
    for (const answer of [[NOTHING], []])
      expect(press(new Map([['person', answer]]))).toMatchObject({ invocation: { args: { ticket: '4821' } } });
    expect(press(new Map([['person', [NOTHING]]]))).not.toHaveProperty('invocation.args.person');
  });

  test('without a nonce says so, and any nonce comes back', () => {
    expect(readPress(formKey({ invoke }, task) ?? '', none)).toMatchObject({ nonce: null, invocation: invoke });
    for (const nonce of ['a|b', '|', 'f|x|y|z', '工单'])
      expect(press(none, nonce)).toMatchObject({ nonce, invocation: invoke });
  });

  test('whose button would not fit or not come back has none', () => {
    expect(formKey({ invoke, nonce: 'x'.repeat(1_000) }, task)).toBeNull();
    expect(formKey({ invoke, nonce: '\uD83D' }, task)).toBeNull();
    expect(formKey({ invoke: { command: 'Transfer', args: {} } }, task)).toBeNull();
  });
});
