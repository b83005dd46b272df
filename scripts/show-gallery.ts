import { preview } from 'vite';

/** Shows the page of every card and sentence without the rest of the product, until it is ended. */
const server = await preview({
  configFile: false,
  base: '/sandbox/',
  build: { outDir: 'dist/web' },
  preview: { host: '127.0.0.1' },
});
const [url = ''] = server.resolvedUrls?.local ?? [];
process.stdout.write(`Every card: ${url}gallery.html\nEvery sentence: ${url}gallery.html#sentences\n`);
