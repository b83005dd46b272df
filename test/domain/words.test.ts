import { describe, expect, it } from 'vitest';
import { wordsIn, wordsOf } from '../../src/domain/words.ts';

describe('words of a text', () => {
  it.each([
    ['物流停滞 48 小时', ['物流', '流停', '停滞', '48', '小时']],
    ['Parcel SF1234567890123 is LATE', ['parcel', 'sf1234567890123', 'is', 'late']],
    ['ＳＦ１２３ 退', ['sf123', '退']],
    ['mei_88@example', ['mei', '88', 'example']],
    ['退货退货', ['退货', '货退']],
    ['A店铺𠮷野家', ['a', '店铺', '铺𠮷', '𠮷野', '野家']],
    ['!?。，', []],
  ])('%s', (text, words) => {
    expect(wordsIn(text)).toEqual(words);
  });

  it('are no longer than they have to be', () => {
    expect(wordsIn('x'.repeat(10_000))).toEqual(['x'.repeat(40)]);
  });
});

describe('words of a ticket', () => {
  const ticket = {
    number: 4821,
    subject: '13812345678 物流停滞 281234567890123',
    facts: { order: '281234567890123', tracking: 'SF1234567890123', phone: '13812345678', address: '文三路 1 号' },
    customer: { account: null, name: '小美', place: 'qianniu', handle: 'mei_88' },
  };

  it('are its number, order, parcel, customer and subject; never a phone number or an address', () => {
    const words = wordsOf(ticket);
    expect(words).toEqual(
      expect.arrayContaining(['4821', '281234567890123', 'sf1234567890123', '小美', 'mei', '停滞']),
    );
    expect(words.join(' ')).not.toMatch(/13812345678|文三/);
  });

  it('are at most sixty', () => {
    const subject = Array.from({ length: 200 }, (_, i) => `w${i}`).join(' ');
    expect(wordsOf({ ...ticket, subject })).toHaveLength(60);
  });
});
