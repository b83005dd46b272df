import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PATHS.find((path) => existsSync(path));

/** Says that there is no browser; null: there is one. */
export const missingBrowser = executablePath === undefined ? `no browser at ${PATHS.join(', ')}` : null;

/** Chromium without a window. Rejects where there is none. */
export async function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(`there is ${missingBrowser}`);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath, args });
}
