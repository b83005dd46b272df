import { describe, expect, it } from 'vitest';
import { GENESIS, canonical, digest, firstBroken, seal } from '../../src/domain/chain.ts';
import type { SealedEvent, TicketEvent } from '../../src/domain/event.ts';
import { NOW } from '../support/tickets.ts';

const event = (seq: number, note: string): TicketEvent => ({
  seq,
  at: NOW,
  actor: { kind: 'person', id: 'lilei', name: '李雷' },
  cause: `c${seq}`,
  change: { type: 'noted', note },
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
      quote: { message: 'm1', text: '手机 13812345678', attachments: [], at: NOW },
    } as const;
    const sealed = seal({ ...event(1, ''), change }, GENESIS, 'salt');
    expect(JSON.stringify(sealed)).not.toContain('13812345678');
    expect(sealed.data['digest']).toBe(digest('salt', '手机 13812345678'));
    expect(sealed.data['digest']).not.toBe(digest('pepper', '手机 13812345678'));
  });
});

describe('canonical', () => {
  it('is the same for equal values however they are written', () => {
    expect(canonical({ b: 1, a: [NOW, null], c: undefined })).toBe(canonical({ a: [new Date(NOW), null], b: 1 }));
  });
});
