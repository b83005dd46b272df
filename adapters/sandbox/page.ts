import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { Problem } from '../shared/problem.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jpg': 'image/jpeg',
};
/** Names as the build gives them: nothing that could lead elsewhere. */
const NAME = /^[A-Za-z][\w-]*(?:\.[\w-]+)+$/;

/** Serves the built page from a folder: small as the browser takes it, and for good where the name says what is in it. */
export function createPage(folder: string): (what: 'index.html' | 'assets' | null) => RequestHandler {
  const read = async (name: string): Promise<Buffer | null> => {
    try {
      return await readFile(path.join(folder, name));
    } catch {
      return null;
    }
  };
  return (what) => async (req, res) => {
    const file = what === 'index.html' ? what : String(req.params['file']);
    const type = TYPES[path.extname(file)];
    if (type === undefined || !NAME.test(file)) throw new Problem(404, 'there is no such file');
    const name = what === 'assets' ? `assets/${file}` : file;
    const small = req.acceptsEncodings('gzip') === 'gzip' ? await read(`${name}.gz`) : null;
    const content = small ?? (await read(name));
    if (content === null) throw new Problem(404, 'there is no such file');
    res.set({
      'Content-Type': type,
      'Cache-Control': what === 'assets' ? 'private, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
      ...(small !== null && { 'Content-Encoding': 'gzip' }),
    });
    res.send(content);
  };
}
