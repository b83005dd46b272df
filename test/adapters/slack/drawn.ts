import type { Action, Card } from '../../../cards/card.ts';
import type { KnownBlock } from '../../../adapters/slack/rich.ts';

/** What can be pressed in blocks, as `block_actions` would say it: each button, and each option of each menu. */
export function pressesIn(blocks: readonly KnownBlock[]): readonly Record<string, unknown>[] {
  return blocks.flatMap((block) => {
    const elements =
      block.type === 'actions' ? block.elements : block.type === 'section' && block.accessory ? [block.accessory] : [];
    return elements.flatMap((element): Record<string, unknown>[] => {
      const { block_id } = block;
      const at = { type: element.type, action_id: 'action_id' in element ? element.action_id : undefined, block_id };
      if (element.type === 'button') return [{ ...at, text: element.text, value: element.value }];
      if (element.type !== 'overflow' && element.type !== 'static_select') throw new Error(element.type);
      return (element.options ?? []).map((selected_option) => ({ ...at, selected_option }));
    });
  });
}

/** Every text in blocks, in order, one a line. */
export const textsIn = (blocks: unknown): string =>
  typeof blocks !== 'object' || blocks === null
    ? ''
    : Object.entries(blocks)
        .flatMap(([key, value]) => (key === 'text' && typeof value === 'string' ? [value] : [textsIn(value)]))
        .filter((line) => line !== '')
        .join('\n');

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
