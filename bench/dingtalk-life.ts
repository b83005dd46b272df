import { aShop } from '../test/support/shop.ts';
import { openDingTalkDesk, type DingTalkDesk } from '../test/support/dingtalk-desk.ts';
import { TEMPLATE } from '../test/support/dingtalk.ts';
import { nameOf } from './dingtalk-rush.ts';

// What one ticket costs of a month, as it is opened, claimed and resolved.

const AGENT = 'lilei';
const GROUP = 'g-aftersale';
const CLAIM = '认领';
const MENU = '更多';
/** Between two of its moments; what goes out by then is shown. */
const BETWEEN_MS = 61_000;

export const RUNGS = { own: TEMPLATE, public: 'public', links: 'none' } as const;
export const HANDS = ['typed', 'pressed'] as const;
export const MOMENTS = ['new', 'claimed', 'resolved'] as const;
type Moment = (typeof MOMENTS)[number];

export interface Life {
  readonly lives: number;
  /** Calls that count against the month, as DingTalk counted them. */
  readonly counted: number;
  /** What came by Stream: presses and typed lines. */
  readonly messages: number;
  /** Counted calls by the moment after which they were made and by API. */
  readonly calls: ReadonlyMap<Moment, ReadonlyMap<string, number>>;
}

/** Presses what this person sees under a label, wherever it is newest, in the menu as well; hands in the form that opens, as it is. */
async function presses(desk: DingTalkDesk, label: string): Promise<void> {
  const { dingtalk } = desk;
  const seen = [...dingtalk.reads(desk.idOf(GROUP), AGENT), ...dingtalk.reads(AGENT, AGENT)];
  const stands = (wanted: string) =>
    seen.findLast((m) => [...(m.card?.buttons ?? []), ...m.links].some((button) => button.label === wanted));
  const at = stands(label) ?? stands(MENU);
  if (at === undefined) throw new Error(`nothing is called ${label}`);
  if (stands(label) === undefined) await dingtalk.presses(AGENT, at.id, MENU);
  await dingtalk.presses(AGENT, at.id, label);
  const form = at.card === null ? null : (dingtalk.view(at.card.outTrackId, AGENT)?.form ?? null);
  if (form !== null) await dingtalk.submits(AGENT, at.id, {});
}

export async function measureLife(
  rung: keyof typeof RUNGS,
  hand: (typeof HANDS)[number],
  lives: number,
): Promise<Life> {
  const desk = await openDingTalkDesk({
    shop: aShop({ customers: lives + 1 }),
    env: { DINGTALK_CARD_TEMPLATE: RUNGS[rung] },
  });
  const { dingtalk, store } = desk;
  const calls = new Map<Moment, Map<string, number>>();
  let counted = 0;
  let messages = 0;
  /** One moment of a ticket, and what is shown of it. The first ticket's has what is once for all, and does not count. */
  const passes = async (moment: Moment, isCounted: boolean, act: () => Promise<unknown>): Promise<void> => {
    const before = { counted: dingtalk.counted, acks: dingtalk.acks.length, calls: dingtalk.calls.length };
    await act();
    await desk.settles();
    await desk.passes(BETWEEN_MS);
    if (!isCounted) return;
    counted += dingtalk.counted - before.counted;
    messages += dingtalk.acks.length - before.acks;
    const counts = calls.get(moment) ?? new Map<string, number>();
    calls.set(moment, counts);
    for (const call of dingtalk.calls.slice(before.calls))
      if (/^\/v1\.0\/(?:card|robot)\//u.test(call.path)) counts.set(nameOf(call), (counts.get(nameOf(call)) ?? 0) + 1);
  };
  const says = (verb: string, no: number): Promise<unknown> =>
    // A claim is said where the ticket stands, the rest alone with the bot.
    dingtalk.says(AGENT, verb === CLAIM ? desk.idOf(GROUP) : AGENT, `${verb} ${no}`);
  const does = async (verb: string, no: number, status: 'new' | 'in_progress'): Promise<void> => {
    if (hand === 'pressed') await presses(desk, verb);
    await desk.settles();
    // Where no form can be shown, a press is answered with what to type.
    if ((await store.tickets.count({ status: [status] })) > 0) await says(verb, no);
  };
  for (let i = 0; i <= lives; i += 1) {
    await passes('new', i > 0, () => desk.writes(`k${i + 1}`, '杯子碎了'));
    const [ticket] = await store.tickets.list({ status: ['new'] }, 1);
    if (ticket === undefined) throw new Error('there is no new ticket');
    const { number } = ticket;
    await passes('claimed', i > 0, () => does(CLAIM, number, 'new'));
    await passes('resolved', i > 0, () => does('解决', number, 'in_progress'));
    const left = await store.tickets.count({ status: ['new', 'in_progress'] });
    if (left > 0) throw new Error(`a ticket is not resolved, ${hand} on ${rung}`);
  }
  const life: Life = { lives, counted, messages, calls };
  await desk.stop();
  return life;
}
