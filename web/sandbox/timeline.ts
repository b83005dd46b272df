import type { TicketView } from './model.ts';

/** A ticket as it was read once more: older pages that were opened stay where they are. */
export function withFresh(before: TicketView | null, found: TicketView): TicketView {
  const first = found.entries[0]?.seq ?? 0;
  const older = before?.entries.filter(({ seq }) => seq < first) ?? [];
  // Where so much happened that the two do not meet, what lies between is read from the newest page upwards.
  const meet = before?.entries.some(({ seq }) => seq >= first) === true;
  if (before === null || !meet || older.length === 0) return found;
  return { ...found, entries: [...older, ...found.entries], more: before.more };
}

/** The ticket with the page above entry `before`, if that still is the first. */
export const withAbove = (now: TicketView, before: number, page: TicketView): TicketView =>
  now.entries[0]?.seq === before
    ? { ...now, entries: [...page.entries.filter(({ seq }) => seq < before), ...now.entries], more: page.more }
    : now;
