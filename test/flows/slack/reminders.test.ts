import { remindersStories } from '../../stories/reminders.ts';
import { inSlack } from '../../support/slack-desk.ts';

remindersStories(inSlack());
