import { remindersStories } from '../../stories/reminders.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

remindersStories(inWeCom());
