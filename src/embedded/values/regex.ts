import { MongoError } from '../error.ts';

/** A regular expression that was checked and can be run. */
export interface CompiledRegex {
  test(text: string): boolean;
  exec(text: string, from: number): RegExpExecArray | null;
  /** What every matching string starts with, for a case-sensitive pattern that is anchored at its start. */
  readonly prefix: string | undefined;
}

export function compileRegex(pattern: string, options: string): CompiledRegex {
  let regex: RegExp;
  try {
    regex = new RegExp(pattern, `${options.replaceAll(/[^ims]/gu, '')}gu`);
  } catch {
    throw new MongoError(51_091, 'Regular expression is invalid');
  }
  const exec = (text: string, from: number): RegExpExecArray | null => {
    regex.lastIndex = from;
    return regex.exec(text);
  };
  return { test: (text) => exec(text, 0) !== null, exec, prefix: undefined };
}
