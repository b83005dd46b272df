import { describe, expect, it } from 'vitest';
import {
  emptyChat,
  FIRST,
  withEvent,
  withFate,
  withNewest,
  withOlder,
  withOutgoing,
  withoutOutgoing,
  type Chat,
} from '../../web/sandbox/chat.ts';
import type { Message, Outgoing, StreamEvent } from '../../web/sandbox/model.ts';

const ME = 'xiaomei';
const said = (place: number, text: string, from = 'lilei'): Message => ({
  id: `m${place}`,
  place,
  from,
  text,
  at: '2026-11-11T06:32:00Z',
});
const told = (id: number, message: Message, type: StreamEvent['type'] = 'message'): StreamEvent => ({
  type,
  id,
  conversation: 'c',
  users: [ME],
  message,
});
const sending = (clientId: string, text: string): Outgoing => ({
  clientId,
  conversation: 'c',
  text,
  attachments: [],
  quote: null,
  at: '2026-11-11T06:32:00Z',
  state: 'sending',
  messageId: null,
});
const read = (...messages: Message[]): Chat => withNewest(emptyChat('c'), { messages, cursor: 100 }, []);
/** Everything that is drawn of a chat, from above. */
const drawn = (chat: Chat): readonly string[] => [
  ...chat.messages.map(({ text }) => text ?? ''),
  ...chat.outgoing.map(({ text, state }) => `${text} (${state})`),
];

describe('a chat that is read while it changes', () => {
  it('keeps what the stream told meanwhile, where the list is older', () => {
    const before = read(said(1, '待认领'), said(2, '在吗'));
    const live = withEvent(before, told(120, said(1, '李雷 处理中'), 'update'), ME);
    const list = { messages: [said(1, '待认领'), said(2, '在吗')], cursor: 110 };
    const again = withNewest(live, list, [told(120, said(1, '李雷 处理中'), 'update'), told(121, said(3, '在'))]);
    expect(drawn(again)).toEqual(['李雷 处理中', '在吗', '在']);
  });

  it('takes from the list what the stream told of before', () => {
    const list = { messages: [said(1, '已解决')], cursor: 130 };
    expect(drawn(withNewest(read(), list, [told(120, said(1, '李雷 处理中'), 'update')]))).toEqual(['已解决']);
  });

  it('does not go back above its first message either, and takes a page only where it belongs', () => {
    const newest = Array.from({ length: FIRST }, (_, i) => said(i + 10, `${i}`));
    const chat = withNewest(emptyChat('c'), { messages: newest, cursor: 100 }, []);
    const change = told(120, said(8, '李雷 处理中'), 'update');
    // Told while the page was read, it does not become the page's first message: everything between would be out of reach.
    const met = withNewest(emptyChat('c'), { messages: newest, cursor: 100 }, [change]);
    expect([met.messages[0]?.id, met.messages.length]).toEqual(['m10', FIRST]);
    // The chat does not show that message yet.
    expect(withEvent(chat, change, ME)).toBe(chat);
    const page = { messages: [said(7, '你好'), said(8, '待认领')], cursor: 110 };
    const more = withOlder(chat, 'm10', page, [change]);
    expect(drawn(more).slice(0, 3)).toEqual(['你好', '李雷 处理中', '0']);
    expect(more.more).toBe(false);
    expect(withOlder(more, 'm10', page, [])).toBe(more);
  });
});

describe('a message on its way', () => {
  it('gives its place to what it became, whichever of answer and stream comes first', () => {
    const chat = withOutgoing(read(), sending('a', '在吗'));
    const sent = { state: 'sending', messageId: 'm5' } as const;
    const arrived = told(120, said(5, '在吗', ME));
    const streamFirst = withEvent(chat, arrived, ME);
    expect(drawn(streamFirst)).toEqual(['在吗 (sending)']);
    expect(drawn(withFate(streamFirst, 'a', sent))).toEqual(['在吗']);
    const answerFirst = withFate(chat, 'a', sent);
    expect(drawn(answerFirst)).toEqual(['在吗 (sending)']);
    expect(drawn(withEvent(answerFirst, arrived, ME))).toEqual(['在吗']);
    expect(drawn(withNewest(answerFirst, { messages: [said(5, '在吗', ME)], cursor: 120 }, []))).toEqual(['在吗']);
  });

  it('stays when the same words come from another tab of the same person', () => {
    const chat = withOutgoing(withOutgoing(read(), sending('a', '好的')), sending('b', '好的'));
    const other = withEvent(chat, told(120, said(5, '好的', ME)), ME);
    const first = withFate(other, 'a', { state: 'sending', messageId: 'm6' });
    const both = withFate(first, 'b', { state: 'failed', messageId: null });
    expect(drawn(both)).toEqual(['好的', '好的 (sending)', '好的 (failed)']);
    const arrived = withEvent(both, told(121, said(6, '好的', ME)), ME);
    expect(drawn(arrived)).toEqual(['好的', '好的', '好的 (failed)']);
    expect(drawn(withoutOutgoing(arrived, 'b'))).toEqual(['好的', '好的']);
  });

  it('holds up nobody else, and nothing once it has failed', () => {
    const chat = withOutgoing(read(), sending('a', '在吗'));
    const answered = withEvent(
      withEvent(chat, told(120, said(5, '从手机发的', ME)), ME),
      told(121, said(6, '您好')),
      ME,
    );
    expect(drawn(answered)).toEqual(['您好', '在吗 (sending)']);
    expect(drawn(withFate(answered, 'a', { state: 'failed', messageId: null }))).toEqual([
      '从手机发的',
      '您好',
      '在吗 (failed)',
    ]);
  });
});
