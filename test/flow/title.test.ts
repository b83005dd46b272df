import { describe, expect, it } from 'vitest';
import { subjectFor } from '../../src/flow/title.ts';
import { anAttachment, en, zh } from '../support/tickets.ts';

const picture = (id: string) => anAttachment(id);
const voice = (id: string, seconds?: number, transcript?: string) =>
  anAttachment(id, {
    kind: 'voice',
    type: 'audio/amr',
    ...(seconds === undefined ? {} : { seconds }),
    ...(transcript === undefined ? {} : { transcript }),
  });
const video = (id: string) => anAttachment(id, { kind: 'video', type: 'video/mp4', name: '开箱.mp4' });
const file = (id: string, name: string) => anAttachment(id, { kind: 'file', type: 'application/pdf', name });

describe('the title of a ticket', () => {
  it('is the first sentence with content, written before said', () => {
    expect(subjectFor('你好，杯子碎了', [voice('v', 12, '我要退款')], zh)).toBe('杯子碎了');
    expect(subjectFor('', [picture('a'), voice('v', 12, '你好。我要退款。快点')], zh)).toBe('我要退款');
    expect(subjectFor('在吗\n谢谢', [picture('a'), picture('b')], zh)).toBe('图片 2 张，待看');
    expect(subjectFor('在吗\n👋\n杯子碎了', [picture('a')], zh)).toBe('杯子碎了');
    expect(subjectFor('在吗', [], zh)).toBe('在吗');
  });

  it.each([
    [[picture('a'), picture('b')], '图片 2 张，待看', '2 pictures to look at'],
    [[picture('a')], '图片 1 张，待看', '1 picture to look at'],
    [[voice('a', 12)], '语音 12 秒', 'Voice message (12 s)'],
    [[voice('a', 12), voice('b', 8)], '语音 2 条，共 20 秒', '2 voice messages (20 s)'],
    [[voice('a', 12), voice('b')], '语音 2 条', '2 voice messages'],
    [[video('a')], '视频 1 个，待看', '1 video to look at'],
    [[file('a', '发票.pdf')], '文件 发票.pdf，待看', 'File 发票.pdf to look at'],
    [
      [file('a', '发票.pdf'), file('b', '合同.pdf'), picture('c'), voice('d', 12), video('e')],
      '文件 2 个、图片 1 张、语音 12 秒、视频 1 个，待看',
      '2 files, 1 picture, voice message (12 s), 1 video to look at',
    ],
    [
      [file('a', `${'长'.repeat(300)}.pdf`)],
      `文件 ${'长'.repeat(19)}….pdf，待看`,
      `File ${'长'.repeat(19)}….pdf to look at`,
    ],
    [[], '客户来咨询，还没说具体问题', 'A customer wrote, no details yet'],
  ])('without words names what was sent, in order: %#', (attachments, chinese, english) => {
    expect(subjectFor(' ', attachments, zh)).toBe(chinese);
    expect(subjectFor('', attachments, en)).toBe(english);
  });
});
