import type { InboundReport } from '../../adapters/adapter.ts';
import type { Report } from '../domain/report.ts';
import { HOOK, programOf } from './caller.ts';

/** What a source reports as an event: those of one matter are worked in order. `id`: the source's own, at most 150 characters. */
export function hookEvent(source: string, id: string, report: Report, receivedAt: Date): InboundReport {
  const came = { platform: HOOK, app: source };
  return {
    kind: 'report',
    ...came,
    id,
    conversation: { id: report.matter ?? id, kind: 'system' },
    sender: { id: programOf(came), name: source },
    receivedAt,
    report,
  };
}
