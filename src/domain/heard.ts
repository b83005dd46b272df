import type { Told } from './event.ts';
import type { TicketClock } from './sla.ts';
import { CLOCKS, type ClockName } from './terms.ts';

/** Promises that are being changed. */
type Running = { [K in ClockName]?: TicketClock };

/** Whoever was reminded knows: nobody up to their level hears of these promises again. */
export function acknowledged(clocks: Running, level: number): void {
  for (const name of CLOCKS) {
    const clock = clocks[name];
    if (clock !== undefined && clock.rung > 0) clocks[name] = { ...clock, quiet: Math.max(clock.quiet ?? -1, level) };
  }
}

/** A lead asks about what was reminded of: they hear of it who do now, and whoever had acknowledged hears again. */
export function chased(clocks: Running, tell: readonly Told[]): void {
  for (const name of CLOCKS) {
    const clock = clocks[name];
    if (clock === undefined || clock.rung === 0) continue;
    const { quiet: _quiet, ...loud } = clock;
    clocks[name] = { ...loud, told: [...new Set([...(clock.told ?? []), ...tell.map(({ person }) => person)])] };
  }
}
