import { asText, type Json } from '../json.ts';
import { mediaOf } from './content.ts';
import { refuse, type Asked, type Endpoints, type WeCom } from './method.ts';

const MB = 1_024 * 1_024;
/** The most bytes of a file (fact sheet, 3.5). */
const MOST: Readonly<Record<string, number>> = { image: 10 * MB, voice: 2 * MB, video: 10 * MB, file: 20 * MB };
const LEAST = 5;
const AMR = Buffer.from('#!AMR');
const PICTURES = [Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.from([0xff, 0xd8, 0xff])];

const begins = (bytes: Uint8Array, magic: Buffer): boolean =>
  Buffer.from(bytes.subarray(0, magic.length)).equals(magic);

/** `prefix`: where it may be used. @throws Refusal */
function upload({ state }: WeCom, { query, upload: given }: Asked, types: readonly string[], prefix: string): Json {
  const type = query['type'] ?? '';
  if (!types.includes(type)) refuse(40005, 'invalid type');
  if (given === null || given.bytes.length === 0) return refuse(44001, 'empty media data');
  if (given.bytes.length <= LEAST) refuse(40006, 'invalid media size');
  if (given.bytes.length > (MOST[type] ?? 0)) refuse(45001, 'media size out of limit');
  if (type === 'image' && !PICTURES.some((magic) => begins(given.bytes, magic))) refuse(40123, 'invalid image format');
  if (type === 'voice' && !begins(given.bytes, AMR)) refuse(40004, 'invalid media type');
  const id = state.secret(prefix);
  state.media.set(id, { ...given, type, at: state.now() });
  return { type, media_id: id, created_at: String(Math.floor(state.now() / 1_000)) };
}

export const FILE_ENDPOINTS: Endpoints = {
  'media/upload': {
    method: 'POST',
    run: (wecom, asked) => upload(wecom, asked, ['image', 'voice', 'video', 'file'], 'media-'),
  },
  'webhook/upload_media': {
    method: 'POST',
    open: true,
    run(wecom, asked) {
      const key = asText(asked.query['key']);
      if (!wecom.state.webhooks.has(key)) refuse(93000, 'invalid webhook url');
      return upload(wecom, asked, ['voice', 'file'], `push-${key}-`);
    },
  },
  'media/get': {
    method: 'GET',
    run({ state }, { query }) {
      if (query['media_id'] === undefined) refuse(41006, 'media_id missing');
      const { name, type, bytes } = mediaOf(state, query['media_id'], null);
      const types: Readonly<Record<string, string>> = { image: 'image/jpeg', voice: 'audio/amr', video: 'video/mp4' };
      const headers = {
        'content-type': types[type] ?? 'application/octet-stream',
        'content-disposition': `attachment; filename="${encodeURIComponent(name)}"`,
      };
      return { answer: { status: 200, bytes, headers } };
    },
  },
};
