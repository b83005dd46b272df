import express, { type Router } from 'express';
import * as z from 'zod';
import type { Locale } from '../domain/directory.ts';
import { text } from '../text/text.ts';
import { page } from './page.ts';

/** As numbers of tickets are written. */
const number = z
  .string()
  .regex(/^[1-9]\d{0,11}$/)
  .transform(Number);

/**
 * `/t/<number>`: the address of a ticket, for whoever opens it in a browser. Nothing is looked up, so it says the same whether there is
 * such a ticket or not: what the address is, and what to type in the chat. `locale`: for whoever prefers no language we have.
 */
export function ticketLinkRoutes(locale: Locale): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.get('/t/:number', (request, response, next) => {
    const said = number.safeParse(request.params.number);
    if (!said.success) {
      next();
      return;
    }
    const best = request.acceptsLanguages(['zh-CN', 'zh', 'en']);
    const chosen: Locale =
      request.get('accept-language') === undefined || best === false ? locale : best === 'en' ? 'en' : 'zh-CN';
    const reader = { locale: chosen, timeZone: 'UTC', now: new Date(0) };
    const params = { no: said.data };
    response
      .set({ 'Cache-Control': 'no-store', 'Content-Language': chosen })
      .vary('Accept-Language')
      .type('text/html; charset=utf-8')
      .send(
        page(
          chosen,
          `<h1>${text(reader, 'link.title', params)}</h1><p>${text(reader, 'link.what', params)}</p><p>${text(reader, 'link.type', params)}</p>`,
        ),
      );
  });
  return router;
}
