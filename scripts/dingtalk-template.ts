import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cardTemplate } from '../adapters/dingtalk/template.ts';
import type { Card } from '../cards/card.ts';
import { packageRoot } from '../src/package-root.ts';

/** Where the template lies that shops import. */
export const TEMPLATE = join(packageRoot(), 'docs/platforms/dingtalk-card.json');

/** A ticket as the builder shows it while somebody looks at the template there. */
const SAMPLE: Card = {
  kind: 'ticket',
  locale: 'zh-CN',
  tone: 'amber',
  title: 'T-4821 · 快递三天没更新',
  summary: 'T-4821 · 待认领 · 快递三天没更新',
  status: '待认领 · 14:32 前首响',
  blocks: [
    { type: 'text', style: 'quote', text: '快递三天没更新了，麻烦帮我查一下，周末之前要用' },
    {
      type: 'fields',
      fields: [
        { label: '订单', value: '20261108112233' },
        { label: '承运商', value: '顺丰' },
      ],
    },
  ],
  footer: '14:02 小美来信',
  actions: [
    {
      label: '认领',
      style: 'primary',
      placement: 'button',
      invoke: { command: 'claim', args: { ticket: '4821' } },
      typed: '认领 4821',
    },
    {
      label: '转给',
      style: 'default',
      placement: 'menu',
      invoke: { command: 'transfer', args: { ticket: '4821' } },
      typed: '转给 4821',
    },
  ],
};

/** The template as it is imported. */
export const templateFile = (): string => cardTemplate(SAMPLE);

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(TEMPLATE, templateFile());
