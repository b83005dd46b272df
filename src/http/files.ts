import express, { type Response, type Router } from 'express';
import * as z from 'zod';
import type { Locale } from '../domain/directory.ts';
import type { StoredFile } from '../files/file.ts';
import { serveFile } from '../files/serve.ts';
import { text } from '../text/text.ts';
import { page } from './page.ts';

/** Opens a link to a file as `flow/links.ts` does. */
export type OpenFile = (link: {
  readonly file: string;
  readonly person: string;
  readonly ticket: number;
  readonly until: number;
  readonly signature: string;
}) => Promise<
  | { readonly outcome: 'file'; readonly file: StoredFile; readonly content: string }
  | { readonly outcome: 'wrong' | 'denied' | 'expired' | 'gone' }
>;

const number = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(Number);
const query = z.object({ p: z.string().max(400), t: number, e: number, s: z.string().max(100) });

const STATUS = { wrong: 403, denied: 403, expired: 410, gone: 410 } as const;

/** `/files/<id>?...`: a ticket's files for the colleagues who may see it. */
export function fileRoutes(open: OpenFile): Router {
  const router = express.Router();
  router.get('/files/:id', async (request, response) => {
    const said = query.safeParse(request.query);
    if (!said.success) {
      refuseLink(response, 'wrong');
      return;
    }
    const { p: person, t: ticket, e: until, s: signature } = said.data;
    const opened = await open({ file: request.params.id, person, ticket, until, signature });
    if (opened.outcome !== 'file') {
      refuseLink(response, opened.outcome);
      return;
    }
    // The right to see it is looked at every time: no cache may answer instead.
    await serveFile(response, opened.file, opened.content, 'no-store');
  });
  return router;
}

/** A page in both languages: a link says nothing sure about who opens it. */
export function refuseLink(response: Response, outcome: keyof typeof STATUS): void {
  const said = (locale: Locale): string => {
    const reader = { locale, timeZone: 'UTC', now: new Date(0) };
    const title = text(reader, 'file.link_title', null);
    return `<section lang="${locale}"><h1>${title}</h1><p>${text(reader, `file.link_${outcome}`, null)}</p></section>`;
  };
  response
    .status(STATUS[outcome])
    .set('Cache-Control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page('zh-CN', `${said('zh-CN')}${said('en')}`));
}
