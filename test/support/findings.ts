import { expect } from 'vitest';
import type { Finding } from '../../src/cli/doctor/check.ts';

/** Level and key of each finding, the key without its group; whatever is not well says what to do. */
export function told(findings: readonly Finding[]): readonly string[] {
  for (const { level, todo } of findings) expect(todo === null).toBe(level === 'ok');
  return findings.map(({ level, found }) => `${level} ${ungrouped(found.key)}`);
}

/** `token_ok` of `slack_doctor.token_ok`. */
export const ungrouped = (key: string): string => key.slice(key.indexOf('.') + 1);
