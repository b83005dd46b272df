import { remindersStories } from '../../stories/reminders.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

remindersStories(inDingTalk());
