import { remindersStories } from '../../stories/reminders.ts';
import { inSandbox } from '../../support/desk.ts';

remindersStories(inSandbox);
