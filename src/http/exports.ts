import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Router } from 'express';
import * as z from 'zod';
import { refuseLink } from './files.ts';

/** Opens a link to exported tickets as `flow/export-link.ts` does. */
export type OpenExport = (link: {
  readonly format: 'csv' | 'jsonl';
  readonly person: string;
  readonly figure: string;
  readonly scope: string;
  readonly period: string;
  readonly timeZone: string;
  readonly until: number;
  readonly ends: number;
  readonly signature: string;
}) =>
  | { readonly outcome: 'file'; readonly name: string; readonly content: AsyncIterable<string> }
  | { readonly outcome: 'wrong' | 'denied' | 'expired' };

const moment = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const short = z.string().max(400);
const query = z.object({ p: short, f: short, o: short, d: short, z: short, u: moment, e: moment, s: short });

const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8' } as const;

/** `/exports/tickets.csv?...`: tickets behind a number, for the leads and managers who may see them. */
export function exportRoutes(open: OpenExport): Router {
  const router = express.Router();
  router.get(['/exports/tickets.csv', '/exports/tickets.jsonl'], async (request, response) => {
    const said = query.safeParse(request.query);
    if (!said.success) {
      refuseLink(response, 'wrong');
      return;
    }
    const { p: person, f: figure, o: scope, d: period, z: timeZone, u: until, e: ends, s: signature } = said.data;
    const format = request.path.endsWith('.csv') ? 'csv' : 'jsonl';
    const opened = open({ format, person, figure, scope, period, timeZone, until, ends, signature });
    if (opened.outcome !== 'file') {
      refuseLink(response, opened.outcome);
      return;
    }
    response.set({
      'Content-Type': TYPES[format],
      'Content-Disposition': `attachment; filename="${opened.name}"`,
      // The right to see it is looked at every time: no cache may answer instead.
      'Cache-Control': 'no-store',
    });
    await pipeline(Readable.from(opened.content), response);
  });
  return router;
}
