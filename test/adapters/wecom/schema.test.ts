import { describe, expect, test } from 'vitest';
import { addresseeOf, readAppEvent, type AppEvent } from '../../../adapters/wecom/schema.ts';
import { readXml } from '../../../adapters/shared/xml.ts';
import { xmlOf, type Element } from '../../emulators/wecom/xml.ts';

/** What stands in the app's callbacks once they are opened (fact sheet, 2.4 and 2.5). */

type Over = Readonly<Record<string, string | null>>;
const read = (elements: readonly Element[], over: Over = {}): AppEvent | null =>
  readAppEvent(
    readXml(
      xmlOf(
        [
          ['ToUserName', 'ww1'],
          ['FromUserName', 'LiLei'],
          ['CreateTime', 1_700_000_000],
          ...elements,
          ['AgentID', 1_000_002],
        ],
        over,
      ),
    ),
  );
const message = (type: string, elements: readonly Element[], over: Over = {}) =>
  read([['MsgType', type], ...elements, ['MsgId', 4_561_255_354_251_345_929n]], over);
const event = (name: string, elements: readonly Element[] = [], over: Over = {}) =>
  read([['MsgType', 'event'], ['Event', name], ...elements], over);
const idOf = (read: AppEvent | null): string => read?.id ?? 'none';

const MSG = { id: 'm:4561255354251345929', user: 'LiLei' };

describe('a message', () => {
  test('in words, under its 64-bit id, to the last digit', () => {
    const said = {
      kind: 'message',
      ...MSG,
      sort: 'text',
      text: ' 认领 <4821> ]]> 😀',
      mediaId: null,
    };
    expect(message('text', [['Content', ' 认领 <4821> ]]> 😀']])).toEqual(said);
    expect(message('text', [['Content', '']])).toEqual({ ...said, text: '' });
  });

  test.each(['image', 'voice', 'video', 'file'])('of the type %s is its media', (sort) => {
    const more: readonly Element[] = [
      ['PicUrl', 'http://p/1'],
      ['Format', 'amr'],
      ['ThumbMediaId', 't'],
    ];
    expect(message(sort, [...more, ['MediaId', 'media-1']])).toEqual({
      kind: 'message',
      ...MSG,
      sort,
      text: '',
      mediaId: 'media-1',
    });
  });

  test('of a place says where it is', () => {
    const at: readonly Element[] = [
      ['Location_X', 23.104],
      ['Location_Y', 113.32],
      ['Scale', 15],
    ];
    const said = { kind: 'message', ...MSG, sort: 'location', mediaId: null };
    expect(message('location', [...at, ['Label', '广州塔']])).toEqual({
      ...said,
      text: '广州塔\n23.104, 113.32',
    });
    expect(message('location', [...at, ['Label', '']])).toEqual({
      ...said,
      text: '23.104, 113.32',
    });
    expect(message('location', [['Label', '广州塔']])).toEqual({ ...said, text: '广州塔' });
  });

  test('of a page says what and where', () => {
    const link = (url: string): readonly Element[] => [
      ['Title', '运单'],
      ['Description', ''],
      ['Url', url],
      ['PicUrl', ''],
    ];
    const said = { kind: 'message', ...MSG, sort: 'link', mediaId: null };
    expect(message('link', link('https://e.test/1'))).toEqual({
      ...said,
      text: '运单\nhttps://e.test/1',
    });
    const long = `https://e.test/${'x'.repeat(2_000)}`;
    expect(message('link', link(long))).toEqual({ ...said, text: `运单\n${long}` });
  });

  test.each(['image', 'voice', 'video', 'file'])('of the type %s without its media cannot be read', (type) => {
    expect(message(type, [])).toEqual({ kind: 'unreadable', ...MSG });
    expect(message(type, [['MediaId', '']])).toEqual({ kind: 'unreadable', ...MSG });
  });

  test.each(['sticker', '', 'constructor'])('of the type %j cannot be read, and is somebody’s all the same', (type) => {
    expect(message(type, [['MediaId', 'm']])).toEqual({ kind: 'unreadable', ...MSG });
  });

  test.each<[string, Over]>([
    ['is missing', { MsgId: null }],
    ['is empty', { MsgId: '' }],
  ])('whose id %s is the same again, and no other', (_, over) => {
    const said = (text: string, more: Over = {}) => idOf(message('text', [['Content', text]], { ...over, ...more }));
    expect(said('a')).toMatch(/^d:[\w-]{22}$/u);
    expect(said('a')).toBe(said('a'));
    const others = [said('b'), said('a', { FromUserName: 'Han' }), said('a', { CreateTime: '1700000001' })];
    expect(new Set([said('a'), ...others]).size).toBe(4);
  });
});

