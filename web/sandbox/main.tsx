import { createRoot } from 'react-dom/client';
import { getWorld } from './api.ts';
import { App } from './app.tsx';
import { createStream } from './stream.ts';
import { loadWords, preferredLocale } from './words.tsx';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for its content');
const AGAIN_MS = 700;

/** A server that is just starting is asked again until it answers. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

const stream = createStream();
const [world, words] = await Promise.all([patiently(getWorld), patiently(() => loadWords(preferredLocale()))]);
createRoot(place).render(<App stream={stream} world={world} words={words} />);
