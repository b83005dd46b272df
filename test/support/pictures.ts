const of = (base64: string): Buffer<ArrayBuffer> => Buffer.from(base64, 'base64');

/** Whole pictures of a few pixels, as a browser made them; every browser shows them. */
export const PICTURES = {
  png: of(
    'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAYAAAC09K7GAAAAIElEQVR4AWTIsQkAAAwCweAQWdXxtRV9+ObwlHJcNWAAAAD//9AWl1kAAAAGSURBVAMAqtYKM1iPUhEAAAAASUVORK5CYII=',
  ),
  jpeg: of(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAADAAQDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABQb/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCQBUA3/9k=',
  ),
  webp: of('UklGRjgAAABXRUJQVlA4ICwAAADQAQCdASoEAAMAAsBMJaACdLoB+AADsAD+4uC/89M15g/yc/+QWlct3YAAAA=='),
  /** Two frames, for ever. */
  gif: of(
    'R0lGODlhAQABAIAAAP8AAAAA/yH/C05FVFNDQVBFMi4wAwEAAAAh+QQAFAAAACwAAAAAAQABAAACAkQBACH5BAAUAAAALAAAAAABAAEAAAICTAEAOw==',
  ),
} as const;

/** A PNG that nobody has sent yet: a comment chunk tells it from others; the pixels are the same. */
export function aPicture(comment: string): Buffer<ArrayBuffer> {
  const text = Buffer.from(comment);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const end = PICTURES.png.length - 12;
  return Buffer.concat([
    PICTURES.png.subarray(0, end),
    length,
    Buffer.from('gdCm'),
    text,
    Buffer.alloc(4),
    PICTURES.png.subarray(end),
  ]);
}

/** A PNG of exactly so many bytes. */
export const pictureOf = (bytes: number): Buffer<ArrayBuffer> => aPicture('x'.repeat(bytes - aPicture('').length));
