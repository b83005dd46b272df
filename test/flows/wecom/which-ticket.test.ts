import { whichTicketStories } from '../../stories/which-ticket.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

whichTicketStories(inWeCom());
