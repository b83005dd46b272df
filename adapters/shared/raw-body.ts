import type { Request } from 'express';

/** The whole body, or null when it is longer than so many bytes. A body that somebody has read before cannot be verified. */
export async function rawBody(request: Request, mostBytes: number): Promise<Buffer | null> {
  if (request.readableEnded) throw new Error('the body was read before its signature could be checked');
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > mostBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
