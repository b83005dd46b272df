import type { StoredFile } from './file.ts';

/** Express' response, as far as a file needs it. */
interface Answering {
  readonly headersSent: boolean;
  set(headers: Readonly<Record<string, string>>): unknown;
  sendFile(name: string, options: { root: string; cacheControl: false }, done: (error?: Error) => void): unknown;
}

/** How a file is named to a browser that saves it: RFC 6266, with the name in UTF-8 for all that know it. */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/gu,
    (c) => `%${c.codePointAt(0)?.toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/**
 * Answers with a file's content and lets no browser run it: pictures are shown in place, everything else is saved.
 * `caching` is the Cache-Control header. Rejects when the content could not be read, as long as nothing was sent.
 */
export async function serveFile(
  answer: Answering,
  { attachment }: StoredFile,
  content: string,
  caching: string,
): Promise<void> {
  answer.set({
    'Content-Type': attachment.type,
    'Cache-Control': caching,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    ...(attachment.kind === 'image' ? {} : { 'Content-Disposition': disposition(attachment.name) }),
  });
  const cut = content.lastIndexOf('/') + 1;
  await new Promise<void>((resolve, reject) => {
    const options = { root: content.slice(0, cut), cacheControl: false } as const;
    answer.sendFile(content.slice(cut), options, (error) => {
      if (error === undefined || answer.headersSent) resolve();
      else reject(error);
    });
  });
}
