import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { WebClient } from '@slack/web-api';
import { MAX_FILE, type Files, type Sent } from '../../src/files/file.ts';
import type { Attachment } from '../../src/domain/attachment.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { calling } from './client.ts';
import { fileAnswer, type SlackFile } from './schema.ts';

/** Files of one message that are taken; Slack lets people attach ten. */
const MOST_FILES = 10;
/** One download may take so long, ms: beyond the three seconds Slack sends the event again and finds it under way. */
const DOWNLOAD_MS = 20_000;

/** Takes over what people attached to a message. */
export interface FilesIn {
  /** Every file as an attachment, in order; what cannot be had says why. Rejects when disk or store do not take it. */
  take(sent: readonly SlackFile[], owner: string): Promise<readonly Attachment[]>;
}

/** Hosts that the bot's token may be shown to: Slack's own, and where the Web API was said to be with what stands below it (GovSlack). */
const mayRead = (address: string, apiUrl: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, origin } = new URL(address);
  const api = new URL(apiUrl);
  const isTheirs = ['slack.com', api.hostname].some((host) => hostname === host || hostname.endsWith(`.${host}`));
  return origin === api.origin || (protocol === 'https:' && isTheirs);
};

export function createFilesIn(client: WebClient, token: string, apiUrl: string, files: Files): FilesIn {
  const whole = async (file: SlackFile): Promise<SlackFile> => {
    // In shared channels an event names the file alone.
    if (file.file_access !== 'check_file_info') return file;
    const answer = await calling('files.info', () => client.files.info({ file: file.id }));
    const parsed = fileAnswer.safeParse(answer);
    return parsed.success ? parsed.data.file : file;
  };

  const takeOne = async (announced: SlackFile, owner: string): Promise<Attachment> => {
    const file = await whole(announced).catch(() => announced);
    const sent: Sent = {
      owner,
      name: file.name ?? file.title ?? file.id,
      ...(file.mimetype != null && { type: file.mimetype }),
      ...(file.size != null && { size: file.size }),
      ...(file.duration_ms != null && { seconds: Math.max(1, Math.round(file.duration_ms / 1_000)) }),
    };
    if (file.mode === 'tombstone' || file.mode === 'hidden_by_limit') return files.missing(sent, 'expired');
    // What lies with somebody else (a document of another service) is a link, not a file.
    if (file.mode === 'external' || file.is_external === true) return files.missing(sent, 'type_refused');
    if ((file.size ?? 0) > MAX_FILE) return files.missing(sent, 'too_large');
    const address = file.url_private_download ?? file.url_private ?? '';
    if (!mayRead(address, apiUrl)) return files.missing(sent, 'unreadable');
    let content: ReadableStream | null;
    try {
      const response = await fetch(address, {
        headers: { authorization: `Bearer ${token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(DOWNLOAD_MS),
      });
      // Without the right to read it Slack sends its login page, and says that all is well.
      const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
      const wanted = response.ok && !(isPage && file.mimetype !== 'text/html');
      if (!wanted) await response.body?.cancel();
      content = wanted ? response.body : null;
    } catch {
      content = null;
    }
    if (content === null) return files.missing(sent, 'unreadable');
    const stream = Readable.fromWeb(content);
    // It may break off before anybody reads it; whoever does is told then.
    stream.on('error', () => undefined);
    try {
      return await files.take(stream, sent);
    } catch (error) {
      if (error instanceof StoreUnavailable || isDisk(error)) throw error;
      return files.missing(sent, 'unreadable');
    }
  };

  return {
    take: (sent, owner) => Promise.all(sent.slice(0, MOST_FILES).map((file) => takeOne(file, owner))),
  };
}

/** No room, or no right to write: the message comes again, and with it the file. */
const isDisk = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(String(error.code));
