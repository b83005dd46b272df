import { most } from '../test/support/limits.ts';
import { aShop } from '../test/support/shop.ts';
import { openDingTalkDesk } from '../test/support/dingtalk-desk.ts';
import { pressables } from '../test/support/dingtalk-seen.ts';
import type { ApiCall, DingMessage } from '../test/emulators/dingtalk/emulator.ts';
import { AGENTS, rush, type Rush } from './rush.ts';

export const CREATE = 'POST /v1.0/card/instances/createAndDeliver';
export const CHANGE = 'PUT /v1.0/card/instances';

/** A rush beside a DingTalk that takes so many calls of one API a second. */
export interface DingTalkRush extends Rush {
  /** Calls that were refused. */
  readonly refused: number;
  /** Most calls of one API in a second. */
  readonly mostCalls: number;
  readonly posted: number;
  readonly postedInGroup: number;
  readonly updated: number;
  /** Presses of the button that takes the next ticket. */
  readonly presses: number;
  /** Calls that count against the month. */
  readonly counted: number;
}

export const nameOf = ({ method, path }: ApiCall): string => `${method} ${path}`;
export const isInGroup = ({ body }: ApiCall): boolean => JSON.stringify(body).includes('dtv1.card//IM_GROUP.');

/** The newest button of a group that takes the next ticket. */
function nextIn(messages: readonly DingMessage[]): { readonly id: string; readonly actionId: string } | null {
  for (const { id, card } of messages.toReversed()) {
    const found = card === null ? undefined : pressables(card).find(({ press }) => press.invocation.command === 'next');
    if (found !== undefined) return { id, actionId: found.actionId };
  }
  return null;
}

export async function measureDingTalkRush(tickets: number, seconds: number, qps: number): Promise<DingTalkRush> {
  const desk = await openDingTalkDesk({ shop: aShop({ agents: AGENTS, customers: tickets }) });
  const { dingtalk } = desk;
  dingtalk.qps = qps;
  const inGroup = (): readonly DingMessage[] =>
    dingtalk
      .reads(desk.idOf('g-aftersale'), 'lilei')
      .filter(({ from, recipients }) => from === null && recipients === null);
  /** When calls were made, by API. */
  const moments = new Map<string, number[]>();
  let looked = 0;
  let presses = 0;
  const seen = await rush(
    {
      clock: desk.clock,
      store: desk.store,
      flow: desk.flow,
      request: (path, init) => desk.request(path, init),
      app: 'dingtalk\ndingtalk',
      settled: () => dingtalk.settled(),
      texts: () => inGroup().map(({ text }) => text),
      takes(agent) {
        const button = nextIn(inGroup());
        if (button === null) return null;
        presses += 1;
        return dingtalk.presses(desk.idOf(`a${agent}`), button.id, button.actionId);
      },
    },
    tickets,
    seconds,
    () => {
      for (const call of dingtalk.calls.slice(looked))
        moments.set(nameOf(call), [...(moments.get(nameOf(call)) ?? []), desk.clock.monotonic()]);
      looked = dingtalk.calls.length;
    },
  );
  const taken = dingtalk.calls.filter(({ status }) => status === 200);
  const of = (name: string): ApiCall[] => taken.filter((call) => nameOf(call) === name);
  const measured: DingTalkRush = {
    ...seen,
    refused: dingtalk.calls.filter(({ status }) => status === 403).length,
    mostCalls: Math.max(...Array.from(moments.values(), (all) => most(all, 1_000))),
    posted: of(CREATE).length,
    postedInGroup: of(CREATE).filter(isInGroup).length,
    updated: of(CHANGE).length,
    presses,
    counted: dingtalk.counted,
  };
  await desk.stop();
  return measured;
}
