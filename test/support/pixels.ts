import { inflateSync } from 'node:zlib';

/** A decoded picture. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `0xrrggbb` at a place. */
  at(x: number, y: number): number;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BYTES = 4;

/** Reads a PNG of 8 bit RGBA that is not interlaced: what the chart's renderer writes. */
export function decodePng(png: Uint8Array): Pixels {
  const file = Buffer.from(png);
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('this is no PNG');
  const data: Buffer[] = [];
  let header = Buffer.alloc(0);
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const kind = file.toString('latin1', at + 4, at + 8);
    const content = file.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') header = Buffer.from(content);
    if (kind === 'IDAT') data.push(content);
    at += 12 + length;
  }
  if (header.readUInt8(8) !== 8 || header.readUInt8(9) !== 6 || header.readUInt8(12) !== 0) {
    throw new Error('only RGBA of 8 bits without interlacing is read');
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const rows = unfilter(inflateSync(Buffer.concat(data)), width * BYTES, height);
  return {
    width,
    height,
    at(x, y) {
      const i = (y * width + x) * BYTES;
      return ((rows[i] ?? 0) << 16) | ((rows[i + 1] ?? 0) << 8) | (rows[i + 2] ?? 0);
    },
  };
}

/** Undoes the prediction that each line of a PNG was stored with. */
function unfilter(stored: Buffer, stride: number, height: number): Uint8Array {
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    const guess = GUESSES[stored[from] ?? 0] ?? none;
    for (let i = 0; i < stride; i++) {
      const here = y * stride + i;
      const left = i < BYTES ? 0 : (rows[here - BYTES] ?? 0);
      const up = y === 0 ? 0 : (rows[here - stride] ?? 0);
      const corner = y === 0 || i < BYTES ? 0 : (rows[here - stride - BYTES] ?? 0);
      rows[here] = (stored[from + 1 + i] ?? 0) + guess(left, up, corner);
    }
  }
  return rows;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const toLeft = Math.abs(guess - left);
  const toUp = Math.abs(guess - up);
  const toCorner = Math.abs(guess - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

const none = (): number => 0;
/** By the number of the filter. */
const GUESSES: readonly ((left: number, up: number, corner: number) => number)[] = [
  none,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];
