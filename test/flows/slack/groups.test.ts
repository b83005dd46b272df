import { groupsStories } from '../../stories/groups.ts';
import { inSlack } from '../../support/slack-desk.ts';

groupsStories(inSlack());
