import { whichTicketStories } from '../../stories/which-ticket.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

whichTicketStories(inDingTalk());
