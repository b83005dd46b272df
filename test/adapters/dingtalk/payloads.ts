import { encodeInvocation } from '../../../cards/invocation.ts';
import { GROUP, LILEI, WANGFANG } from '../../support/dingtalk.ts';

/** Payloads as DingTalk sends them (fact sheet, 2 and 4.3), with fields that no page names. */

export type Json = Readonly<Record<string, unknown>>;

export const robotMessage = (url: string, more: Json = {}): Json => ({
  senderPlatform: 'Mac',
  conversationId: GROUP,
  atUsers: [
    { dingtalkId: '$:LWCP_v1:$bot' },
    { dingtalkId: '$:LWCP_v1:$u2', staffId: WANGFANG, unionId: 'union-wangfang' },
  ],
  chatbotCorpId: 'dingcorp0001',
  chatbotUserId: '$:LWCP_v1:$bot',
  msgId: 'msgRecorded+w==',
  senderNick: '李雷',
  isAdmin: true,
  senderStaffId: LILEI,
  sessionWebhookExpiredTime: 1_794_384_000_000,
  createAt: 1_794_378_600_000,
  senderCorpId: 'dingcorp0001',
  conversationType: '2',
  senderId: '$:LWCP_v1:$u1',
  conversationTitle: '售后',
  isInAtList: true,
  sessionWebhook: `${url}/robot/sendBySession?session=recorded`,
  text: { content: ' 认领 4821' },
  robotCode: 'dingemulated0001',
  msgtype: 'text',
  openThreadId: GROUP,
  ...more,
});

export const cardPress = (params: Json, more: Json = {}): Json => {
  const content = JSON.stringify({ cardPrivateData: { actionIds: ['b0'], params } });
  return {
    type: 'actionCallback',
    outTrackId: `gd-own-${'a'.repeat(43)}`,
    userId: LILEI,
    userIdType: 1,
    corpId: 'dingcorp0001',
    spaceType: 'im',
    spaceId: GROUP,
    extension: '{}',
    content,
    value: content,
    ...more,
  };
};

export const CLAIM: Json = { c: encodeInvocation({ command: 'claim', args: { ticket: '4821' } }), v: '7' };

const held = { i: ['transfer', [['ticket', '4821']]], n: 'n-1', s: 's-1', v: 7 };
export const FORM: Json = {
  form: { _: JSON.stringify(held), to: { index: 0, value: 'team:logistics' }, note: '客户在海外' },
};
