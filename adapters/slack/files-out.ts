import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { isKept, nameWithin, type Attachment } from '../../src/domain/attachment.ts';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import type { Files } from '../../src/files/file.ts';
import { calling } from './client.ts';
import type { SlackStore } from './store.ts';

/** Most characters of a file's name; Slack takes more than people read. */
const MOST_NAME = 120;

/** Shares what we keep with a conversation. */
export interface FilesOut {
  /** Each file once per key, however often it is asked for; the id of the last one shared, null when there was none. @throws DeliveryError. */
  share(
    attachments: readonly Attachment[],
    to: { readonly channel: string; readonly thread: string | null; readonly key: string },
  ): Promise<string | null>;
}

/** `files.uploadV2`: an address for the bytes, the bytes, then sharing them (fact sheet, 4.4). */
const uploaded = z.object({
  files: z.array(z.object({ files: z.array(z.object({ id: z.string() })).min(1) })).min(1),
});

export function createFilesOut(
  client: WebClient,
  files: Files,
  store: Pick<SlackStore, 'shared' | 'share'>,
  clock: Clock,
): FilesOut {
  const upload = async (
    path: string,
    { name }: Attachment,
    channel: string,
    thread: string | null,
  ): Promise<string> => {
    const answer = await calling('files.uploadV2', () =>
      client.files.uploadV2({
        channel_id: channel,
        file: path,
        filename: nameWithin(name, MOST_NAME),
        ...(thread !== null && { thread_ts: thread }),
      } as Parameters<WebClient['files']['uploadV2']>[0]),
    );
    const parsed = uploaded.safeParse(answer);
    if (!parsed.success) throw new DeliveryError('unknown', 'files.uploadV2: an answer without a file');
    return parsed.data.files[0]?.files[0]?.id ?? '';
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
        const file = await files.load(attachment.id);
        const path = file === null ? null : await files.contentOf(file);
        // What is no longer kept cannot be shared; its line on the card says that it was there.
        if (path === null) continue;
        last = await upload(path, attachment, channel, thread);
        await store.share(once, last, clock.now());
      }
      return last;
    },
  };
}
