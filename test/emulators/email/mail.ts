/** A mail as it came over the wire, taken apart by what the RFCs say alone. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  /** By name in lower case, decoded. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const quoted = (text: string): Buffer =>
  bytes(
    text
      .replaceAll(/=\r?\n/gu, '')
      .replaceAll(/=([0-9A-F]{2})/gu, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );

/** RFC 2047: neighbouring words are one, for a sign may be cut between them. */
const words = (value: string): string =>
  value.replaceAll(/\?=\s+=\?/gu, '?==?').replaceAll(/(?:=\?utf-8\?([bq])\?[^?]*\?=)+/giu, (run) => {
    const parts = [...run.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/giu)];
    return Buffer.concat(
      parts.map(([, kind, inside = '']) =>
        kind?.toLowerCase() === 'b' ? Buffer.from(inside, 'base64') : quoted(inside.replaceAll('_', ' ')),
      ),
    ).toString('utf8');
  });

interface Part {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

function partOf(raw: string): Part {
  const end = raw.indexOf('\r\n\r\n');
  const headers = new Map<string, string[]>();
  for (const line of raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/gu, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), words(line.slice(colon + 1).trim())]);
  }
  return { headers, body: raw.slice(end + 4) };
}

function decoded({ headers, body }: Part): string {
  const encoding = headers.get('content-transfer-encoding')?.[0]?.toLowerCase() ?? '7bit';
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return (encoding === 'quoted-printable' ? quoted(body) : bytes(body)).toString('utf8');
}

export function mailOf(from: string, to: readonly string[], content: Buffer): Mail {
  const raw = content.toString('latin1');
  const whole = partOf(raw);
  const boundary = /boundary="?([^";]+)"?/u.exec(whole.headers.get('content-type')?.[0] ?? '')?.[1];
  const parts =
    boundary === undefined
      ? [whole]
      : whole.body
          .split(`--${boundary}`)
          .slice(1, -1)
          .map((p) => partOf(p.trimStart()));
  const body = (type: string): string => {
    const part = parts.find(({ headers }) => headers.get('content-type')?.[0]?.startsWith(type) === true);
    return part === undefined ? '' : decoded(part).replaceAll('\r\n', '\n');
  };
  const { headers } = whole;
  const subject = headers.get('subject')?.[0] ?? '';
  return { from, to, raw, headers, subject, text: body('text/plain'), html: body('text/html') };
}
