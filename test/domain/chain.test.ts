import { describe, expect, it } from 'vitest';
import { GENESIS, canonical, digest, firstBroken, seal } from '../../src/domain/chain.ts';
import type { Opening, SealedEvent, TicketEvent } from '../../src/domain/event.ts';
import { aPolicy, anAttachment, NOW } from '../support/tickets.ts';

const event = (seq: number, note: string): TicketEvent => ({
  seq,
  at: NOW,
  actor: { kind: 'person', id: 'lilei', name: '李雷' },
  cause: `c${seq}`,
  change: { type: 'noted', note },
  due: null,
});

function chainOf(...notes: string[]): SealedEvent[] {
  const events: SealedEvent[] = [];
  for (const [i, note] of notes.entries())
    events.push(seal(event(i + 1, note), events.at(-1)?.hash ?? GENESIS, 'salt'));
  return events;
}

/** The same object with its keys in the opposite order. */
const reversed = <T extends object>(o: T): T => Object.fromEntries(Object.entries(o).toReversed()) as T;

describe('the chain of a ticket', () => {
  it('is whole as it was made, whatever order a store keeps the keys in', () => {
    const events = chainOf('a', 'b', 'c').map((e) => reversed(e));
    expect(firstBroken(events)).toBeNull();
  });

  it('shows where an event was changed', () => {
    const [a, b, c] = chainOf('a', 'b', 'c');
    const forged = { ...b, data: { note: 'x' } } as SealedEvent;
    expect(firstBroken([a, forged, c] as SealedEvent[])).toBe(2);
  });

  it('shows where one was taken out or two changed places', () => {
    const [a, b, c] = chainOf('a', 'b', 'c');
    expect(firstBroken([a, c] as SealedEvent[])).toBe(3);
    expect(firstBroken([b, a, c] as SealedEvent[])).toBe(2);
  });

  it('keeps a digest of customer text instead of the text', () => {
    const change = {
      type: 'message_received',
      message: 'm1',
      to: 'new',
      resume: false,
      before: {},
      others: [],
      news: false,
      quote: { message: 'm1', text: '手机 13812345678', attachments: [], at: NOW },
    } as const;
    const sealed = seal({ ...event(1, ''), change }, GENESIS, 'salt');
    expect(JSON.stringify(sealed)).not.toContain('13812345678');
    expect(sealed.data['digest']).toBe(digest('salt', '手机 13812345678'));
    expect(sealed.data['digest']).not.toBe(digest('pepper', '手机 13812345678'));
  });

  it('names attachments by their ids: what they are called and say is customer text', () => {
    const opening: Opening = {
      number: 1,
      shop: 'tea',
      source: { kind: 'message', platform: 'sandbox' },
      customer: { account: null, place: 'other', handle: '', name: '' },
      origin: { platform: 'sandbox', app: 'demo', conversation: 'c' },
      subject: '',
      description: '',
      attachments: [anAttachment('f1', { name: '张三的身份证.png', transcript: '我叫张三' })],
      category: null,
      priority: 'normal',
      tags: [],
      language: 'zh',
      facts: {},
      team: 'aftersales',
      policy: aPolicy,
      answersFrom: null,
      places: [],
    };
    const change = { type: 'opened', opening, message: null, quote: null } as const;
    const sealed = seal({ ...event(1, ''), change }, GENESIS, 'salt');
    expect(sealed.data['attachments']).toEqual(['f1']);
    expect(JSON.stringify(sealed)).not.toContain('张三');
  });
});

describe('canonical', () => {
  it('is the same for equal values however they are written', () => {
    expect(canonical({ b: 1, a: [NOW, null], c: undefined })).toBe(canonical({ a: [new Date(NOW), null], b: 1 }));
  });
});
