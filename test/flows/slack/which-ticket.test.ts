import { whichTicketStories } from '../../stories/which-ticket.ts';
import { inSlack } from '../../support/slack-desk.ts';

whichTicketStories(inSlack());
