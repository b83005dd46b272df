import * as z from 'zod';
import { bytesOf, MAX_JSON_BYTES, MAX_VALUE_BYTES } from '../../../adapters/dingtalk/limits.ts';
import { BODY, VARIABLES } from '../../../adapters/dingtalk/variables.ts';
import type { Action, Card } from '../../../cards/card.ts';

/** A bare card; `more` overrides any part. */
export const aCard = (more: Partial<Card> = {}): Card => ({
  kind: 'ticket',
  locale: 'zh-CN',
  tone: 'grey',
  title: 'T-4821 · 快递三天没更新',
  summary: 'T-4821 · 待认领',
  blocks: [],
  actions: [],
  ...more,
});

export const anAction = (label: string, more: Partial<Action> = {}): Action => ({
  label,
  style: 'default',
  placement: 'button',
  invoke: { command: 'claim', args: { ticket: '4821' } },
  typed: `认领 ${label}`,
  ...more,
});

const group = z.array(
  z.strictObject({
    text: z.string().min(1),
    color: z.enum(['blue', 'gray', 'red']),
    status: z.literal('normal'),
    event: z.union([
      z.strictObject({
        type: z.literal('sendCardRequest'),
        params: z.strictObject({ actionId: z.string().min(1), params: z.record(z.string(), z.string()) }),
      }),
      z.strictObject({ type: z.literal('openLink'), params: z.strictObject({ url: z.url({ protocol: /^https$/ }) }) }),
    ]),
  }),
);

export type Drawn = z.output<typeof group>[number];

/** The buttons that a value of a `buttonGroup` variable holds. */
export const buttonsIn = (value = ''): readonly Drawn[] => (value === '' ? [] : group.parse(JSON.parse(value)));

/** What DingTalk would not take in these values of our own template. */
export function wrongIn(values: Readonly<Record<string, string>>): readonly string[] {
  const types = new Map(VARIABLES.map(({ name, type }) => [name, type]));
  return Object.entries(values).flatMap(([name, value]) => {
    const type = types.get(name);
    if (type === undefined) return [`${name} is no variable`];
    if (/\p{Surrogate}/u.test(value) || value.includes('\0')) return [`${name} holds half a character`];
    const most = type === 'string' || type === 'markdown' ? MAX_VALUE_BYTES : MAX_JSON_BYTES;
    if (bytesOf(value) > most) return [`${name} has ${bytesOf(value)} bytes`];
    if (type === 'buttonGroup') buttonsIn(value);
    return [];
  });
}

/** The words of the body, part below part. */
export const bodyOf = (values: Readonly<Record<string, string>>): string =>
  BODY.map((name) => values[name] ?? '')
    .filter((part) => part !== '')
    .join('\n');

/** What a press of a button sends: its action id and params. */
export const pressOf = ({ event }: Drawn): { readonly id: string; readonly params: Record<string, string> } => {
  if (event.type !== 'sendCardRequest') throw new Error('a link');
  return { id: event.params.actionId, params: event.params.params };
};
