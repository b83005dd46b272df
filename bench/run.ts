import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root.ts';

// `npm run bench` runs all of them, `npm run bench -- NAME [numbers]` one: what it measures and takes is said in its file. `page` needs Chromium.

const NAMES = [
  'desk',
  'api',
  'hooks',
  'delivery',
  'deadlines',
  'surge',
  'slack',
  'dingtalk',
  'wecom',
  'embedded',
  'digest',
  'what-if',
  'page',
] as const;

const [chosen, ...args] = process.argv.slice(2);
const names: readonly string[] = chosen === undefined ? NAMES : [chosen];
const unknown = names.find((name) => !(NAMES as readonly string[]).includes(name));
if (unknown !== undefined) {
  process.stderr.write(`there is no benchmark "${unknown}"; there are ${NAMES.join(', ')}\n`);
  process.exit(1);
}
for (const name of names) {
  process.stdout.write(`\n== ${name}\n`);
  const file = join(packageRoot(), 'dist', 'bench', `${name}.bench.js`);
  const { status } = spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
