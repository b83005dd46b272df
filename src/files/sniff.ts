const ascii = (head: Buffer, start: number, text: string): boolean =>
  head.toString('latin1', start, start + text.length) === text;

const SIGNATURES: readonly (readonly [type: string, at: number, bytes: string, more?: readonly [number, string]])[] = [
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF87a'],
  ['image/gif', 0, 'GIF89a'],
  ['image/webp', 0, 'RIFF', [8, 'WEBP']],
  ['audio/wav', 0, 'RIFF', [8, 'WAVE']],
  ['image/heic', 4, 'ftyphei'],
  ['image/heic', 4, 'ftypmif1'],
  ['image/avif', 4, 'ftypavif'],
  ['audio/mp4', 4, 'ftypM4A'],
  ['video/quicktime', 4, 'ftypqt  '],
  ['video/3gpp', 4, 'ftyp3g'],
  ['video/mp4', 4, 'ftyp'],
  ['video/webm', 0, '\x1a\x45\xdf\xa3'],
  ['audio/mpeg', 0, 'ID3'],
  ['audio/mpeg', 0, '\xff\xfb'],
  ['audio/amr', 0, '#!AMR'],
  ['audio/silk', 0, '#!SILK'],
  ['audio/ogg', 0, 'OggS'],
  ['application/pdf', 0, '%PDF-'],
  ['application/zip', 0, 'PK\x03\x04'],
  ['application/gzip', 0, '\x1f\x8b'],
];

/** How many of a file's first bytes `sniffType` wants. */
export const SNIFF_BYTES = 512;

/** The media type its first bytes tell; names and claims of the sender are never asked. */
export function sniffType(head: Buffer): string {
  for (const [type, at, bytes, more] of SIGNATURES)
    if (ascii(head, at, bytes) && (more === undefined || ascii(head, more[0], more[1]))) return type;
  const control = head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127);
  return control || head.length === 0 ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}
