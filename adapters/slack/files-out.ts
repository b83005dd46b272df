import { readFile } from 'node:fs/promises';
import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { isKept, nameWithin, type Attachment } from '../../src/domain/attachment.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import type { Files } from '../../src/files/file.ts';
import { calling, codeOf, read } from './client.ts';
import type { SlackStore } from './store.ts';

/** Most characters of a file's name; Slack takes more than people read. */
const MOST_NAME = 120;
/** Bytes of one file on their way to Slack may take so long, ms. */
const UPLOAD_MS = 60_000;

/** Shares what we keep with a conversation. */
export interface FilesOut {
  /** Each file once per key, however often it is asked for; the id of the last one shared, null when there was none. @throws DeliveryError. */
  share(
    attachments: readonly Attachment[],
    to: { readonly channel: string; readonly thread: string | null; readonly key: string },
  ): Promise<string | null>;
}

const place = z.object({ upload_url: z.url(), file_id: z.string() });
const ids = z.array(z.string()).default([]);
const about = z.object({ file: z.object({ channels: ids, groups: ids, ims: ids }) });

/**
 * An address for the bytes, the bytes, then sharing them (fact sheet, 4.4). Only the last step shows anything; which file it was to be is
 * noted before it, so that a repeat whose answer was lost finds it shared.
 */
export function createFilesOut(
  client: WebClient,
  files: Files,
  store: Pick<SlackStore, 'shared' | 'share'>,
  clock: Clock,
): FilesOut {
  const put = async (url: string, content: Buffer): Promise<void> => {
    let status = 0;
    try {
      const signal = AbortSignal.timeout(UPLOAD_MS);
      const response = await fetch(url, { method: 'POST', body: new Uint8Array(content), redirect: 'error', signal });
      await response.body?.cancel();
      status = response.status;
    } catch {
      // As below: there are no bytes where they have to be.
    }
    if (status !== 200) throw new DeliveryError('retryable', `the bytes of a file: HTTP ${status}`);
  };

  const upload = async (path: string, { name }: Attachment): Promise<string> => {
    const content = await readFile(path);
    const filename = nameWithin(name, MOST_NAME);
    const method = 'files.getUploadURLExternal';
    const answer = await calling(method, () => client.files.getUploadURLExternal({ filename, length: content.length }));
    const { upload_url: url, file_id: file } = read(method, place, answer);
    await put(url, content);
    return file;
  };

  const isShared = async (file: string, channel: string): Promise<boolean> => {
    try {
      const { channels, groups, ims } = about.parse(await client.files.info({ file })).file;
      return [...channels, ...groups, ...ims].includes(channel);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'file_not_found' || code === 'file_deleted') return false;
      return calling('files.info', () => Promise.reject(error));
    }
  };

  /** What an earlier try shared after all, and under which name this one is noted. */
  const begun = async (once: string, channel: string): Promise<{ found: string | null; next: string }> => {
    for (let i = 0; ; i += 1) {
      const next = `${once}\n${i}`;
      const file = await store.shared(next);
      if (file === null || (await isShared(file, channel))) return { found: file, next };
    }
  };

  return {
    async share(attachments, { channel, thread, key }) {
      let last: string | null = null;
      for (const attachment of attachments.filter(isKept)) {
        const once = `${key}\n${channel}\n${thread ?? ''}\n${attachment.id}`;
        const before = await store.shared(once);
        if (before !== null) {
          last = before;
          continue;
        }
        const { found, next } = await begun(once, channel);
        if (found !== null) {
          last = found;
          await store.share(once, last, clock.now());
          continue;
        }
        const file = await files.load(attachment.id);
        const path = file === null ? null : await files.contentOf(file);
        // What is no longer kept cannot be shared; its line on the card says that it was there.
        if (path === null) continue;
        const id = await upload(path, attachment);
        await store.share(next, id, clock.now());
        await calling('files.completeUploadExternal', () =>
          client.files.completeUploadExternal({
            files: [{ id, title: nameWithin(attachment.name, MOST_NAME) }],
            channel_id: channel,
            ...(thread !== null && { thread_ts: thread }),
          }),
        );
        last = id;
        await store.share(once, last, clock.now());
      }
      return last;
    },
  };
}
