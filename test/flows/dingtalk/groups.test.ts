import { groupsStories } from '../../stories/groups.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

groupsStories(inDingTalk());
