import type { Command, GivenFacts } from './command.ts';

/** As much as a chat lets people paste. */
const MOST_TEXT = 20_000;
const FIELDS = ['order', 'place', 'handle', 'phone', 'tracking', 'shop', 'team', 'category'] as const;

export const newTicket: Command = {
  name: 'new',
  zh: '新建',
  initials: 'xj',
  aliases: ['开单', '建单', 'create'],
  summary: 'command.summary_new',
  subject: 'none',
  params: [
    { name: 'text', type: 'rest', required: true, label: 'command.label_matter', max: MOST_TEXT },
    { name: 'order', type: 'line', way: 'form', required: false, label: 'field.order', max: 40 },
    { name: 'place', type: 'place', way: 'form', required: false, label: 'command.label_place' },
    { name: 'handle', type: 'line', way: 'form', required: false, label: 'command.label_handle', max: 60 },
    { name: 'phone', type: 'line', way: 'form', required: false, label: 'field.phone', max: 40 },
    { name: 'tracking', type: 'line', way: 'form', required: false, label: 'field.tracking', max: 40 },
    { name: 'shop', type: 'shop', way: 'form', required: false, label: 'field.shop' },
    { name: 'team', type: 'team', way: 'form', required: false, label: 'field.team' },
    { name: 'category', type: 'category', way: 'form', required: false, label: 'command.label_category' },
    { name: 'draft', type: 'line', way: 'button', required: false, label: 'command.label_text' },
    { name: 'step', type: 'line', way: 'button', required: false, label: 'command.label_text' },
  ],
  permission: 'member',
  run: async (args, context) => {
    const { draft = null, step } = args;
    const text = args['text'] ?? '';
    const { attachments } = context;
    if (context.from === 'text') return { kind: 'preview', text, attachments };
    if (draft !== null && (step === 'edit' || step === 'drop')) return { kind: 'draft', step, draft };
    const given = Object.fromEntries(
      FIELDS.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])),
    ) as GivenFacts;
    const isForm = context.from === 'form';
    return {
      kind: 'file',
      filing: {
        draft,
        text,
        attachments,
        order: isForm ? null : (args['order'] ?? null),
        given: isForm ? given : null,
      },
    };
  },
};
