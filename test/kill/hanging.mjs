// Preloaded into a bot: whatever is posted to this conversation of the sandbox is taken and never answered.
import { register } from 'node:module';

const hook = `export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!url.endsWith('/adapters/sandbox/platform.js')) return loaded;
  const hangs = 'async post(...call) { if (call[0] === "c-k1") await new Promise(() => {}); return this.posts(...call); }, async posts(';
  return { ...loaded, source: String(loaded.source).replace('async post(', hangs) };
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
