import { asksOf } from '../src/domain/directory.ts';
import { readBlock } from '../src/triage/block.ts';
import type { Args, Command, CommandContext, GivenFacts, WrongField } from './command.ts';

/** As much as a chat lets people paste. */
const MOST_TEXT = 20_000;
const FIELDS = ['order', 'place', 'handle', 'phone', 'tracking', 'shop', 'team', 'category'] as const;

/** The required facts of the category that the form leaves out and the words do not say either. */
async function lackingFacts(args: Args, context: CommandContext): Promise<readonly WrongField[]> {
  const { category = '', draft } = args;
  const { directory } = context;
  const asks = asksOf(directory.categories, category)?.filter((a) => a.required && args[a.fact] === undefined) ?? [];
  const name = directory.categories.get(category)?.name;
  if (asks.length === 0 || name === undefined) return [];
  // From a pasted text the form came filled in: what is not there was taken out.
  const isWhole = draft !== undefined && ((await context.draft(draft))?.text ?? '') !== '';
  const said = isWhole ? null : readBlock(args['text'] ?? '', directory);
  const found = {
    order: said?.orders[0],
    tracking: said?.facts.tracking,
    phone: said?.facts.phone,
    handle: said?.handle,
  };
  return asks
    .filter(({ fact }) => (found[fact] ?? '') === '')
    .map(({ fact }) => ({ param: fact, why: { key: 'command.lacks', params: { category: name } } }));
}

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
  guide: {
    param: 'category',
    asks: (category, { categories }) =>
      asksOf(categories, category)?.map(({ fact, required }) => ({ param: fact, required })) ?? null,
    // Whoever the ticket is about, and whose customer they are, matters whatever it is about.
    always: ['place', 'handle', 'shop'],
  },
  // What only a form asks for comes back into it. `order` alone says which of several is meant.
  opens: (args) => args['step'] === undefined && FIELDS.some((f) => f !== 'order' && args[f] !== undefined),
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
    const lacking = isForm ? await lackingFacts(args, context) : [];
    if (lacking.length > 0) return { kind: 'wrong', fields: lacking };
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
