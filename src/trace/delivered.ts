import { placeKey } from '../domain/effect.ts';
import { addressKey } from '../domain/address.ts';
import { causeOfRow } from '../flow/about-row.ts';
import type { OutboxRow } from '../storage/outbox.ts';
import { oneLine, type Source, type TraceEntry } from './trace.ts';

/** What was to go out, and what became of it: taken by the platform, waiting, or given up. */
export const delivered: Source = async (store, { ticket, causes, messages }) => {
  const others = [
    ...causes.flatMap((cause) => [`answer:${cause}`, `refresh:${cause}`]),
    ...messages.map(({ _id }) => `told:${_id}`),
  ];
  const rows = await store.outbox.about(ticket?._id ?? null, others);
  return rows.flatMap((row): readonly TraceEntry[] => {
    const about = { row: oneLine(row._id), ...contentOf(row), to: oneLine(addressKey(row.address)) };
    const queued: TraceEntry = {
      at: row.order,
      stage: 'sent',
      what: row.body.kind,
      fields: { ...about, cause: oneLine(causeOfRow(ticket, row)) },
    };
    return [queued, ...outcomeOf(row)];
  });
};

function contentOf({ body }: OutboxRow): Record<string, string> {
  if (body.kind === 'draw') return { place: placeKey(body.place) };
  if (body.kind === 'thread') {
    const what = 'note' in body.what ? { note: body.what.note } : { files: String(body.what.files.length) };
    return { place: placeKey(body.place), ...what };
  }
  if (body.kind === 'say') return { message: body.message };
  return body.kind === 'post' || body.kind === 'digest' || body.kind === 'answer' ? { person: body.person ?? '' } : {};
}

/** The platform's own words may quote what it was given: `gongdan dead-letters list` shows them. */
function outcomeOf(row: OutboxRow): readonly TraceEntry[] {
  const { attempts } = row;
  const fields = { row: oneLine(row._id), attempts: attempts === 0 ? undefined : attempts };
  const entry = (at: Date, what: string, more: TraceEntry['fields']): TraceEntry => ({
    at,
    stage: 'answered',
    what,
    fields: { ...fields, ...more },
  });
  if (row.state === 'done') {
    const at = row.doneAt ?? row.order;
    const { body } = row;
    const ref =
      body.kind === 'post' || body.kind === 'digest' || body.kind === 'thread' ? (body.ref ?? undefined) : undefined;
    return [entry(at, 'taken', { ref, ms: at.getTime() - row.order.getTime() })];
  }
  if (row.state === 'dead')
    return [entry(row.deadAt ?? row.order, 'given-up', { failure: row.failure, error: row.number })];
  return [entry(row.notBefore, attempts === 0 ? 'waits-until' : 'failed-next-try', {})];
}
