import * as z from 'zod';
import type { Attachment } from '../../src/domain/attachment.ts';
import type { OutMessage } from '../adapter.ts';
import { actionCard } from './action-card.ts';
import type { Target } from './cards.ts';
import type { Client } from './client.ts';
import { failureOf } from './failures.ts';
import { spoken } from './lines.ts';
import type { Media, RobotContent } from './media.ts';

/** What the robot says without cards. A repeat says it twice: DingTalk knows no key here. All reject with `DeliveryError`. */
export interface RobotChat {
  /** Words, or a card as links; the platform's id of the message. */
  send(target: Target, message: OutMessage): Promise<string>;
  /** Pictures and files: the id of the last one, null when none can be sent, and those that have to be told of in words. */
  sendFiles(
    target: Target,
    attachments: readonly Attachment[],
  ): Promise<{ readonly last: string | null; readonly unsent: readonly Attachment[] }>;
}

const GROUP = '/v1.0/robot/groupMessages/send';
const ALONE = '/v1.0/robot/oToMessages/batchSend';

const sent = z.object({ processQueryKey: z.string().min(1) });
const sentAlone = z.object({
  processQueryKey: z.string().nullish(),
  invalidStaffIdList: z.array(z.string()).nullish(),
  flowControlledStaffIdList: z.array(z.string()).nullish(),
});

export function createChat(client: Client, robotCode: string, media: Media): RobotChat {
  const say = async (target: Target, { msgKey, msgParam }: RobotContent): Promise<string> => {
    const message = { msgKey, msgParam: JSON.stringify(msgParam) };
    if ('group' in target) {
      const body = { robotCode, openConversationId: target.group, ...message };
      return (await client.api('POST', GROUP, sent, body)).processQueryKey;
    }
    const answer = await client.api('POST', ALONE, sentAlone, { robotCode, userIds: [target.user], ...message });
    // HTTP 200 is no success for everybody: those whom it did not reach stand in two lists.
    if ((answer.invalidStaffIdList ?? []).length > 0) throw failureOf(ALONE, 'staffId.notExisted');
    if ((answer.flowControlledStaffIdList ?? []).length > 0) throw failureOf(ALONE, 'send.too.fast');
    return answer.processQueryKey ?? 'none';
  };

  return {
    send: (target, message) =>
      say(
        target,
        message.type === 'card'
          ? actionCard(message.card)
          : { msgKey: 'sampleText', msgParam: { content: spoken(message.text) } },
      ),
    async sendFiles(target, attachments) {
      let last: string | null = null;
      const messages = await media.fileMessages(attachments);
      for (const message of messages) if (message !== null) last = await say(target, message);
      return { last, unsent: attachments.filter((_, i) => messages[i] === null) };
    },
  };
}
