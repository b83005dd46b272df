import type { Command } from './command.ts';
import { dutyChange } from './duty.ts';

/** How long a break is that names no time. */
const BREAK_MS = 60 * 60_000;

export const away: Command = {
  name: 'away',
  zh: '午休',
  initials: 'wx',
  aliases: ['休息', 'break', 'lunch'],
  summary: 'command.summary_away',
  subject: 'none',
  params: [{ name: 'for', type: 'minutes', required: false, label: 'command.label_for' }],
  permission: 'member',
  run: async (args, context) => dutyChange(args, context, 'away', Number(args['for'] ?? BREAK_MS)),
};
