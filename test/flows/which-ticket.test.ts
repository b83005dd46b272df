import { whichTicketStories } from '../stories/which-ticket.ts';
import { inSandbox } from '../support/desk.ts';

whichTicketStories(inSandbox);
