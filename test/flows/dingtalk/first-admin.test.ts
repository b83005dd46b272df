import { firstAdminStories } from '../../stories/first-admin.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

firstAdminStories(inDingTalk());
