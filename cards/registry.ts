import { drawAlert } from './alert.ts';
import { drawBacklog } from './backlog.ts';
import { drawBoard } from './board.ts';
import { drawHelp } from './help.ts';
import { drawList } from './list.ts';
import { drawNews } from './news.ts';
import { drawNotice } from './notice.ts';
import { drawPreview } from './preview.ts';
import { drawOffer } from './offer.ts';
import { drawShow } from './show.ts';
import { drawTicket } from './ticket.ts';
import { drawWork } from './work.ts';

/** Every card by its kind: a pure function of what it shows and of who reads it. */
export const cards = {
  ticket: drawTicket,
  work: drawWork,
  offer: drawOffer,
  alert: drawAlert,
  news: drawNews,
  board: drawBoard,
  list: drawList,
  show: drawShow,
  help: drawHelp,
  notice: drawNotice,
  preview: drawPreview,
  backlog: drawBacklog,
} as const;
