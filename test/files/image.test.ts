import { describe, expect, it } from 'vitest';
import { isBroken } from '../../src/files/image.ts';
import { sniffType } from '../../src/files/sniff.ts';
import { aPicture, PICTURES } from '../support/pictures.ts';

const broken = (bytes: Buffer): Promise<boolean> =>
  isBroken(sniffType(bytes), bytes.length, async (at, length) => bytes.subarray(at, at + length));
const changed = (bytes: Buffer, at: number, values: readonly number[]): Buffer => {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
};

describe.each(Object.entries(PICTURES))('a picture (%s)', (format, whole) => {
  it('is whole as it was made', async () => {
    expect(sniffType(whole)).toBe(`image/${format}`);
    expect(await broken(whole)).toBe(false);
  });

  it('is broken wherever it was cut', async () => {
    const cuts = Array.from({ length: whole.length - 13 }, (_, i) => i + 12).filter((n) => n < whole.length - 1);
    const taken: number[] = [];
    for (const n of cuts) if (!(await broken(whole.subarray(0, n)))) taken.push(n);
    expect(taken).toEqual([]);
  });
});

describe('a picture', () => {
  it('may be followed by what cameras append', async () => {
    expect(await broken(Buffer.concat([PICTURES.jpeg, Buffer.alloc(200_000, 1)]))).toBe(false);
    expect(await broken(Buffer.concat([PICTURES.png, Buffer.from('more')]))).toBe(false);
    expect(await broken(Buffer.concat([PICTURES.gif, Buffer.alloc(9)]))).toBe(false);
  });

  it('that would unfold to more than any screen holds, or to nothing, is broken', async () => {
    expect(await broken(changed(PICTURES.png, 16, [0, 1, 0, 0, 0, 1, 0, 0]))).toBe(true);
    expect(await broken(changed(PICTURES.png, 16, [0, 0, 0, 0]))).toBe(true);
    expect(await broken(changed(PICTURES.gif, 6, [255, 255, 255, 255]))).toBe(true);
    const frame = PICTURES.jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    expect(await broken(changed(PICTURES.jpeg, frame + 5, [255, 255, 255, 255]))).toBe(true);
    expect(await broken(changed(PICTURES.jpeg, frame + 5, [0, 3, 0, 0]))).toBe(true);
  });

  it('of a hundred thousand chunks is judged as well', async () => {
    const empty = Buffer.from('00000000676443 6d00000000'.replaceAll(' ', ''), 'hex');
    const many = Buffer.concat([PICTURES.png.subarray(0, 33), ...Array.from({ length: 100_000 }, () => empty)]);
    expect(await broken(many)).toBe(true);
    expect(await broken(aPicture('x'.repeat(100_000)))).toBe(false);
  });
});

it('a file that is no picture is never a broken one', async () => {
  expect(await broken(Buffer.from('%PDF-1.7'))).toBe(false);
  expect(await broken(Buffer.alloc(0))).toBe(false);
});
