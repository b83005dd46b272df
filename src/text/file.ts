import type { AttachmentKind } from '../domain/attachment.ts';
import { entry } from './entry.ts';
import type { Format } from './format.ts';

/** Attachments of one kind, for a title. */
export interface FileGroup {
  readonly kind: AttachmentKind;
  readonly count: number;
  /** How long all recordings are together; null where one of them does not say. */
  readonly seconds: number | null;
  /** What the only one is called. */
  readonly name: string | null;
}

const length = (seconds: number, f: Format): string => f.duration(seconds * 1_000);

function groupZh({ kind, count, seconds, name }: FileGroup, f: Format): string {
  if (kind === 'image') return `图片 ${count} 张`;
  if (kind === 'video') return `视频 ${count} 个`;
  if (kind === 'file') return count === 1 && name !== null ? `文件 ${name}` : `文件 ${count} 个`;
  if (seconds === null) return `语音 ${count} 条`;
  return count === 1 ? `语音 ${length(seconds, f)}` : `语音 ${count} 条，共 ${length(seconds, f)}`;
}

function groupEn({ kind, count, seconds, name }: FileGroup, f: Format): string {
  if (kind === 'image') return count === 1 ? '1 picture' : `${count} pictures`;
  if (kind === 'video') return count === 1 ? '1 video' : `${count} videos`;
  if (kind === 'file') return count === 1 && name !== null ? `file ${name}` : `${count} files`;
  const voices = count === 1 ? 'voice message' : `${count} voice messages`;
  return seconds === null ? voices : `${voices} (${length(seconds, f)})`;
}

const capital = (line: string): string => line.slice(0, 1).toUpperCase() + line.slice(1);
/** A recording can be heard at once where its length says enough; everything else waits to be looked at. */
const onlyVoice = (files: readonly FileGroup[]): boolean => files.every(({ kind }) => kind === 'voice');

/** What customers send besides words: titles, and lines on cards. */
export const file = {
  title: entry<{ files: readonly FileGroup[] }>({
    note: 'title of a ticket whose message is files without words, by kind in the order in which they came',
    sample: {
      files: [
        { kind: 'image', count: 2, seconds: null, name: null },
        { kind: 'voice', count: 1, seconds: 12, name: null },
        { kind: 'file', count: 1, seconds: null, name: '发票.pdf' },
      ],
    },
    zh: ({ files }, f) => `${files.map((g) => groupZh(g, f)).join('、')}${onlyVoice(files) ? '' : '，待看'}`,
    en: ({ files }, f) =>
      capital(`${files.map((g) => groupEn(g, f)).join(', ')}${onlyVoice(files) ? '' : ' to look at'}`),
  }),
};