describe('a press', () => {
  const pressed: readonly Element[] = [
    ['EventKey', '7|gd-1|claim?ticket=4821'],
    ['TaskId', 'gd-1'],
    ['CardType', 'button_interaction'],
    ['ResponseCode', 'rc-1'],
  ];
  const item = (question: string, ...ids: readonly string[]): Element => [
    'SelectedItem',
    [
      ['QuestionKey', question],
      ['OptionIds', ids.map((one): Element => ['OptionId', one])],
    ],
  ];
  const chosenIn = (...items: readonly Element[]) => {
    const read = event('template_card_event', [...pressed, ['SelectedItems', items]]);
    return read?.kind === 'click' ? [...read.chosen] : null;
  };

  test.each(['template_card_event', 'template_card_menu_event'])('by %s', (name) => {
    expect(event(name, pressed)).toEqual({
      kind: 'click',
      id: expect.stringMatching(/^e:[\w-]{22}$/u) as string,
      user: 'LiLei',
      task: 'gd-1',
      key: '7|gd-1|claim?ticket=4821',
      code: 'rc-1',
      chosen: new Map(),
    });
  });

  test('with one thing chosen, or several of one or several questions', () => {
    expect(chosenIn(item('to', 'team:a'))).toEqual([['to', ['team:a']]]);
    expect(chosenIn(item('to', 'team:a', 'team:b'))).toEqual([['to', ['team:a', 'team:b']]]);
    expect(chosenIn(item('to', 'team:a'), item('why', '1', '2', '3'))).toEqual([
      ['to', ['team:a']],
      ['why', ['1', '2', '3']],
    ]);
    expect(chosenIn(item('__proto__', '1'), item('constructor', '2'))).toEqual([
      ['__proto__', ['1']],
      ['constructor', ['2']],
    ]);
  });

  test('with nothing chosen, however that is written', () => {
    expect(chosenIn()).toEqual([]);
    for (const SelectedItems of [null, '']) {
      const read = event('template_card_event', [...pressed, ['SelectedItems', '']], {
        SelectedItems,
      });
      expect(read).toMatchObject({ kind: 'click', chosen: new Map() });
    }
  });

  test('is the same when it is told again, and another by who, when, what or on which card', () => {
    const id = (over: Over = {}, name = 'template_card_event') => idOf(event(name, pressed, over));
    expect(id()).toBe(id());
    const others = [{ FromUserName: 'Han' }, { CreateTime: '1700000001' }, { EventKey: 'x' }, { TaskId: 'gd-2' }];
    const ids = [id(), ...others.map((over) => id(over)), id({}, 'template_card_menu_event')];
    expect(new Set(ids).size).toBe(6);
    // What is said in one place cannot be taken for the end of another.
    expect(id({ EventKey: 'ab', TaskId: 'c' })).not.toBe(id({ EventKey: 'a', TaskId: 'bc' }));
  });

  test('without a code lends nothing', () => {
    expect(event('template_card_event', pressed, { ResponseCode: null })).toMatchObject({
      code: null,
    });
  });
});

describe('an event', () => {
  test.each<[string, Partial<AppEvent>]>([
    ['click', { kind: 'menu', key: 'list' }],
    ['subscribe', { kind: 'joined' }],
    ['unsubscribe', { kind: 'left' }],
    ['enter_agent', { kind: 'other' }],
    ['LOCATION', { kind: 'other' }],
    ['view', { kind: 'other' }],
    ['inactive_alert', { kind: 'other' }],
    ['constructor', { kind: 'other' }],
  ])('%s', (name, wanted) => {
    expect(event(name, [['EventKey', 'list']])).toMatchObject({ ...wanted, user: 'LiLei' });
  });
});

describe('is of no shape that is known', () => {
  const text: readonly Element[] = [['Content', 'a']];

  test.each<[string, Over]>([
    ['nobody says it', { FromUserName: null }],
    ['nobody is named', { FromUserName: '' }],
    ['somebody without end says it', { FromUserName: 'x'.repeat(200) }],
    ['it is of no time', { CreateTime: null }],
    ['it is of a time that is none', { CreateTime: 'now' }],
    ['it is of no type', { MsgType: null }],
  ])('when %s', (_, over) => {
    expect(message('text', text, over)).toBeNull();
  });

  test('when something stands in it twice', () => {
    expect(message('text', [...text, ['FromUserName', 'Han']])).toBeNull();
    expect(message('text', [...text, ['Content', 'b']])).toBeNull();
  });

  test.each([null, undefined, '', 'x', 7, [], {}])('when it is %j', (value) => {
    expect(readAppEvent(value)).toBeNull();
  });
});

test('for whom it is, what was encrypted says', () => {
  const xml = readXml(
    xmlOf([
      ['ToUserName', 'ww1'],
      ['AgentID', 1_000_002],
    ]),
  );
  expect(addresseeOf(xml ?? {})).toEqual({ corp: 'ww1', agent: '1000002' });
});
