import type { Locale } from '../domain/directory.ts';

/** A page of our own: no script, nothing loaded, nobody may index it. `body` is HTML, its texts escaped already. */
export const page = (locale: Locale, body: string): string =>
  `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">${HEAD}</head><body>${body}</body></html>`;

const HEAD = `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>Gongdan</title><style>
:root{color-scheme:light dark}
body{font:16px/1.6 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:34em;margin:12vh auto;padding:0 24px}
h1{font-size:20px;margin:32px 0 8px}p{margin:0 0 8px}</style>`;
