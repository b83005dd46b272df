import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buttonOf, publicId, readPress } from '../../../adapters/dingtalk/press.ts';
import { asks, comesBack } from '../../../cards/pressing.ts';
import { publicVariables } from '../../../adapters/dingtalk/public-card.ts';
import { cardVariables, dingtalkRung } from '../../../adapters/dingtalk/render.ts';
import type { Action, Card } from '../../../cards/card.ts';
import { hintOf } from '../../../cards/fallback.ts';
import type { Invocation } from '../../../cards/invocation.ts';
import { anyCard, anyText, BOUNDED } from '../../support/any-card.ts';
import { everyCard } from '../../support/every-card.ts';
import { actionsIn } from '../../support/fitting.ts';
import { aCard, anAction, bodyOf, buttonsIn, pressOf } from './drawn.ts';

const claim: Invocation = { command: 'claim', args: { ticket: '4821' } };
const asking: Partial<Action> = {
  form: {
    title: 't',
    submit: 's',
    invoke: claim,
    fields: [{ name: 'text', label: 'l', type: 'text', required: true, max: 10 }],
  },
};

/** As DingTalk says it: the button's action id and its params. */
const press = (action: Action, version: number | null) => {
  const { id, params } = pressOf(buttonOf(action, { id: 'b3', version }));
  return readPress(id, params);
};

describe('a press', () => {
  test('says what runs, whether it asks, and which state was seen', () => {
    expect(press(anAction('认领'), 7)).toEqual({ invocation: claim, asks: false, seen: 7 });
    expect(press(anAction('认领', asking), 0)).toEqual({ invocation: claim, asks: true, seen: 0 });
    expect(press(anAction('下一张', { invoke: { command: 'next', args: {} } }), null)).toEqual({
      invocation: { command: 'next', args: {} },
      asks: false,
      seen: null,
    });
  });

  test('of the public template says it by its id alone', () => {
    expect(publicId(anAction('认领', asking), 12)).toBe('12|?claim?ticket=4821');
    expect(readPress('12|?claim?ticket=4821', {})).toEqual({ invocation: claim, asks: true, seen: 12 });
    expect(readPress('12|claim?ticket=4821', undefined)).toEqual({ invocation: claim, asks: false, seen: 12 });
    expect(readPress('|next', {})).toEqual({ invocation: { command: 'next', args: {} }, asks: false, seen: null });
  });

  test('a version that is none is not said', () => {
    for (const version of [-1, 1.5, Number.NaN, 2 ** 60]) {
      expect(press(anAction('A'), version)).toMatchObject({ seen: null });
      expect(readPress(publicId(anAction('A'), version), {})).toMatchObject({ seen: null });
    }
  });

  test('of anything that is not ours is none', () => {
    for (const [id, params] of [
      ['more', {}],
      ['agree', { action: 'agree' }],
      ['single_button_node_1', null],
      [undefined, undefined],
      [{}, []],
      ['b0', { c: 'Not a command' }],
      ['b0', { c: 1 }],
      ['b0', { c: 'claim', v: 'x' }],
      ['b0', { c: 'claim', v: '9'.repeat(16) }],
      ['b0', { c: 'x'.repeat(600) }],
      ['12|', {}],
      ['1.5|claim', {}],
    ] as const)
      expect([id, params, readPress(id, params)]).toEqual([id, params, null]);
  });

  test('never throws', () => {
    const hostile = fc.oneof(fc.anything(), fc.record({ c: anyText, v: anyText, a: anyText }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), anyText), hostile, (id, params) => {
        const read = readPress(id, params);
        expect(read === null || typeof read.invocation.command === 'string').toBe(true);
      }),
    );
  });

  test('what would not come back cannot be pressed', () => {
    expect(comesBack(claim)).toBe(true);
    expect(comesBack({ command: 'Claim', args: {} })).toBe(false);
    expect(comesBack({ command: 'claim', args: { t: 'x'.repeat(600) } })).toBe(false);
    expect(comesBack({ command: 'claim', args: { t: 'half \uD83D' } })).toBe(false);
  });
});

interface Drawn {
  /** Everything that can be pressed, read back. */
  readonly there: readonly { readonly invocation: Invocation; readonly asks: boolean; readonly seen: number | null }[];
  readonly said: string;
}

function own(card: Card): Drawn {
  const values = cardVariables(card, 7);
  const presses = [values.rows, values.buttons, values.menu].flatMap(buttonsIn).map(pressOf);
  return {
    there: presses
      .filter(({ id }) => id !== 'more' && id !== 'less')
      .map(({ id, params }) => readPress(id, params) ?? unread(id)),
    // Where one part of the body ends and the next begins is no matter of what they say.
    said: bodyOf(values).replaceAll('\n', '') + values.footer,
  };
}

function open(card: Card): Drawn {
  const { sys_full_json_obj: json, msgContent: said } = publicVariables(card, 7);
  const { msgButtons } = JSON.parse(json ?? '') as { msgButtons: readonly { id: string }[] };
  return { there: msgButtons.map(({ id }) => readPress(id, {}) ?? unread(id)), said };
}

const unread = (id: string): never => {
  throw new Error(`not read: ${id}`);
};

const isOf = ({ invoke }: Action, { command, args }: Invocation): boolean =>
  invoke.command === command &&
  Object.keys(args).length === Object.keys(invoke.args).length &&
  Object.entries(invoke.args).every(([name, value]) => args[name] === value);

describe.each([
  ['own', own],
  ['public', open],
] as const)('everything that can be done with a card on the %s template', (_, draw) => {
  test('any card: what is pressed is what the card meant', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const actions = actionsIn(card);
        for (const { invocation, seen } of draw(card).there) {
          expect(seen).toBe(7);
          expect(actions.some((action) => isOf(action, invocation))).toBe(true);
        }
      }),
      BOUNDED,
    );
  });

  test('ours: every action is there or named, and asks where it has to', () => {
    for (const { name, card } of everyCard) {
      const { there, said } = draw(card);
      for (const action of actionsIn(card)) {
        const read = there.filter(({ invocation }) => isOf(action, invocation));
        const named = read.length === 0 && said.includes(hintOf(action));
        const isRight = named || (read.length > 0 && read.some((press) => press.asks) === asks(action));
        expect(isRight, `${name}: ${action.typed}`).toBe(true);
      }
    }
  });
});

test('any card: no action is lost', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      // So many that even what to type has no room is told, as it is everywhere.
      if (dingtalkRung(card).cut.some((what) => what.startsWith('hints'))) return;
      const { there, said } = own(card);
      const lost = actionsIn(card).filter(
        (action) => !there.some(({ invocation }) => isOf(action, invocation)) && !said.includes(hintOf(action)),
      );
      expect(lost).toEqual([]);
    }),
    BOUNDED,
  );
});

test('one that no press brings back is typed', () => {
  const dead = anAction('B', { invoke: { command: 'claim', args: { t: 'x'.repeat(600) } } });
  const list = { type: 'list', items: [{ text: 'row', action: { ...dead, typed: '认领 C' } }] } as const;
  const { there, said } = own(aCard({ actions: [dead, anAction('A', { placement: 'menu' })], blocks: [list] }));
  expect(there).toMatchObject([{ invocation: claim }]);
  expect(said).toContain('可发送：认领 C / 认领 B');
});
