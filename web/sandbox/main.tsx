import { createRoot } from 'react-dom/client';
import { getWorld, patiently } from './api.ts';
import { App } from './app.tsx';
import { createStream } from './stream.ts';
import { loadWords, preferredLocale } from './words.tsx';

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for its content');

const stream = createStream();
const [world, words] = await Promise.all([patiently(getWorld), patiently(() => loadWords(preferredLocale()))]);
createRoot(place).render(<App stream={stream} world={world} words={words} />);
