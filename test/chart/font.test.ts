import { expect, it } from 'vitest';
import { loadFont } from '../../src/chart/font.ts';

const font = loadFont();

/** All characters of two bytes whose first is in this range. */
function gb2312(from: number, to: number): string[] {
  const decoder = new TextDecoder('gb2312');
  const bytes = Array.from({ length: (to - from + 1) * 94 }, (_, i) => [from + Math.floor(i / 94), 0xa1 + (i % 94)]);
  return bytes.map((pair) => decoder.decode(Uint8Array.from(pair))).filter((char) => /^\p{Script=Han}$/u.test(char));
}

it('has every han of GB 2312 and what Western Europe writes with', () => {
  const han = gb2312(0xb0, 0xf7);
  expect(han.length).toBeGreaterThanOrEqual(6763);
  expect(han.filter((char) => font.drawable(char) !== char)).toEqual([]);
  const others = '«Söhne & Señor» №1 — €5 · ±3% Привет αβγ かな 臺灣體 ①⚠□…';
  expect(font.drawable(others)).toBe(others);
});

it('shows what it does not have as one sign for each that a reader sees', () => {
  expect(font.drawable('售后🔥组')).toBe('售后□组');
  expect(font.drawable('👨‍👩‍👧‍👦🇨🇳')).toBe('□□');
  expect(font.drawable('𠮷한')).toBe('□□');
  expect(font.drawable('\ud800组')).toBe('□组');
});

it('leaves out what cannot be seen, and keeps to one line', () => {
  expect(font.drawable('  a\n\tb\u0000\u202ec\u200b\ufeff组\ufe0f  ')).toBe('a b c组');
  expect(font.drawable('e\u0301')).toBe('é');
});

it('cuts where there is no more room', () => {
  expect(font.widthOf('售后组', 20)).toBe(60);
  expect(font.cut('售后组', 20, 60)).toBe('售后组');
  expect(font.cut('售后服务组', 20, 70)).toBe('售后…');
  expect(font.cut('After-sales', 20, 60)).toBe('Afte...');
  expect(font.widthOf(font.cut('After-sales'.repeat(99), 14, 100), 14)).toBeLessThanOrEqual(100);
  expect(font.cut('组'.repeat(1_000_000), 20, 500)).toHaveLength(25);
});
