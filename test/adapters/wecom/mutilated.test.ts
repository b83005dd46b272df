import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { xmlOf, type Element } from '../../emulators/wecom/xml.ts';
import { APP, frameOf, outerOf, runCallback, wrapped, type Callback } from './callback.ts';

/** Whatever comes to the app's callback is answered, and breaks nothing. */

const PRESS: readonly Element[] = [
  ['EventKey', '7|gd-1|claim?ticket=4821'],
  ['TaskId', 'gd-1'],
  ['CardType', 'button_interaction'],
  ['ResponseCode', 'rc-1'],
];
const item = (question: string, ids: readonly string[]): Element => [
  'SelectedItem',
  [
    ['QuestionKey', question],
    ['OptionIds', ids.map((one): Element => ['OptionId', one])],
  ],
];
const said = (type: string, elements: readonly Element[]) =>
  frameOf(type, [...elements, ['MsgId', '4561255354251345929']]);
const event = (name: string, elements: readonly Element[] = [['EventKey', '']]) =>
  frameOf('event', [['Event', name], ...elements]);

/** One of everything that WeCom sends (fact sheet, 2.4 and 2.5). */
const RECORDED: readonly (readonly [string, readonly Element[]])[] = [
  ['text', said('text', [['Content', '认领 4821']])],
  [
    'image',
    said('image', [
      ['PicUrl', 'http://p/1'],
      ['MediaId', 'm-1'],
    ]),
  ],
  [
    'voice',
    said('voice', [
      ['MediaId', 'm-1'],
      ['Format', 'amr'],
    ]),
  ],
  [
    'video',
    said('video', [
      ['MediaId', 'm-1'],
      ['ThumbMediaId', 'm-2'],
    ]),
  ],
  [
    'location',
    said('location', [
      ['Location_X', 23.1],
      ['Location_Y', 113.3],
      ['Scale', 15],
      ['Label', '广州'],
      ['AppType', 'wxwork'],
    ]),
  ],
  [
    'link',
    said('link', [
      ['Title', '运单'],
      ['Description', ''],
      ['Url', 'https://e.test'],
      ['PicUrl', ''],
    ]),
  ],
  ['press', event('template_card_event', PRESS)],
  [
    'press with choices',
    event('template_card_event', [...PRESS, ['SelectedItems', [item('to', ['1']), item('why', ['1', '2'])]]]),
  ],
  ['menu of a card', event('template_card_menu_event', PRESS)],
  ['menu', event('click', [['EventKey', 'list']])],
  ['subscribe', event('subscribe')],
  ['enter_agent', event('enter_agent')],
  [
    'kf_msg_or_event',
    event('kf_msg_or_event', [
      ['Token', 't'],
      ['OpenKfId', 'wk1'],
    ]),
  ],
];

let callback: Callback;
const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', note);
  callback = await runCallback();
});
afterAll(async () => {
  await callback.close();
  process.off('unhandledRejection', note);
});
beforeEach(() => {
  rejections.length = 0;
  callback.failures.length = 0;
  callback.lines.length = 0;
});
const unharmed = (): void => {
  expect([callback.failures, rejections]).toEqual([[], []]);
};

/** What WeCom encrypted is never its fault: it would only come again. */
const fares = async (plain: string): Promise<number> => (await callback.delivers(plain)).status;

/** What may stand in the place of an element; null: nothing does. */
const ODD: readonly (string | null | readonly Element[])[] = [
  null,
  '',
  ' ',
  'x'.repeat(5_000),
  '-1',
  '1e300',
  '9'.repeat(400),
  '__proto__',
  '\uD83D',
  '\0',
  ']]>',
  [],
  [['A', '1']],
  [
    ['A', '1'],
    ['A', '2'],
  ],
  [
    ['SelectedItem', 'x'],
    ['SelectedItem', [['QuestionKey', [['A', '1']]]]],
  ],
  [
    [
      'SelectedItem',
      [
        ['QuestionKey', 'q'],
        ['OptionIds', 'x'],
      ],
    ],
  ],
];

const changed = (elements: readonly Element[], at: number, to: (typeof ODD)[number]): readonly Element[] =>
  elements.flatMap(([name, value], i): Element[] => (i !== at ? [[name, value]] : to === null ? [] : [[name, to]]));

const isAnswered = (status: number): boolean => status === 200 || status === 401;

