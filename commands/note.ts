import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { theTicket } from './subject.ts';

export const note: Command = {
  name: 'note',
  zh: '备注',
  initials: 'bz',
  aliases: ['记一笔', 'memo'],
  summary: 'command.summary_note',
  subject: 'ticket',
  params: [
    { name: 'text', type: 'rest', required: true, label: 'command.label_text' },
    { name: 'draft', type: 'line', way: 'button', required: false, label: 'command.label_text' },
  ],
  permission: 'member',
  run: async (args, context) => {
    const draft = await context.draft(args['draft'] ?? args['text'] ?? '');
    if (draft === null && args['draft'] !== undefined)
      return { kind: 'refused', refusal: { code: 'no_draft', keptMs: context.directory.filing.draftMs } };
    const id = derivedId(context.cause, 'note');
    return {
      kind: 'intent',
      intent: { type: 'note', note: id },
      note: {
        id,
        noteText: draft?.text ?? args['text'] ?? '',
        attachments: [...context.attachments, ...(draft?.attachments ?? [])],
      },
      ...(draft === null ? {} : { uses: draft._id }),
      done: { key: 'command.done_note', params: { no: theTicket(context).number } },
      already: null,
    };
  },
};
