import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { commandsDoc } from '../../scripts/commands-doc.ts';
import { commands } from '../../commands/registry.ts';

it('docs/commands.md is what the registry says; otherwise run `npm run build && node dist/scripts/commands-doc.js`', async () => {
  const doc = commandsDoc();
  expect(await readFile('docs/commands.md', 'utf8')).toBe(doc);
  for (const c of commands) expect(doc).toContain(`**${c.zh}** · ${c.name}`);
});