describe('encrypted as WeCom encrypts', () => {
  test.each(RECORDED)('%s: as recorded', async (_, elements) => {
    expect(await fares(xmlOf(elements))).toBe(200);
    expect(callback.lines).toEqual([]);
    unharmed();
  });

  test.each(RECORDED)('%s: anything in it missing, twice, or something else', async (_, elements) => {
    for (const [i, element] of elements.entries()) {
      for (const odd of ODD) {
        const status = await fares(xmlOf(changed(elements, i, odd)));
        // Only for whom it is may make it somebody else’s.
        const isFor = ['ToUserName', 'AgentID'].includes(element[0]);
        expect(isFor ? isAnswered(status) : status === 200, `${element[0]}: ${JSON.stringify(odd)}`).toBe(true);
      }
      expect(isAnswered(await fares(xmlOf([...elements, element]))), `${element[0]} twice`).toBe(true);
    }
    unharmed();
  });

  test('several things wrong at once', async () => {
    const mutilated = fc
      .constantFrom(...RECORDED)
      .chain(([, elements]) =>
        fc
          .array(fc.tuple(fc.nat(elements.length - 1), fc.constantFrom(...ODD)), { minLength: 1, maxLength: 4 })
          .map((wounds) => wounds.reduce((whole, [at, odd]) => changed(whole, at, odd), elements)),
      );
    await fc.assert(
      fc.asyncProperty(mutilated, async (elements) => {
        expect(isAnswered(await fares(xmlOf(elements)))).toBe(true);
      }),
      { numRuns: 200, seed: 11 },
    );
    unharmed();
  });

  test('characters of it gone, changed or doubled', async () => {
    const cut = fc.tuple(
      fc.constantFrom(...RECORDED),
      fc.nat(1_000),
      fc.nat(40),
      fc.constantFrom('', '<', '>', '&', ']]>', '<![CDATA[', '\0', '你'),
    );
    await fc.assert(
      fc.asyncProperty(cut, async ([[, elements], at, length, by]) => {
        const plain = xmlOf(elements);
        const from = at % plain.length;
        expect(isAnswered(await fares(plain.slice(0, from) + by + plain.slice(from + length)))).toBe(true);
      }),
      { numRuns: 300, seed: 12 },
    );
    unharmed();
  });
});

describe('as it comes over the wire', () => {
  const [, [, elements]] = RECORDED as [unknown, (typeof RECORDED)[number]];
  const { query, cipher } = wrapped(xmlOf(elements));
  const whole = outerOf(cipher);

  test('any body at all is answered and none is handed over', async () => {
    callback.taken.length = 0;
    const body = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.json(),
      fc
        .tuple(fc.nat(whole.length), fc.integer({ min: 1, max: 50 }))
        .map(([at, n]) => whole.slice(0, at) + whole.slice(at + n)),
    );
    await fc.assert(
      fc.asyncProperty(
        body.filter((text) => !text.includes(cipher)),
        async (text) => {
          expect((await callback.post(query, text)).status).toBe(401);
        },
      ),
      { numRuns: 300, seed: 13 },
    );
    expect(callback.taken).toEqual([]);
    unharmed();
  });

  test('nor does any query', async () => {
    const name = fc.constantFrom(
      'msg_signature',
      'timestamp',
      'nonce',
      'echostr',
      '__proto__',
      'a[b]',
      'msg_signature[]',
    );
    const pairs = fc.array(fc.tuple(name, fc.string({ maxLength: 50 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(pairs, async (given) => {
        const text = given
          .map(([key, value]) => `${key}=${encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, ''))}`)
          .join('&');
        expect((await callback.post(text, whole)).status).toBe(401);
        expect((await callback.get(text)).status).toBe(401);
      }),
      { numRuns: 100, seed: 14 },
    );
    for (const text of ['%', '%ff', '&&&', '=', 'a=1&'.repeat(2_000), `msg_signature=${'x'.repeat(8_000)}`])
      expect((await callback.get(text)).status, text.slice(0, 20)).toBe(401);
    unharmed();
  });
});

test('no line of the log holds what was sent', async () => {
  for (const [, elements] of RECORDED) await fares(xmlOf(elements).replace('mycreate', ''));
  const log = callback.lines.join('');
  for (const word of ['4821', '运单', '广州', 'rc-1', 'm-1', APP.token, APP.aesKey]) expect(log).not.toContain(word);
});
