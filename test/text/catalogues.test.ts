import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/text/entry.ts';
import { formatFor, type Format } from '../../src/text/format.ts';
import { catalogues } from '../../src/text/registry.ts';

const now = new Date('2026-11-11T06:31:00Z');
const zhFormat = formatFor({ locale: 'zh-CN', timeZone: 'Asia/Shanghai', now });
const enFormat = formatFor({ locale: 'en', timeZone: 'Asia/Shanghai', now });

interface Said {
  readonly key: string;
  readonly zh: string;
  readonly en: string;
}

const say = (entry: Entry<unknown>, f: Format, language: 'zh' | 'en'): string => entry[language](entry.sample, f);
const said: readonly Said[] = Object.entries(catalogues).flatMap(([area, entries]) =>
  Object.entries(entries as Readonly<Record<string, Entry<unknown>>>).map(([name, entry]) => ({
    key: `${area}.${name}`,
    zh: say(entry, zhFormat, 'zh'),
    en: say(entry, enFormat, 'en'),
  })),
);

const wrong = (test: (s: Said) => boolean): readonly Said[] => said.filter(test);

describe('every sentence with its sample values', () => {
  it('exists in both languages', () => {
    expect(said.length).toBeGreaterThan(200);
    expect(wrong(({ zh, en }) => zh.trim() === '' || en.trim() === '')).toEqual([]);
    expect(wrong(({ zh, en }) => /undefined|NaN|\[object|Invalid Date/.test(zh + en))).toEqual([]);
  });

  it('is punctuated as its language is', () => {
    const half = /[\p{Script=Han}」）][,;:?!()]|[,;:?!()][\p{Script=Han}「（]/u;
    expect(half.test('已收到,单号')).toBe(true);
    expect(wrong(({ zh }) => half.test(zh))).toEqual([]);
    // The two headings stand over sentences in whatever language they were found in.
    const headed = /_problems$/;
    expect(wrong(({ key, en }) => !headed.test(key) && /[，。；：？！（）「」]/u.test(en))).toEqual([]);
  });

  it('does not shout', () => {
    expect(wrong(({ zh, en }) => /[!！]/u.test(zh + en))).toEqual([]);
  });

  it('says 你 to colleagues', () => {
    const toColleagues = said.filter(({ key }) => !key.startsWith('notice.'));
    // What a customer would read may be quoted.
    expect(toColleagues.filter(({ zh }) => zh.replaceAll(/「[^」]*」/gu, '').includes('您'))).toEqual([]);
  });

  it('has one word for one thing', () => {
    expect(wrong(({ zh }) => /顾客|经理|对话/u.test(zh))).toEqual([]);
  });
});
