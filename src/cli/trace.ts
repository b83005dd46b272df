import { ticketNumber } from '../../commands/parse.ts';
import { ERRORS_MS, INBOX_MS, OUTBOX_MS } from '../../jobs/retention.ts';
import type { ErrorPlace } from '../errors.ts';
import { operator } from '../text/operator.ts';
import { say, type TerminalSentence } from '../text/text.ts';
import { followError, followTicket } from '../trace/follow.ts';
import type { TraceEntry } from '../trace/trace.ts';
import { refusal, withStore } from './store.ts';
import type { CliContext, CliVerb } from './verb.ts';

const DAY_MS = 86_400_000;
const KEPT = [
  ['inbox', INBOX_MS],
  ['outbox', OUTBOX_MS],
  ['errors', ERRORS_MS],
] as const;

export const trace: CliVerb = {
  usage: 'trace T-4821|E-7F3K2M [--json]',
  summary: 'cli.trace',
  run: (context) =>
    withStore(context.config, async (store) => {
      const { config, clock, args, print } = context;
      const asked = args.find((arg) => !arg.startsWith('--'))?.toUpperCase();
      if (asked === undefined) throw refusal(config, { key: 'trace.which', params: null });
      const number = ticketNumber(asked);
      const found = number === null ? await followError(store, asked) : await followTicket(store, number);
      if (found === null) throw refusal(config, { key: 'trace.unknown', params: { number: asked.slice(0, 40) } });
      const age = clock.now().getTime() - found.since.getTime();
      const gone = KEPT.filter(([, ms]) => age > ms).map(([what, ms]) => ({ what, days: ms / DAY_MS }));
      if (args.includes('--json')) {
        for (const { what, days } of gone) print(JSON.stringify({ gone: what, olderThanDays: days }));
        if (found.error !== null) print(JSON.stringify({ number: found.error._id, error: found.error.error }));
        for (const { at, stage, what, fields } of found.entries) print(JSON.stringify({ at, stage, what, ...fields }));
        return;
      }
      for (const params of gone) context.tell({ key: 'trace.gone', params });
      // What it was, at which places of the code; then where it stands among everything else.
      for (const [error, depth] of chainOf(found.error?.error)) {
        print(`${'  '.repeat(depth)}${[error.name, error.code, error.message].filter(Boolean).join(' ')}`);
        for (const at of error.at ?? []) print(`${'  '.repeat(depth + 1)}at ${at}`);
      }
      for (const line of linesOf(context, found.entries)) print(line);
    }),
};

/** An error and what caused it, outermost first, with its depth. */
const chainOf = (error: ErrorPlace | undefined, depth = 0): readonly (readonly [ErrorPlace, number])[] =>
  error === undefined ? [] : [[error, depth], ...chainOf(error.cause, depth + 1)];

/** `2026-11-11 06:30:00.120Z  decided   claimed        seq=3 by=lilei cause=…` */
function linesOf({ config }: CliContext, entries: readonly TraceEntry[]): readonly string[] {
  const reader = operator(config.locale);
  const width = Math.max(0, ...entries.map(({ what }) => what.length));
  return entries.map(({ at, stage, what, fields }) => {
    const sentence: TerminalSentence = { key: 'trace.stage', params: { stage } };
    const pairs = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
    const shown = pairs.map(([name, value]) => `${name}=${value}`).join(' ');
    return `${at.toISOString().replace('T', ' ')}  ${say(sentence, reader)}  ${what.padEnd(width)}  ${shown}`;
  });
}
