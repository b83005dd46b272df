import { cp } from 'node:fs/promises';
import { join } from 'node:path';

/** What the compiled files read from beside them, as the sources do. */
const ASSETS = [join('src', 'chart', 'font')];

for (const asset of ASSETS) await cp(asset, join('dist', asset), { recursive: true });
