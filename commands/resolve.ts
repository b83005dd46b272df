import { elsewhere, hasCustomer } from '../src/domain/contact.ts';
import { derivedId } from '../src/ids.ts';
import type { Command } from './command.ts';
import { defaultDisposition } from './disposition.ts';
import { theTicket } from './subject.ts';

export const resolve: Command = {
  name: 'resolve',
  zh: '解决',
  initials: 'jj',
  aliases: ['搞定', 'solve', 'done'],
  summary: 'command.summary_resolve',
  subject: 'ticket',
  params: [
    { name: 'disposition', type: 'disposition', required: false, label: 'command.label_disposition' },
    { name: 'note', type: 'rest', required: false, label: 'command.label_note', max: 1000 },
  ],
  permission: 'member',
  run: async (args, context) => {
    const ticket = theTicket(context);
    const { number: no, policy } = ticket;
    const notice = derivedId(context.cause, 'message');
    const text = args['note'];
    const note = text === undefined ? null : derivedId(context.cause, 'note');
    const place = elsewhere(ticket, context.directory);
    const told = { noticeMs: place === null ? policy.noticeHoldMs : null, place: hasCustomer(ticket) ? place : null };
    return {
      kind: 'intent',
      intent: {
        type: 'resolve',
        disposition: args['disposition'] ?? defaultDisposition(context.directory.dispositions),
        note,
        notice,
      },
      message: { id: notice, body: { sentence: { key: 'notice.resolved', params: { no } } } },
      ...(note === null || text === undefined
        ? {}
        : { note: { id: note, noteText: text, attachments: context.attachments } }),
      done: {
        key: 'command.done_resolve',
        params: { no, ...told },
      },
      already: { key: 'command.already_resolve', params: { no } },
    };
  },
};
