import { checkBlocks, checkMessage, checkView, type Finding, type Surface } from './block-kit.ts';
import type { Json } from './block-kit-rules.ts';

/** Building stones of the samples: as small as Slack lets them be. */
export const x = (count: number): string => '工'.repeat(count);
export const plain = (count = 1): Json => ({ type: 'plain_text', text: x(count) });
export const mrkdwn = (count = 1): Json => ({ type: 'mrkdwn', text: x(count) });
export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
export const option = (value = 'v', more: Json = {}): Json => ({ text: plain(), value, ...more });
export const options = (count: number): Json[] => times(count, (i) => option(`v${i}`));
export const section = (more: Json = {}): Json => ({ type: 'section', text: plain(), ...more });
export const button = (more: Json = {}): Json => ({ type: 'button', text: plain(), ...more });
export const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });
export const select = (more: Json = {}): Json => ({ type: 'static_select', options: options(1), ...more });
export const input = (element: Json = { type: 'plain_text_input' }, more: Json = {}): Json => ({
  type: 'input',
  label: plain(),
  element,
  ...more,
});
export const rich = (...elements: Json[]): Json => ({ type: 'rich_text', elements });
export const richSection = (...elements: Json[]): Json => ({ type: 'rich_text_section', elements });
export const words = (text = 'x'): Json => ({ type: 'text', text });
export const modal = (more: Json = {}): Json => ({ type: 'modal', title: plain(), blocks: [section()], ...more });
export const url = (length: number): string => `https://x.cn/${'a'.repeat(length - 'https://x.cn/'.length)}`;

/** One limit: what just keeps it, what just breaks it, and the one finding about that. */
export interface Sample {
  readonly what: string;
  readonly kept: unknown;
  readonly broken: unknown;
  readonly pointer: string;
  readonly code: string;
}

export const sample = (what: string, kept: unknown, broken: unknown, pointer: string, code: string): Sample => ({
  what,
  kept,
  broken,
  pointer,
  code,
});

const brief = (findings: readonly Finding[]): unknown => findings.map(({ pointer, code }) => ({ pointer, code }));

export const ofBlocks = (blocks: unknown, surface: Surface): unknown => brief(checkBlocks(blocks, surface));
export const ofMessage = (args: Json): unknown => brief(checkMessage(args));
export const ofView = (view: unknown): unknown => brief(checkView(view));
