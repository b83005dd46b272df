import { expect, it } from 'vitest';
import { picturesIn, plain } from './markdown.ts';

it.each([
  ['### 工单 T-1\n**加急** 和 *斜体*', '工单 T-1\n加急 和 斜体'],
  ['一行\n接着', '一行 接着'],
  ['一行  \n另一行', '一行\n另一行'],
  ['一段\n\n另一段', '一段\n另一段'],
  ['- 甲\n- 乙\n\n1. 丙\n2. 丁', '• 甲\n• 乙\n1. 丙\n2. 丁'],
  ['> 引用\n> 接着\n\n后面', '引用 接着\n后面'],
  ['前面\n> 引用', '前面\n引用'],
  ['[看这里](https://a.cn/b?c=1) ![](@media) ![图](x)', '看这里 [图片] 图'],
  [String.raw`\# 不是 \*标题\* \[a\](b) 1\. \> \- \_x\_ \\`, String.raw`# 不是 *标题* [a](b) 1. > - _x_ \ `.trim()],
  ['snake_case_name 和 2 * 3 * 4', 'snake_case_name 和 2 * 3 * 4'],
  ['_x_ ~~y~~ `z`', 'x y z'],
  ['a&nbsp;b &lt;c&gt; &#42;', 'a\u{A0}b <c> *'],
  ['<font color=common_blue1_color>蓝</font>', '蓝'],
  ['甲\n\n---\n\n乙', '甲\n乙'],
])('%j is read as it is shown', (markdown, text) => {
  expect(plain(markdown)).toBe(text);
});

it('knows where pictures are', () => {
  expect(picturesIn(String.raw`![](@one) \![](two) ![a](https://x/y.png)`)).toEqual(['@one', 'https://x/y.png']);
});

it('takes no character of a text for a mark of its own', () => {
  expect(plain('\u{F0021} \u{F005F}\\* \u{1F600}\\_')).toBe('\u{F0021} \u{F005F}* \u{1F600}_');
});
