import { apply } from '../../src/domain/apply.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Actor } from '../../src/domain/actor.ts';
import type { Facts } from '../../src/domain/decision.ts';
import type { Directory } from '../../src/domain/directory.ts';
import type { Opening, SealedEvent } from '../../src/domain/event.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { NewEffect } from '../../src/domain/effect.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { aDirectory, aPolicy, aTicket, everybodyOn } from './tickets.ts';

/** One ticket lived through the domain alone, at moments that the test names. */
export class Life {
  ticket: Ticket | null = null;
  readonly events: SealedEvent[] = [];
  readonly effects: NewEffect[] = [];
  readonly refused: string[] = [];
  readonly directory: Directory;
  readonly onDuty: Pick<Facts, 'onDuty' | 'standing'>;
  #causes = 0;

  constructor(directory = aDirectory(), onDuty: Pick<Facts, 'onDuty' | 'standing'> = everybodyOn()) {
    this.directory = directory;
    this.onDuty = onDuty;
  }

  get it(): Ticket {
    if (this.ticket === null) throw new Error('it is not open yet');
    return this.ticket;
  }

  open(at: Date, more: Partial<Opening> = {}): this {
    const { shop, source, customer, links, facts, language } = aTicket();
    const opening: Opening = {
      number: 4821,
      shop,
      source,
      customer,
      origin: links[0]?.address ?? { platform: '', app: '', conversation: '' },
      subject: '快递三天没更新',
      description: '',
      attachments: [],
      category: 'logistics.stalled',
      priority: 'normal',
      tags: [],
      language,
      facts,
      team: 'aftersales',
      policy: aPolicy,
      answersFrom: null,
      places: [{ card: 'ticket', team: 'aftersales' }],
      ...more,
    };
    const quote = { message: 'm0', text: '快递三天没更新', attachments: [], at };
    const acknowledge = 'acknowledge';
    return this.do(
      at,
      { type: 'open', opening, message: 'm0', quote, acknowledge },
      { kind: 'customer', account: 'x' },
    );
  }

  /** By a colleague (a person's id) or by whoever it says. */
  do(at: Date, intent: Intent, by: string | Actor = 'lilei'): this {
    this.#causes += 1;
    const actor: Actor =
      typeof by === 'string' ? { kind: 'person', id: by, name: this.directory.people.get(by)?.name ?? by } : by;
    const facts: Facts = { now: at, directory: this.directory, actor, cause: `c${this.#causes}`, ...this.onDuty };
    const decision = decide(this.ticket, intent, facts);
    if (!decision.accepted) {
      this.refused.push(decision.refusal.code);
      return this;
    }
    if (decision.changes.length === 0) return this;
    const applied = apply(this.ticket, decision, facts, 'ticket-4821', 'salt');
    this.ticket = applied.ticket;
    this.events.push(...applied.events);
    this.effects.push(...applied.effects);
    return this;
  }

  /** The customer writes. */
  says(at: Date, text: string, courtesy = false, windowMs: number | null = null): this {
    const message = `m${this.#causes + 1}`;
    const quote = { message, text, attachments: [], at };
    const intent = {
      type: 'receive',
      message,
      quote,
      courtesy,
      order: null,
      note: null,
      draft: null,
      others: [],
      ...(windowMs !== null && { windowMs }),
    } as const;
    return this.do(at, intent, { kind: 'customer', account: 'x' });
  }

  /** A colleague answers, and the customer's platform takes it so many ms later. */
  answers(at: Date, by = 'lilei', ms = 5_000): this {
    const message = `r${this.#causes + 1}`;
    this.do(at, { type: 'reply', message, sure: true }, by);
    return this.do(new Date(at.getTime() + ms), { type: 'delivered', message }, { kind: 'system', name: 'delivery' });
  }

  /** Everything that falls due until a moment happens, each when it is due. */
  until(end: Date): this {
    for (;;) {
      const { nextDueAt, dueToken } = this.it;
      if (nextDueAt === null || dueToken === null || nextDueAt > end) return this;
      this.wake(nextDueAt);
    }
  }

  wake(at: Date, late = false): this {
    const intent = { type: 'wake', token: this.it.dueToken ?? '', ...(late && { late: true as const }) } as const;
    return this.do(at, intent, { kind: 'system', name: 'wake' });
  }

  /** What it was reminded of, when, and who was told: `12:30 firstResponse 1 → lilei`. */
  reminders(): readonly (readonly [at: string, what: string, to: string])[] {
    return this.events
      .filter(({ type }) => type === 'reminded' || type === 'prompted')
      .map(({ at, type, data }) => {
        const passed = (data['passed'] ?? []) as { clock: string; share: number }[];
        const tell = data['tell'] as { person: string; level: string }[];
        const what = passed.map(({ clock, share }) => `${clock} ${Math.round(share * 100) / 100}`).join(', ');
        return [
          at.toISOString(),
          type === 'prompted' ? 'own' : what,
          tell.map((t) => `${t.person}/${t.level}`).join(' '),
        ];
      });
  }
}
