import * as fc from 'fast-check';

/** Pieces of text that break careless code: mentions, markup, emoji families, right-to-left, invisible and broken characters. */
const PIECES = [
  '@所有人',
  '@all',
  '@here',
  '<!channel>',
  '<@U123>',
  '[x](https://evil.example)',
  '](',
  '@',
  '<',
  'all',
  'a',
  ' ',
  '\n',
  '\r\n',
  '\u0000',
  '\u001B[31m',
  '\u200B',
  '\u200D',
  '\u202E',
  '\u2066',
  '\uFEFF',
  '\uFE0F',
  '\u{E0041}',
  '\uD83D',
  '\uDE00',
  '👨‍👩‍👧‍👦',
  '👍🏽',
  '🇨🇳',
  '❤️',
  'e\u0301',
  'z\u0301\u0302\u0303\u0304\u0305\u0306',
  'مرحبا',
  'שלום',
  '快递三天没更新',
  '13812345678',
  '你好'.repeat(100),
];

/** Any text, mostly made of nasty pieces. */
export const nastyText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 30,
  })
  .map((pieces) => pieces.join(''));
