import { isKept } from '../src/domain/handover.ts';
import { OPEN } from '../src/domain/status.ts';
import type { Args, Command, CommandContext, Outcome, TicketRow, Wrong } from './command.ts';

/** Most tickets of one person that are handed over at once. */
export const MOST_HANDED = 200;

type What = 'next' | 'to' | 'keep';

/** A colleague who is named says what is meant. */
const whatOf = ({ what, to, no, note }: Args): What | null => {
  if (what === 'next' || what === 'to' || what === 'keep') return what;
  if (to !== undefined) return 'to';
  return no === undefined && note === undefined ? null : 'next';
};

export const handover: Command = {
  name: 'handover',
  zh: '交班',
  initials: 'jb',
  aliases: ['交接'],
  summary: 'command.summary_handover',
  subject: 'none',
  params: [
    { name: 'what', type: 'handover', required: false, label: 'command.label_backlog' },
    { name: 'to', type: 'person', required: false, label: 'command.label_person' },
    { name: 'no', type: 'ticket', required: false, label: 'command.label_number' },
    { name: 'back', type: 'line', required: false, way: 'button', label: 'command.label_number', max: 300 },
    { name: 'note', type: 'rest', required: false, label: 'command.label_note', max: 1000 },
  ],
  permission: 'member',
  guide: {
    param: 'what',
    asks: (what) => [...(what === 'to' ? [{ param: 'to', required: true }] : []), { param: 'note', required: false }],
    always: [],
  },
  opens: (args) => args['what'] === 'to' && args['to'] === undefined,
  run: async (args, context) => {
    const { back, to, note = null } = args;
    const rest = { numbers: numbersOf(args), person: null, note: null };
    if (back !== undefined) return { kind: 'handover', what: 'back', ...rest };
    const what = whatOf(args);
    if (what === null || what === 'keep') return { kind: 'handover', what, ...rest };
    if (what === 'to' && to === undefined)
      return { kind: 'wrong', fields: [{ param: 'to', why: { key: 'handover.whom', params: null } }] };
    const wanting = note === null ? await lackingNote(args, context) : null;
    if (wanting !== null) return wanting;
    return { kind: 'handover', what, ...rest, person: what === 'to' ? (to ?? null) : null, note };
  },
};

const numbersOf = ({ back, no }: Args): readonly number[] | null => {
  if (back !== undefined) return back.split('.').map(Number).filter(Number.isSafeInteger);
  return no === undefined ? null : [Number(no)];
};

/** What is urgent goes with a word. Typed it is refused, pressed or in a form it is asked for. */
async function lackingNote({ no }: Args, context: CommandContext): Promise<Outcome | Wrong | null> {
  const { tickets, speaker, now, from } = context;
  const theirs: readonly Pick<TicketRow, 'number' | 'priority' | 'assignee' | 'kept'>[] =
    no === undefined
      ? await tickets.list({ assignee: speaker.id, status: [...OPEN] }, MOST_HANDED)
      : [await tickets.byNumber(Number(no))].filter((t) => t !== null);
  const urgent = theirs.filter((t) => t.priority === 'urgent' && t.assignee === speaker.id && !isKept(t, now));
  if (urgent.length === 0) return null;
  const refusal = { code: 'handover_note', numbers: urgent.map((t) => t.number).slice(0, 5) } as const;
  if (from === 'text') return { kind: 'refused', refusal };
  return { kind: 'wrong', fields: [{ param: 'note', why: { key: 'refusal.handover_note', params: refusal } }] };
}
