export type Json = Readonly<Record<string, unknown>>;
export type Values = Readonly<Record<string, string>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nothing when it is no string. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The object in it; an empty one when it is none. */
export const asObject = (value: unknown): Json => (isObject(value) ? value : {});

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** The strings in it. */
export const asTexts = (value: unknown): readonly string[] =>
  asList(value).filter((item): item is string => typeof item === 'string');

/** Parsed when it is JSON; null when there is nothing; else as it is. */
export function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Bytes of UTF-8. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);

/** A promise that somebody else resolves. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
