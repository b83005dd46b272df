import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mask, maskAddress, maskPhone } from '../../src/domain/mask.ts';

const digits = (n: number) => fc.stringMatching(new RegExp(`^[0-9]{${n}}$`));
const mobile = fc.tuple(fc.constantFrom('3', '5', '7', '8', '9'), digits(9)).map(([a, b]) => `1${a}${b}`);
const words = fc.constantFrom(
  '我的电话',
  '快递三天没更新了,',
  ' tel ',
  '联系 ',
  '(',
  '。',
  '\n',
  'wx',
  '手机号:',
  '请打',
  'Call me: ',
  '\u200b',
);

describe('numbers of people are hidden in groups', () => {
  test.each([
    ['我的电话13812345678,帮我看看', '我的电话138****5678,帮我看看'],
    ['138 1234 5678', '138****5678'],
    ['138-1234-5678', '138****5678'],
    ['1 3 8 1 2 3 4 5 6 7 8', '138****5678'],
    ['+86 13812345678', '138****5678'],
    ['8613812345678', '138****5678'],
    ['TEL13812345678', 'TEL138****5678'],
    ['１３８１２３４５６７８', '138****5678'],
    ['138\u200b1234\u200b5678', '138****5678'],
    ['座机 010-62345678', '座机 010-****5678'],
    ['(0571)88123456', '0571-****3456'],
    ['+1 415 555 2671', '+1****2671'],
    ['415-555-2671', '415****2671'],
    ['身份证11010119900307123X', '身份证110****3X'],
    ['卡号6222021234567890123', '卡号6222****0123'],
    ['4111 1111 1111 1111', '4111****1111'],
  ])('%s', (written, shown) => {
    expect(mask(written)).toBe(shown);
  });

  test('any mobile number anywhere in a text', () => {
    fc.assert(
      fc.property(words, mobile, words, (before, number, after) => {
        expect(mask(before + number + after)).not.toContain(number);
        expect(mask(before + number + after)).toContain(`${number.slice(0, 3)}****${number.slice(-4)}`);
      }),
    );
  });
});

describe('addresses are hidden below the district', () => {
  test.each([
    ['寄到浙江省杭州市西湖区文三路138号翠苑小区5幢201室谢谢', '寄到浙江省杭州市西湖区****谢谢'],
    ['我住在翠苑小区5幢201室', '我住在****'],
    ['3栋2单元501', '****'],
    ['收货地址:上海市浦东新区世纪大道 100 号', '收货地址:上海市浦东新区****'],
    ['Ship to 221B Baker Street, Apt 4 please', 'Ship to **** please'],
  ])('%s', (written, shown) => {
    expect(mask(written)).toBe(shown);
  });

  test('an address field keeps province, city and district', () => {
    expect(maskAddress('浙江省杭州市西湖区文三路138号')).toBe('浙江省杭州市西湖区****');
    expect(maskAddress('somewhere')).toBe('****');
    expect(maskAddress('')).toBe('****');
  });
});

describe('what the work is done with stays', () => {
  test.each([
    '订单号 20261108112233',
    '订单号:13812345678',
    '运单 SF1234567890123',
    'JDVA13812345678',
    '240101-138001380001234',
    '买了 3 件 2 号色,路上堵了 5 小时',
    '2026-11-11 20:00',
    '3 层包装都破了',
    'order no. 13812345678',
  ])('%s', (written) => {
    expect(mask(written)).toBe(written);
  });

  test('a known order number stays even where it looks like a mobile number', () => {
    expect(mask('看下 13812345678 和 13912345678', ['13812345678'])).toBe('看下 13812345678 和 139****5678');
  });

  test('a known number protects nothing that merely contains it', () => {
    expect(mask('13812345678', ['812345'])).toBe('138****5678');
    expect(mask('13812345678', ['', undefined])).toBe('138****5678');
  });

  test('any order and tracking number of the ticket', () => {
    const number = fc.oneof(
      digits(19),
      digits(12),
      digits(11),
      digits(15).map((d) => `SF${d}`),
    );
    fc.assert(
      fc.property(number, words, (order, before) => {
        expect(mask(`${before} ${order} 到哪了`, [order])).toContain(order);
      }),
    );
  });
});

test('masking twice changes nothing, and any text can be masked', () => {
  const piece = fc.oneof(
    words,
    mobile,
    digits(8),
    digits(16),
    fc.string({ unit: 'binary' }),
    fc.constant('文三路138号'),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((p) => p.join('')),
      (written) => {
        const once = mask(written);
        expect(mask(once)).toBe(once);
      },
    ),
  );
});

test('a very long text is no problem', () => {
  for (const unit of ['1', '文', 'a ', '文1', '138 ', '路', '12 ab ', '0571-']) {
    expect(mask(unit.repeat(100_000)).length).toBeGreaterThan(0);
  }
});

test('a phone field in an unknown form shows its last two digits at most', () => {
  expect(maskPhone('13812345678')).toBe('138****5678');
  expect(maskPhone('12345')).toBe('****45');
  expect(maskPhone('ask Mei')).toBe('****');
});
