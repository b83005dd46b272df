import { createHash } from 'node:crypto';

/** How our pages look: on a phone first, light and dark, without anything loaded. Inputs have 16 px, below which phones zoom in. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#eceef2;--surface:#fff;--raised:#f5f6f8;--line:#7d8594;--text:#1f2329;--quiet:#5c6370;--accent:#1677ff;--fill:#1466e0;--link:#0958d9;--danger:#c5280a;--grey:#6b7280;--blue:#1677ff;--amber:#d48806;--red:#d4380d;--green:#389e0d;--grey-text:#4b5563;--blue-text:#0958d9;--amber-text:#8a5300;--red-text:#b42309;--green-text:#276b0a}
@media(prefers-color-scheme:dark){:root{--ground:#0f1115;--surface:#181b20;--raised:#21252c;--text:#e6e8eb;--quiet:#a0a8b4;--fill:#1668dc;--link:#7ab3ff;--danger:#ff8f75;--grey:#8b93a1;--grey-text:#b6bcc6;--blue-text:#7ab3ff;--amber-text:#f0b655;--red-text:#ff8f75;--green-text:#85d860}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;padding:16px;background:var(--ground);color:var(--text);font:14px/1.5 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;overflow-wrap:anywhere}
main{max-width:480px;margin:0 auto;padding:16px;background:var(--surface);border-radius:8px}
@media(min-width:600px){body{padding:48px 16px}main{padding:24px}}
h1{font-size:18px;line-height:1.4;margin:0 0 8px}
p,dl,ul,blockquote,pre{margin:0 0 8px}
p,li,dd,blockquote,pre{white-space:pre-wrap}
.status{display:flex;align-items:baseline;gap:8px;color:var(--tone-text);font-weight:600}
.status::before{content:"";flex:none;width:8px;height:8px;border-radius:50%;background:var(--tone)}
.grey{--tone:var(--grey);--tone-text:var(--grey-text)}.blue{--tone:var(--blue);--tone-text:var(--blue-text)}.amber{--tone:var(--amber);--tone-text:var(--amber-text)}.red{--tone:var(--red);--tone-text:var(--red-text)}.green{--tone:var(--green);--tone-text:var(--green-text)}
blockquote,pre{padding:8px 12px;background:var(--raised);border-radius:8px;font:inherit}
pre{font-family:ui-monospace,Menlo,Consolas,monospace;user-select:all}
dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px}dt{color:var(--quiet)}dd{margin:0}
ul{list-style:none;padding:0}li{padding:8px 0}li+li{border-top:1px solid var(--raised)}
.quiet{color:var(--quiet)}
hr{border:0;border-top:1px solid var(--raised);margin:16px 0}
.acts{display:flex;flex-direction:column;gap:8px;margin-top:16px}
.acts form,.row form{margin:0}
.row{display:flex;flex-wrap:wrap;gap:8px;margin-top:8px}
button,.button{display:block;width:100%;min-height:44px;padding:10px 16px;border:0;border-radius:8px;background:var(--raised);color:var(--text);font:inherit;font-size:16px;text-align:center;text-decoration:none;cursor:pointer}
.row button,.row .button,.guide{width:auto;min-height:36px;padding:6px 12px;font-size:14px}
button.primary,.button.primary{background:var(--fill);color:#fff;font-weight:600}
button.danger,.button.danger{color:var(--danger)}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
label{display:block;margin:16px 0 4px;font-weight:600}
label small{color:var(--quiet);font-weight:400;font-size:inherit}
input,textarea,select{display:block;width:100%;min-height:44px;padding:10px 12px;border:1px solid var(--line);border-radius:8px;background:var(--surface);color:var(--text);font:inherit;font-size:16px}
select{padding-left:8px}
textarea{min-height:132px;resize:vertical}
::placeholder{color:var(--quiet);opacity:1}
[aria-invalid]{border:2px solid var(--danger)}
.wrong{color:var(--danger);margin:4px 0 0}
.alert{padding:8px 12px;border-radius:8px;background:var(--raised);color:var(--danger);font-weight:600}
.guide{margin-top:8px}
.home{margin:16px 0 0;text-align:center}
`;

/** No script, nothing from elsewhere, in nobody's frame, in no store of the browser's. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-store',
  'Content-Type': 'text/html; charset=utf-8',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};
