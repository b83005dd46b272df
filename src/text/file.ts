import { nameWithin, type Attachment, type AttachmentKind } from '../domain/attachment.ts';
import { entry, type Entry } from './entry.ts';
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

/** Most code points of a file's name in a title. */
const MOST_NAME = 24;

/** Attachments by kind, in the order in which the kinds first came. */
export function groupsOf(attachments: readonly Attachment[]): readonly FileGroup[] {
  const kinds = new Map<AttachmentKind, Attachment[]>();
  for (const a of attachments) kinds.set(a.kind, [...(kinds.get(a.kind) ?? []), a]);
  return [...kinds].map(([kind, some]): FileGroup => {
    const lengths = some.flatMap(({ seconds }) => seconds ?? []);
    const [only] = some;
    return {
      kind,
      count: some.length,
      seconds: lengths.length < some.length ? null : lengths.reduce((sum, s) => sum + s, 0),
      name: some.length === 1 && only !== undefined ? nameWithin(only.name, MOST_NAME) : null,
    };
  });
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

/** `120 KB`, `3.2 MB` */
function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kb = bytes / 1024;
  if (kb < 1000) return `${Math.round(kb)} KB`;
  const mb = kb / 1024;
  return `${mb < 10 ? Math.round(mb * 10) / 10 : Math.round(mb)} MB`;
}

const UNKNOWN = 'application/octet-stream';
const format = (type: string): string => (type.split(';')[0]?.split('/')[1] ?? type).toUpperCase();
const typeZh = (type: string): string =>
  type.startsWith('text/') ? '文本' : type === UNKNOWN ? '别的格式' : ` ${format(type)}`;
const typeEn = (type: string): string =>
  type.startsWith('text/') ? 'text' : type === UNKNOWN ? 'another format' : format(type);

const failure = (zh: string, en: string): Entry<{ name: string; size: number }> =>
  entry({
    note: 'line on a card for an attachment that cannot be looked at; size 0: not known',
    sample: { name: '开箱.mp4', size: 32_505_856 },
    zh: (p: { name: string; size: number }) => `${zh}：${p.name}${p.size === 0 ? '' : ` · ${sizeOf(p.size)}`}`,
    en: (p: { name: string; size: number }) => `${en}: ${p.name}${p.size === 0 ? '' : ` · ${sizeOf(p.size)}`}`,
  });
const page = (zh: string, en: string): Entry<null> =>
  entry({ note: 'page in place of a file whose link does not open', sample: null, zh: () => zh, en: () => en });

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

  voice: entry<{ seconds: number | null; words: string }>({
    note: 'line on a card for a recording; `words`: what is said in it, where the platform tells',
    sample: { seconds: 12, words: '杯子碎了' },
    zh: (p, f) =>
      `语音${p.seconds === null ? '' : ` ${length(p.seconds, f)}`}${p.words === '' ? '' : `：“${p.words}”`}`,
    en: (p, f) =>
      `Voice message${p.seconds === null ? '' : `, ${length(p.seconds, f)}`}${p.words === '' ? '' : `: "${p.words}"`}`,
  }),
  line: entry<{ video: boolean; name: string; size: number; really: string | null }>({
    note: 'line on a card for a video or file; `really`: its media type, where its name claims another',
    sample: { video: false, name: '发票.pdf', size: 122_880, really: null },
    zh: (p) =>
      `${p.video ? '视频' : '文件'} ${p.name} · ${sizeOf(p.size)}${p.really === null ? '' : ` · 其实是${typeZh(p.really)}`}`,
    en: (p) =>
      `${p.video ? 'Video' : 'File'} ${p.name} · ${sizeOf(p.size)}${p.really === null ? '' : ` · really ${typeEn(p.really)}`}`,
  }),
  more_pictures: entry<{ count: number }>({
    note: 'line under the pictures of a card that does not show them all',
    sample: { count: 2 },
    zh: (p) => `还有 ${p.count} 张图片，点「查看」`,
    en: (p) => (p.count === 1 ? '1 more picture, press Show' : `${p.count} more pictures, press Show`),
  }),
  too_large: failure('文件太大，没有保存', 'Too large, not kept'),
  unreadable: failure('图片打不开，可能损坏了', 'Cannot be opened, it may be damaged'),
  empty: failure('没有收到内容', 'Arrived without content'),
  expired: failure('文件已过期，没有取到', 'Expired before it could be fetched'),
  type_refused: failure('平台没有放行这种文件', 'The platform did not let it through'),

  link_title: page('这个文件打不开', 'This file cannot be opened'),
  link_denied: page(
    '你现在不能看这张工单的文件。它只给处理这张工单的同事看；如果该由你处理，请组长把工单转给你。',
    'You may not see the files of this ticket now. They are for the colleagues who work on it; if you should, ask the lead to pass it to you.',
  ),
  link_wrong: page(
    '链接不完整或被改过。请在聊天里对这张工单发「查看」，用新的链接打开。',
    'The link is incomplete or was changed. Send "show" for the ticket in your chat and open the fresh link.',
  ),
  link_expired: page(
    '链接过期了。请在聊天里对这张工单发「查看」，用新的链接打开。',
    'The link has expired. Send "show" for the ticket in your chat and open the fresh link.',
  ),
  link_gone: page(
    '文件已经不在了。需要的话请客户再发一次。',
    'The file is no longer here. If you need it, ask the customer to send it again.',
  ),
};
