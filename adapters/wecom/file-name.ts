/** RFC 5987: `filename*=UTF-8''%E5%8F%91.pdf`. */
const CODED = /filename\*\s*=\s*utf-8''([^;\s]+)/iu;
/** `filename="..."`, or without the marks. */
const QUOTED = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/iu;

/** What a file that is being downloaded is called; null: its answer does not tell. */
export function fileNameOf(headers: Headers): string | null {
  const disposition = headers.get('content-disposition') ?? '';
  const coded = CODED.exec(disposition)?.[1];
  const [, quoted, bare] = QUOTED.exec(disposition) ?? [];
  const name = decoded(coded ?? utf8(quoted ?? bare ?? '')).trim();
  return name === '' ? null : name;
}

/** Names come percent-encoded, or not. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Headers are read as Latin-1, and names stand there in UTF-8. */
function utf8(name: string): string {
  const read = Buffer.from(name, 'latin1').toString();
  return read.includes('\ufffd') ? name : read;
}
