import { drawAlert } from './alert.ts';
import { drawAnomaly } from './anomaly.ts';
import { drawBacklog } from './backlog.ts';
import { drawBoard } from './board.ts';
import { drawDigest, drawDigestRest } from './digest.ts';
import { drawHandover } from './handover.ts';
import { drawHelp } from './help.ts';
import { drawHome } from './home.ts';
import { drawList } from './list.ts';
import { drawNews } from './news.ts';
import { drawNotice } from './notice.ts';
import { drawPassed, drawPing } from './ping.ts';
import { drawPolicy, drawWhatIf } from './policy.ts';
import { drawPreview } from './preview.ts';
import { drawOffer } from './offer.ts';
import { drawShow } from './show.ts';
import { drawExport, drawStats } from './stats.ts';
import { drawTicketLink } from './ticket-link.ts';
import { drawTicket } from './ticket.ts';
import { drawWork } from './work.ts';

/** Every card by its kind: a pure function of what it shows and of who reads it. */
export const cards = {
  ticket: drawTicket,
  work: drawWork,
  offer: drawOffer,
  alert: drawAlert,
  ping: drawPing,
  passedPing: drawPassed,
  news: drawNews,
  board: drawBoard,
  home: drawHome,
  ticketLink: drawTicketLink,
  list: drawList,
  show: drawShow,
  help: drawHelp,
  notice: drawNotice,
  preview: drawPreview,
  backlog: drawBacklog,
  policy: drawPolicy,
  whatIf: drawWhatIf,
  digest: drawDigest,
  digestRest: drawDigestRest,
  stats: drawStats,
  export: drawExport,
  handover: drawHandover,
  anomaly: drawAnomaly,
} as const;
