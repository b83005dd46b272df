import { appName } from './domain/address.ts';
import type { Down } from './flow/outage.ts';
import type { Quiet } from './flow/quiet.ts';

const instant = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** `quiet since 2026-11-11T14:02:00Z: restored from a backup, an admin has to decide what is sent` */
export const quietLine = (quiet: Quiet | null): readonly string[] =>
  quiet === null
    ? []
    : [`quiet since ${instant(quiet.since)}: restored from a backup, an admin has to decide what is sent`];

/** `slack/T1: no answer since 2026-11-11T14:02:00Z, 132 wait` */
export function downLine({ app, since, reason, waiting }: Down): string {
  const what = reason === 'auth' ? 'credentials refused' : 'no answer';
  return `${appName(app)}: ${what} since ${instant(since)}, ${waiting} wait`;
}
