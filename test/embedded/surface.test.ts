import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { DOCUMENT, renew } from '../../scripts/embedded-surface.ts';

it('docs/embedded-store.md says what the store supports now', async () => {
  const document = await readFile(DOCUMENT, 'utf8');
  expect(renew(document)).toBe(document);
  expect(document).toContain('`findAndModify`');
  expect(document).toContain('`$dateTrunc`');
});
